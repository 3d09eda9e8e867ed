import { z } from 'zod';
import { apiRoot } from './answer.ts';
import type { Environment } from './environment.ts';
import { badParameter, invalidArgument, noSuchRow } from './errors.ts';
import { importData } from './importData.ts';
import type { Exchange } from './request.ts';
import { textOf, type Value } from './row.ts';
import { requirePrivilege } from './security.ts';
import { busy } from './solutionBusy.ts';
import { describeDependency, missingDependencies } from './solutionDependencies.ts';
import { readSolutionFile, type RootComponent, type SolutionFile } from './solutionFile.ts';
import { importIsRunning, startImport } from './solutionImport.ts';
import { installedSolution } from './solutionInstall.ts';

const stageSchema = z.strictObject({ CustomizationFile: z.base64().min(1) });

/** `StageSolution`: reads the file, changes nothing but the list of staged files, and says what an import would bring. */
export function stageSolution({ environment, caller, request }: Exchange): unknown {
  const { CustomizationFile } = parsed('StageSolution', stageSchema, request.body);
  requirePrivilege(environment, caller, 'prvImportCustomization');
  const file = readSolutionFile(Buffer.from(CustomizationFile, 'base64'));
  const StageSolutionUploadId = environment.newId();
  environment.stagedFiles.set(StageSolutionUploadId, file);
  const StageSolutionResults = {
    StageSolutionUploadId, StageSolutionStatus: 'Passed', SolutionValidationResults: [],
    MissingDependencies: missingDependencies(environment, file).map(describeDependency),
    SolutionComponentsDetails: [...file.roles.map((role) => roleDetails(environment, role)), ...file.rootComponents.flatMap(otherDetails)],
    SolutionDetails: solutionDetails(environment, file),
  };
  return { '@odata.context': contextOf(environment, 'StageSolution'), StageSolutionResults };
}

function roleDetails({ store }: Environment, { id, name }: SolutionFile['roles'][number]): unknown {
  const IsPresentInOrg = store.find('role', id) === undefined ? 'False' : 'True';
  return { ComponentName: name, ComponentTypeName: 'Role', IsPresentInOrg, Attributes: { Count: 1, Keys: ['roleid'], Values: [id] } };
}

/** By number of `solutioncomponent.componenttype`. How Dataverse spells these in a staging answer has not been seen: these are its own names of the types. */
const componentTypeNames: Readonly<Record<number, { name: string; key: string }>> = {
  29: { name: 'Workflow', key: 'workflowid' },
  91: { name: 'PluginAssembly', key: 'pluginassemblyid' },
};

function otherDetails({ type, id, name }: RootComponent): unknown[] {
  const kind = componentTypeNames[type];
  if (kind === undefined) return [];
  return [{ ComponentName: name, ComponentTypeName: kind.name, IsPresentInOrg: 'False', Attributes: { Count: 1, Keys: [kind.key], Values: [id] } }];
}

function solutionDetails(environment: Environment, file: SolutionFile): unknown {
  const present = installedSolution(environment, file.uniqueName);
  const publisher = present && environment.store.find('publisher', textOf(present, '_publisherid_value'));
  const previous = (value: Value | undefined) => (present === undefined ? null : (value ?? null));
  return {
    SolutionUniqueName: file.uniqueName, SolutionFriendlyName: file.friendlyName, SolutionDescription: file.description,
    SolutionVersion: file.version, IsManaged: file.managed, IsPatchSolution: false, IsPrerequisitesExport: false, HasPendingUpgrade: false,
    PublisherUniqueName: file.publisher.uniqueName, PublisherFriendlyName: file.publisher.friendlyName,
    PreviousSolutionUniqueName: previous(present?.['uniquename']), PreviousSolutionFriendlyName: previous(present?.['friendlyname']),
    PreviousSolutionVersion: previous(present?.['version']), PreviousIsManaged: previous(present?.['ismanaged']),
    PreviousPublisherUniqueName: previous(publisher?.['uniquename']), PreviousPublisherFriendlyName: previous(publisher?.['friendlyname']),
    PreviousPatchSolutionsNames: [],
  };
}

