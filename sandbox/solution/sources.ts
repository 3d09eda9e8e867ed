/*
 * The three files of the sandbox's solution, written for it: none of their text is Microsoft's. The solution brings one security role under the
 * name that the procedure knows, with what is needed to write leads and to follow the solution's version and, as the procedure expects, without
 * the privileges on User Entity UI Settings and System Jobs.
 */

export const roleId = 'b5a5c3de-6a1e-4c0b-9d57-31c0f7a2e961';

/** File extensions to content types, which every package of this format begins with. */
export const contentTypesXml = `<?xml version="1.0" encoding="utf-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/octet-stream" /></Types>
`;

/** The manifest: name, version, publisher and the role as the only root component (type 20). */
export const solutionXml = `<?xml version="1.0" encoding="utf-8"?>
<ImportExportXml version="9.2.0.0" SolutionPackageVersion="9.2" languagecode="1033" generatedBy="Lead Setup sandbox">
  <SolutionManifest>
    <UniqueName>SandboxMarketplaceLeadWriter</UniqueName>
    <LocalizedNames><LocalizedName description="Marketplace Lead Writer (sandbox)" languagecode="1033" /></LocalizedNames>
    <Descriptions><Description description="A stand-in made by the Lead Setup sandbox. Not Microsoft's solution." languagecode="1033" /></Descriptions>
    <Version>1.0.0.0</Version>
    <Managed>1</Managed>
    <Publisher>
      <UniqueName>leadsetupsandbox</UniqueName>
      <LocalizedNames><LocalizedName description="Lead Setup sandbox" languagecode="1033" /></LocalizedNames>
      <CustomizationPrefix>lss</CustomizationPrefix>
      <CustomizationOptionValuePrefix>47310</CustomizationOptionValuePrefix>
    </Publisher>
    <RootComponents><RootComponent type="20" id="{${roleId}}" behavior="0" /></RootComponents>
    <MissingDependencies />
  </SolutionManifest>
</ImportExportXml>
`;

const rolePrivileges = ['prvCreateLead', 'prvReadLead', 'prvWriteLead', 'prvAppendLead', 'prvAppendToLead', 'prvReadSolution']
  .map((name) => `          <RolePrivilege name="${name}" level="Global" />`)
  .join('\n');

const assemblyId = '6d0f2a5e-3c47-4e0b-8c1a-7f52e9b0d413';
const workflowId = '91c7e3b4-58af-4d26-a0e9-2b6c4f8d7a15';

/** The manifest of a solution that brings code and a workflow besides the role. */
export const solutionXmlWithCode = solutionXml.replace(
  '</RootComponents>',
  `<RootComponent type="91" id="{${assemblyId}}" schemaName="Contoso.LeadScoring, Version=1.0.0.0" behavior="0" /><RootComponent type="29" id="{${workflowId}}" behavior="0" /></RootComponents>`,
);

/** The role and its privileges. */
export const customizationsXml = `<?xml version="1.0" encoding="utf-8"?>
<ImportExportXml>
  <Entities />
  <Roles>
    <Role id="{${roleId}}" name="Microsoft Marketplace Lead Writer" isinherited="0">
      <IsCustomizable>1</IsCustomizable>
      <RolePrivileges>
${rolePrivileges}
      </RolePrivileges>
    </Role>
  </Roles>
  <Workflows />
</ImportExportXml>
`;

/** … with that code and that workflow: names only, as nothing here ever runs them. */
export const customizationsXmlWithCode = customizationsXml.replace(
  '  <Workflows />',
  `  <SolutionPluginAssemblies>
    <PluginAssembly FullName="Contoso.LeadScoring, Version=1.0.0.0" PluginAssemblyId="${assemblyId}" />
  </SolutionPluginAssemblies>
  <Workflows>
    <Workflow WorkflowId="{${workflowId}}" Name="Tell finance about new leads" />
  </Workflows>`,
);
