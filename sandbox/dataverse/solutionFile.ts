import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { strFromU8, unzipSync } from 'fflate';
import { z } from 'zod';
import { DataverseError } from './errors.ts';
import { depthNames, type Depth } from './privileges.ts';

/** A security role as `customizations.xml` describes it. */
export interface RoleFile {
  readonly id: string;
  readonly name: string;
  readonly isInherited: number;
  readonly isCustomizable: boolean;
  readonly privileges: readonly { readonly name: string; readonly depth: Depth }[];
}

export interface PublisherFile {
  readonly uniqueName: string;
  readonly friendlyName: string;
  readonly prefix: string;
  readonly optionValuePrefix: number;
}

/** A component that the solution needs and does not bring, and its own component that needs it. */
export interface Dependency {
  readonly requiredType: string;
  readonly requiredSchemaName: string;
  readonly requiredDisplayName: string;
  /** Unique name and version, as in `msdynce_LeadManagement (9.0.4.1)`. */
  readonly requiredSolution: string;
  readonly dependentType: string;
  readonly dependentDisplayName: string;
  readonly dependentId: string;
}

/** A component in the manifest's own list. The name is its schema name, or what `customizations.xml` calls a workflow. */
export interface RootComponent {
  readonly type: number;
  readonly id: string;
  readonly behavior: number;
  readonly name: string;
}

/** What the sandbox reads of a solution's zip. */
export interface SolutionFile {
  readonly uniqueName: string;
  readonly friendlyName: string;
  readonly description: string;
  readonly version: string;
  readonly managed: boolean;
  readonly publisher: PublisherFile;
  readonly rootComponents: readonly RootComponent[];
  readonly roles: readonly RoleFile[];
  readonly dependencies: readonly Dependency[];
}

const requiredFiles = ['solution.xml', 'customizations.xml', '[Content_Types].xml'] as const;
const largestFileBytes = 20_000_000;
const roleComponentType = 20;

const guid = z.string().transform((text) => text.replace(/[{}]/g, '').toLowerCase()).pipe(z.guid());
/** What may repeat below an element: nothing at all, or empty text, is an empty list. */
const list = <T extends z.ZodType>(item: T) =>
  z.union([z.literal(''), z.array(item)]).optional().transform((items) => (Array.isArray(items) ? items : []));
const localized = z.array(z.object({ '@description': z.string() })).min(1);

const componentSchema = z.object({
  '@type': z.coerce.number().int(),
  '@id': guid,
  '@schemaName': z.string().default(''),
  '@behavior': z.coerce.number().int().default(0),
});
const publisherSchema = z.object({
  UniqueName: z.string().min(1),
  LocalizedNames: z.object({ LocalizedName: localized }),
  CustomizationPrefix: z.string().min(2),
  CustomizationOptionValuePrefix: z.coerce.number().int(),
});

const dependencySchema = z.object({
  Required: z.object({ '@type': z.string(), '@schemaName': z.string().default(''), '@displayName': z.string().default(''), '@solution': z.string() }),
  Dependent: z.object({ '@type': z.string(), '@displayName': z.string().default(''), '@id': z.string().default('') }),
});

const manifestSchema = z.object({
  ImportExportXml: z.object({
    SolutionManifest: z.object({
      UniqueName: z.string().regex(/^\w+$/),
      LocalizedNames: z.object({ LocalizedName: localized }),
      Descriptions: z.object({ Description: localized }).optional().catch(undefined),
      Version: z.string().regex(/^\d+(\.\d+){1,3}$/),
      Managed: z.enum(['0', '1']),
      Publisher: publisherSchema,
      RootComponents: z.object({ RootComponent: list(componentSchema) }),
      MissingDependencies: z.union([z.literal(''), z.object({ MissingDependency: list(dependencySchema) })]).default(''),
    }),
  }),
});

const customizationsSchema = z.object({
  ImportExportXml: z.object({
    Roles: z.union([z.literal(''), z.object({
      Role: list(z.object({
        '@id': guid,
        '@name': z.string().min(1),
        '@isinherited': z.coerce.number().int().min(0).max(1).default(1),
        IsCustomizable: z.enum(['0', '1']).default('1'),
        RolePrivileges: z.object({ RolePrivilege: list(z.object({ '@name': z.string(), '@level': z.enum(depthNames) })) }),
      })),
    })]),
    Workflows: z.union([z.literal(''), z.object({ Workflow: list(z.object({ '@WorkflowId': guid, '@Name': z.string().min(1) })) })]).default(''),
  }),
});

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  isArray: (name) => ['LocalizedName', 'Description', 'RootComponent', 'MissingDependency', 'Role', 'RolePrivilege', 'Workflow'].includes(name),
});

