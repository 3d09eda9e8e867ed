import { strToU8, zipSync } from 'fflate';
import { timing } from '../../sandbox/dataverse/index.ts';
import { buildSolution } from '../../sandbox/solution/build.ts';
import { contentTypesXml, customizationsXml, solutionXml } from '../../sandbox/solution/sources.ts';
import { createHarness, errorOf, roleName, startImport, type Body, type Harness } from './dataverseHarness.ts';

function zipOf(files: Record<string, string>): string {
  return Buffer.from(zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])))).toString('base64');
}

const goodFiles = { '[Content_Types].xml': contentTypesXml, 'solution.xml': solutionXml, 'customizations.xml': customizationsXml };

function stage({ call }: Harness, CustomizationFile: string) {
  return call('/StageSolution', { method: 'POST', body: { CustomizationFile } });
}

describe('the solution file', () => {
  test('is the same, byte for byte, every time it is built', () => {
    const [one, two] = [buildSolution(), buildSolution()];
    expect(one.zip.equals(two.zip)).toBe(true);
    expect(one.sha256).toBe('639e217169bca1198e08e16005eb81c949adca4c5e3177f97a6b5e562bcec434');
    expect(one.zip.subarray(0, 2).toString()).toBe('PK');
  });

  test('cannot be taken for Microsoft’s own', () => {
    expect(solutionXml).toContain('<UniqueName>SandboxMarketplaceLeadWriter</UniqueName>');
    expect(solutionXml).toContain("Not Microsoft's solution");
  });
});

describe('staging', () => {
  test('says what an import would bring, and brings nothing', async () => {
    const harness = createHarness();
    const results = (await harness.get('/StageSolution', { method: 'POST', body: { CustomizationFile: zipOf(goodFiles) } }))['StageSolutionResults'];
    expect(results).toMatchObject({
      StageSolutionStatus: 'Passed',
      StageSolutionUploadId: expect.any(String),
      MissingDependencies: [],
      SolutionValidationResults: [],
      SolutionDetails: { SolutionUniqueName: 'SandboxMarketplaceLeadWriter', SolutionVersion: '1.0.0.0', IsManaged: true, PublisherFriendlyName: 'Lead Setup sandbox', PreviousSolutionVersion: null },
      SolutionComponentsDetails: [{ ComponentName: roleName, ComponentTypeName: 'Role', IsPresentInOrg: 'False' }],
    });
    expect(await harness.list(`/solutions?$filter=startswith(uniquename,'Sandbox')`)).toEqual([]);
  });

  test.each([
    ['no zip', Buffer.from('<html>Not found</html>').toString('base64'), '0x80048060'],
    ['a zip without solution.xml', zipOf({ 'readme.txt': 'hello' }), '0x80048060'],
    ['solution.xml that is not XML', zipOf({ ...goodFiles, 'solution.xml': '<ImportExportXml>' }), '0x8004801a'],
    ['no version', zipOf({ ...goodFiles, 'solution.xml': solutionXml.replace(/<Version>.*<\/Version>/, '') }), '0x8004801a'],
    ['a root component that is missing', zipOf({ ...goodFiles, 'customizations.xml': '<ImportExportXml><Roles /></ImportExportXml>' }), '0x8004801a'],
    ['text that is not base64', '***', '0x80048d19'],
  ])('%s is refused', async (_, file, code) => {
    const answer = await stage(createHarness(), file);
    expect([answer.status, errorOf(answer).code]).toEqual([400, code]);
  });

  test('an unmanaged file passes and says so', async () => {
    const answer = await stage(createHarness(), zipOf({ ...goodFiles, 'solution.xml': solutionXml.replace('<Managed>1', '<Managed>0') }));
    expect(answer.body).toMatchObject({ StageSolutionResults: { SolutionDetails: { IsManaged: false } } });
  });
});

async function jobAndOperation({ get }: Harness, ids: { ImportJobKey: string; AsyncOperationId: string }): Promise<[Body, Body]> {
  return [
    await get(`/importjobs(${ids.ImportJobKey})?$select=progress,data,solutionname,completedon`),
    await get(`/asyncoperations(${ids.AsyncOperationId})?$select=statecode,statuscode,message,friendlymessage,completedon`),
  ];
}