const importSchema = z
  .strictObject({
    OverwriteUnmanagedCustomizations: z.boolean(),
    PublishWorkflows: z.boolean(),
    CustomizationFile: z.base64().min(1).optional(),
    SolutionParameters: z.strictObject({ '@odata.type': z.string().optional(), StageSolutionUploadId: z.guid() }).optional(),
    ComponentParameters: z.array(z.unknown()).max(0).optional(),
    ConvertToManaged: z.boolean().optional(),
    SkipProductUpdateDependencies: z.boolean().optional(),
    HoldingSolution: z.literal(false).optional(),
  })
  .refine(
    ({ CustomizationFile, SolutionParameters }) => (CustomizationFile === undefined) !== (SolutionParameters === undefined),
    'Give either CustomizationFile or SolutionParameters.',
  );

/** `ImportSolutionAsync`: starts an import, one at a time, and answers with its two ids. `ImportJobId` is no parameter of it. */
export function importSolutionAsync({ environment, caller, request }: Exchange): unknown {
  const body = parsed('ImportSolutionAsync', importSchema, request.body);
  requirePrivilege(environment, caller, 'prvImportCustomization');
  const file = fileOf(environment, body);
  if (importIsRunning(environment)) throw busy();
  const [jobId, operationId] = [environment.newId(), environment.newId()];
  startImport(environment, { jobId, operationId, file, callerId: caller.userId, overwrite: body.OverwriteUnmanagedCustomizations });
  return { '@odata.context': contextOf(environment, 'ImportSolutionAsync'), ImportJobKey: jobId, AsyncOperationId: operationId };
}

function fileOf({ stagedFiles }: Environment, { CustomizationFile = '', SolutionParameters }: z.output<typeof importSchema>): SolutionFile {
  if (SolutionParameters === undefined) return readSolutionFile(Buffer.from(CustomizationFile, 'base64'));
  const file = stagedFiles.get(SolutionParameters.StageSolutionUploadId.toLowerCase());
  if (file === undefined) throw noSuchRow('stagesolutionupload', SolutionParameters.StageSolutionUploadId);
  return file;
}

/** `RetrieveSolutionImportResult(ImportJobId=…)`: the outcome of an import that has ended. */
export function retrieveImportResult({ environment, caller }: Exchange, { ImportJobId = '' }: Readonly<Record<string, string>>): unknown {
  requirePrivilege(environment, caller, 'prvReadImportJob');
  const found = environment.imports.find(({ jobId }) => jobId === ImportJobId.toLowerCase());
  if (found === undefined) throw noSuchRow('importjob', ImportJobId);
  if (found.outcome === 'running') throw invalidArgument(`The import job ${ImportJobId} has not been completed.`);
  const failed = found.outcome === 'failed';
  const SolutionOperationResult = {
    Type: 'Import', Status: failed ? 'Failed' : 'Passed', WarningMessages: [], ErrorMessages: found.failures.map((Message) => ({ Message })),
    ActionLink: { Label: null, Target: null }, FormattedResults: importData(found.file, failed ? 'failure' : 'success', found.failures),
  };
  return { '@odata.context': contextOf(environment, 'RetrieveSolutionImportResult'), SolutionOperationResult };
}

function contextOf(environment: Environment, operation: string): string {
  return `${apiRoot(environment)}/$metadata#Microsoft.Dynamics.CRM.${operation}Response`;
}

function parsed<T extends z.ZodType>(operation: string, schema: T, body: unknown): z.output<T> {
  const result = schema.safeParse(body);
  if (!result.success) throw badParameter(operation, z.prettifyError(result.error));
  return result.data;
}