/** Promises what a solution's zip holds; refuses, with Microsoft's words, a file that is none or contradicts itself. */
export function readSolutionFile(bytes: Uint8Array): SolutionFile {
  const files = unzip(bytes);
  const manifest = parseXml(files, 'solution.xml', manifestSchema).ImportExportXml.SolutionManifest;
  const customizations = parseXml(files, 'customizations.xml', customizationsSchema);
  const roles = readRoles(customizations);
  const rootComponents = manifest.RootComponents.RootComponent.map((component) => toComponent(component, customizations));
  refuseMissingRoles(rootComponents, roles);
  return {
    uniqueName: manifest.UniqueName,
    friendlyName: first(manifest.LocalizedNames.LocalizedName),
    description: first(manifest.Descriptions?.Description ?? []),
    version: manifest.Version,
    managed: manifest.Managed === '1',
    publisher: readPublisher(manifest.Publisher),
    rootComponents,
    roles,
    dependencies: manifest.MissingDependencies === '' ? [] : manifest.MissingDependencies.MissingDependency.map(toDependency),
  };
}

function toComponent(component: z.output<typeof componentSchema>, { ImportExportXml: { Workflows } }: z.output<typeof customizationsSchema>): RootComponent {
  const workflow = Workflows && Workflows.Workflow.find((each) => each['@WorkflowId'] === component['@id']);
  const name = component['@schemaName'] || (workflow ? workflow['@Name'] : '');
  return { type: component['@type'], id: component['@id'], behavior: component['@behavior'], name };
}

function toDependency({ Required, Dependent }: z.output<typeof dependencySchema>): Dependency {
  return {
    requiredType: Required['@type'], requiredSchemaName: Required['@schemaName'], requiredDisplayName: Required['@displayName'],
    requiredSolution: Required['@solution'], dependentType: Dependent['@type'], dependentDisplayName: Dependent['@displayName'],
    dependentId: Dependent['@id'],
  };
}

function readPublisher(publisher: z.output<typeof publisherSchema>): PublisherFile {
  return {
    uniqueName: publisher.UniqueName,
    friendlyName: first(publisher.LocalizedNames.LocalizedName),
    prefix: publisher.CustomizationPrefix,
    optionValuePrefix: publisher.CustomizationOptionValuePrefix,
  };
}

function readRoles({ ImportExportXml: { Roles } }: z.output<typeof customizationsSchema>): RoleFile[] {
  if (Roles === '') return [];
  return Roles.Role.map((role) => ({
    id: role['@id'],
    name: role['@name'],
    isInherited: role['@isinherited'],
    isCustomizable: role.IsCustomizable === '1',
    privileges: role.RolePrivileges.RolePrivilege.map((each) => ({ name: each['@name'], depth: each['@level'] })),
  }));
}

function unzip(bytes: Uint8Array): Record<string, Uint8Array> {
  const files = unzipOrNothing(bytes);
  if (requiredFiles.some((name) => files[name] === undefined)) throw invalidFile();
  return files;
}

function unzipOrNothing(bytes: Uint8Array): Record<string, Uint8Array> {
  try {
    return unzipSync(bytes, { filter: ({ name, originalSize }) => originalSize <= largestFileBytes && isRequired(name) });
  } catch {
    return {};
  }
}

function isRequired(name: string): boolean {
  return requiredFiles.some((each) => each === name);
}

function parseXml<T extends z.ZodType>(files: Record<string, Uint8Array>, name: string, schema: T): z.output<T> {
  const text = strFromU8(files[name] ?? new Uint8Array());
  const wellFormed = XMLValidator.validate(text);
  if (wellFormed !== true) throw invalidXml(name, wellFormed.err.msg);
  const result = schema.safeParse(parser.parse(text));
  if (!result.success) throw invalidXml(name, z.prettifyError(result.error));
  return result.data;
}

function refuseMissingRoles(components: SolutionFile['rootComponents'], roles: readonly RoleFile[]): void {
  const missing = components.find(({ type, id }) => type === roleComponentType && !roles.some((role) => role.id === id));
  if (missing !== undefined) throw invalidXml('customizations.xml', `Root component ${missing.id} of type ${missing.type} is not in the file.`);
}

function first(names: readonly { '@description': string }[]): string {
  return names[0]?.['@description'] ?? '';
}

/** Code 80048060 and this wording: what people report for a zip that is none. */
function invalidFile(): DataverseError {
  return new DataverseError(
    400,
    '0x80048060',
    'The solution file is invalid. The compressed file must contain the following files at its root: solution.xml, customizations.xml, and ' +
      '[Content_Types].xml. Customization files exported from previous versions of Microsoft Dynamics 365 are not supported.',
  );
}

function invalidXml(name: string, detail: string): DataverseError {
  return new DataverseError(400, '0x8004801a', `The import file is invalid. XSD validation of ${name} failed with the following error: '${detail}'.`);
}