describe('an import', () => {
  test('goes from waiting through progress to its result, as the clock does', async () => {
    const harness = createHarness();
    const ids = await startImport(harness);
    expect(await jobAndOperation(harness, ids)).toMatchObject([{ progress: 0, completedon: null }, { statecode: 0, statuscode: 0 }]);
    harness.clock.advance(timing.importMs / 4);
    expect(await jobAndOperation(harness, ids)).toMatchObject([{ progress: 25, solutionname: 'SandboxMarketplaceLeadWriter' }, { statecode: 2, statuscode: 20 }]);
    expect(await harness.list(`/roles?$filter=name eq '${roleName}'`)).toEqual([]);
    harness.clock.advance(timing.importMs);
    expect(await jobAndOperation(harness, ids)).toMatchObject([
      { progress: 100, completedon: '2026-11-22T10:00:20Z', data: expect.stringMatching(/<UniqueName>SandboxMarketplaceLeadWriter<.*<result result="success"/) },
      { statecode: 3, statuscode: 30, completedon: '2026-11-22T10:00:20Z' },
    ]);
  });

  test('leaves the solution, the role with a copy per business unit, and the component', async () => {
    const harness = createHarness();
    const { ImportJobKey } = await startImport(harness);
    harness.clock.advance(timing.importMs);
    const [solution] = await harness.list(`/solutions?$filter=uniquename eq 'SandboxMarketplaceLeadWriter'&$expand=publisherid($select=friendlyname)`);
    expect(solution).toMatchObject({ version: '1.0.0.0', ismanaged: true, installedon: '2026-11-22T10:00:20Z', publisherid: { friendlyname: 'Lead Setup sandbox' } });
    const roles = await harness.list(`/roles?$filter=name eq '${roleName}'`);
    expect(roles).toHaveLength(2);
    expect(new Set(roles.map((role) => role['_parentrootroleid_value'])).size).toBe(1);
    expect(roles[0]).toMatchObject({ ismanaged: true, isinherited: 0, iscustomizable: { Value: true } });
    const components = await harness.list(`/solutioncomponents?$filter=_solutionid_value eq ${String(solution?.['solutionid'])} and componenttype eq 20`);
    expect(components).toMatchObject([{ objectid: roles[0]?.['_parentrootroleid_value'] }]);
    expect(await harness.get(`/RetrieveSolutionImportResult(ImportJobId=${ImportJobKey})`)).toMatchObject({ SolutionOperationResult: { Status: 'Passed', ErrorMessages: [] } });
  });

  test('is found again by what is known of it', async () => {
    const harness = createHarness();
    const { ImportJobKey, AsyncOperationId } = await startImport(harness);
    const who = String((await harness.get('/WhoAmI'))['UserId']);
    const operations = await harness.list(`/asyncoperations?$filter=messagename eq 'ImportSolutionAsync' and createdon ge 2026-11-22T09:59:00Z and _ownerid_value eq ${who} and statecode ne 3&$select=asyncoperationid`);
    expect(operations).toMatchObject([{ asyncoperationid: AsyncOperationId }]);
    const jobs = await harness.list(`/importjobs?$filter=solutionname eq 'SandboxMarketplaceLeadWriter' and createdon ge 2026-11-22T09:59:00Z&$orderby=createdon desc&$top=1`);
    expect(jobs).toMatchObject([{ importjobid: ImportJobKey }]);
  });

  test('refuses a second one until it has ended', async () => {
    const harness = createHarness();
    await startImport(harness);
    const body = { OverwriteUnmanagedCustomizations: false, PublishWorkflows: true, CustomizationFile: zipOf(goodFiles) };
    const refused = await harness.call('/ImportSolutionAsync', { method: 'POST', body });
    expect([refused.status, errorOf(refused).code, refused.headers?.['Retry-After']]).toEqual([429, '0x80071151', '5']);
    harness.clock.advance(timing.importMs);
    expect((await harness.call('/ImportSolutionAsync', { method: 'POST', body })).status).toBe(200);
  });

  test.each<[string, Body]>([
    ['ImportJobId', { ImportJobId: '00000000-0000-4000-8000-000000000000', CustomizationFile: zipOf(goodFiles) }],
    ['neither file nor upload', {}],
    ['an unknown parameter', { CustomizationFile: zipOf(goodFiles), Foo: 1 }],
  ])('with %s is a 400', async (_, extra) => {
    const answer = await createHarness().call('/ImportSolutionAsync', { method: 'POST', body: { OverwriteUnmanagedCustomizations: false, PublishWorkflows: true, ...extra } });
    expect([answer.status, errorOf(answer).code]).toEqual([400, '0x80048d19']);
  });

  test('of an upload that was never staged is a 404', async () => {
    const SolutionParameters = { StageSolutionUploadId: '00000000-0000-4000-8000-000000000000' };
    const answer = await createHarness().call('/ImportSolutionAsync', { method: 'POST', body: { OverwriteUnmanagedCustomizations: false, PublishWorkflows: true, SolutionParameters } });
    expect(answer.status).toBe(404);
  });

  test('in one environment is nothing to the other', async () => {
    const harness = createHarness();
    await startImport(harness);
    harness.clock.advance(timing.importMs);
    expect(await harness.list('/importjobs', { environment: 'contoso-test' })).toEqual([]);
  });

  test.each([
    ['a version lower than the installed one', solutionXml.replace('1.0.0.0', '0.9.10.0'), customizationsXml, 'is lower than the version 1.0.0.0'],
    ['a privilege that the environment lacks', solutionXml.replace('1.0.0.0', '2.0.0.0'), customizationsXml.replace('prvWriteLead', 'prvFly'), 'prvFly'],
  ])('of %s ends as failed and changes nothing', async (_, solution, customizations, reason) => {
    const harness = createHarness();
    await startImport(harness);
    harness.clock.advance(timing.importMs);
    const CustomizationFile = zipOf({ ...goodFiles, 'solution.xml': solution, 'customizations.xml': customizations });
    const body = { OverwriteUnmanagedCustomizations: false, PublishWorkflows: true, CustomizationFile };
    const started = await harness.get('/ImportSolutionAsync', { method: 'POST', body });
    harness.clock.advance(timing.importMs);
    const operation = await harness.get(`/asyncoperations(${String(started['AsyncOperationId'])})`);
    expect(operation).toMatchObject({ statecode: 3, statuscode: 31, message: expect.stringContaining(reason), errorcode: expect.any(Number) });
    const job = await harness.get(`/importjobs(${String(started['ImportJobKey'])})`);
    expect(job['data']).toMatch(/<result result="failure"/);
    const result = await harness.get(`/RetrieveSolutionImportResult(ImportJobId=${String(started['ImportJobKey'])})`);
    expect(result).toMatchObject({ SolutionOperationResult: { Status: 'Failed', ErrorMessages: [{ Message: expect.stringContaining(reason) }] } });
    expect(await harness.list(`/solutions?$filter=uniquename eq 'SandboxMarketplaceLeadWriter'`)).toMatchObject([{ version: '1.0.0.0' }]);
  });

  test('done again keeps what was edited on the role, unless it overwrites', async () => {
    const harness = createHarness();
    await startImport(harness);
    harness.clock.advance(timing.importMs);
    const [role] = await harness.list(`/roles?$filter=name eq '${roleName}' and _parentroleid_value eq null`);
    const path = `/roles(${String(role?.['roleid'])})`;
    await harness.call(path, { method: 'PATCH', body: { isinherited: 1 } });
    await startImport(harness);
    harness.clock.advance(timing.importMs);
    expect(await harness.get(`${path}?$select=isinherited`)).toMatchObject({ isinherited: 1 });
    await harness.call('/ImportSolutionAsync', { method: 'POST', body: { OverwriteUnmanagedCustomizations: true, PublishWorkflows: true, CustomizationFile: zipOf(goodFiles) } });
    harness.clock.advance(timing.importMs);
    expect(await harness.get(`${path}?$select=isinherited`)).toMatchObject({ isinherited: 0 });
    expect(await harness.list(`/solutions?$filter=uniquename eq 'SandboxMarketplaceLeadWriter'`)).toHaveLength(1);
  });
});
