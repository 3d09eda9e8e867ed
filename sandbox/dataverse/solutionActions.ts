import { z } from 'zod';
import { apiRoot } from './answer.ts';
import type { Environment } from './environment.ts';
import { badParameter, DataverseError, invalidArgument, noSuchRow } from './errors.ts';
import { importData } from './importData.ts';
import type { Exchange } from './request.ts';
import { requirePrivilege } from './security.ts';
import { readSolutionFile, type SolutionFile } from './solutionFile.ts';
import { importIsRunning, installedSolution, startImport } from './solutionImport.ts';
import { timing } from './timing.ts';

const stageSchema = z.strictObject({ CustomizationFile: z.base64().min(1) });

/** `StageSolution`: reads the file, changes nothing but the list of staged files, and says what an import would bring. */
export function stageSolution({ environment, caller, request }: Exchange): unknown {
  const { CustomizationFile } = parsed('StageSolution', stageSchema, request.body);
  requirePrivilege(environment, caller, 'prvImportCustomization');
  const file = readSolutionFile(Buffer.from(CustomizationFile, 'base64'));
  const StageSolutionUploadId = environment.newId();
  environment.stagedFiles.set(StageSolutionUploadId, file);
  const context = `${apiRoot(environment)}/$metadata#Microsoft.Dynamics.CRM.StageSolutionResponse`;
  return { '@odata.context': context, StageSolutionResults: stagingResults(environment, file, StageSolutionUploadId) };
}

function stagingResults(environment: Environment, file: SolutionFile, StageSolutionUploadId: string): unknown {
  return {
    StageSolutionUploadId, StageSolutionStatus: 'Passed', SolutionValidationResults: [], MissingDependencies: [],
    SolutionComponentsDetails: file.roles.map((role) => ({
      ComponentName: role.name, ComponentTypeName: 'Role', IsPresentInOrg: environment.store.find('role', role.id) === undefined ? 'False' : 'True',
      Attributes: { Count: 1, Keys: ['roleid'], Values: [role.id] },
    })),
    SolutionDetails: solutionDetails(environment, file),
  };
}

function solutionDetails(environment: Environment, file: SolutionFile): unknown {
  const present = installedSolution(environment, file.uniqueName);
  const previous = present === undefined ? { name: null, friendlyName: null, version: null, managed: null } : {
    name: present['uniquename'], friendlyName: present['friendlyname'], version: present['version'], managed: present['ismanaged'],
  };
  return {
    SolutionUniqueName: file.uniqueName, SolutionFriendlyName: file.friendlyName, SolutionDescription: file.description, SolutionVersion: file.version,
    PublisherUniqueName: file.publisher.uniqueName, PublisherFriendlyName: file.publisher.friendlyName, IsManaged: file.managed, IsPatchSolution: false,
    PreviousSolutionUniqueName: previous.name, PreviousSolutionFriendlyName: previous.friendlyName, PreviousSolutionVersion: previous.version,
    PreviousIsManaged: previous.managed, PreviousPublisherUniqueName: previous.name === null ? null : file.publisher.uniqueName,
    PreviousPublisherFriendlyName: previous.name === null ? null : file.publisher.friendlyName, PreviousPatchSolutionsNames: [],
    IsPrerequisitesExport: false, HasPendingUpgrade: false,
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
  .refine((body) => (body.CustomizationFile === undefined) !== (body.SolutionParameters === undefined), 'Give either CustomizationFile or SolutionParameters.');

/** `ImportSolutionAsync`: starts an import, one at a time, and answers with its two ids. */
export function importSolutionAsync({ environment, caller, request }: Exchange): unknown {
  const body = parsed('ImportSolutionAsync', importSchema, request.body);
  requirePrivilege(environment, caller, 'prvImportCustomization');
  const file = body.SolutionParameters === undefined ? readSolutionFile(Buffer.from(body.CustomizationFile ?? '', 'base64')) : staged(environment, body.SolutionParameters.StageSolutionUploadId);
  if (importIsRunning(environment)) throw busy();
  const [jobId, operationId] = [environment.newId(), environment.newId()];
  startImport(environment, { jobId, operationId, file, callerId: caller.userId, overwrite: body.OverwriteUnmanagedCustomizations });
  return { '@odata.context': `${apiRoot(environment)}/$metadata#Microsoft.Dynamics.CRM.ImportSolutionAsyncResponse`, ImportJobKey: jobId, AsyncOperationId: operationId };
}

/** `RetrieveSolutionImportResult(ImportJobId=…)`: the outcome of an import that has ended. */
export function retrieveImportResult({ environment, caller }: Exchange, { ImportJobId = '' }: Readonly<Record<string, string>>): unknown {
  requirePrivilege(environment, caller, 'prvReadImportJob');
  const found = environment.imports.find(({ jobId }) => jobId === ImportJobId.toLowerCase());
  if (found === undefined) throw noSuchRow('importjob', ImportJobId);
  if (!found.applied) throw invalidArgument(`The import job ${ImportJobId} has not been completed.`);
  return {
    '@odata.context': `${apiRoot(environment)}/$metadata#Microsoft.Dynamics.CRM.RetrieveSolutionImportResultResponse`,
    SolutionOperationResult: {
      Type: 'Import', Status: 'Passed', WarningMessages: [], ErrorMessages: [], ActionLink: { Label: null, Target: null }, FormattedResults: importData(found.file, 'success'),
    },
  };
}

function staged(environment: Environment, uploadId: string): SolutionFile {
  const file = environment.stagedFiles.get(uploadId.toLowerCase());
  if (file === undefined) throw noSuchRow('stagesolutionupload', uploadId);
  return file;
}

function parsed<T extends z.ZodType>(operation: string, schema: T, body: unknown): z.output<T> {
  const result = schema.safeParse(body);
  if (!result.success) throw badParameter(operation, z.prettifyError(result.error));
  return result.data;
}

/** `SolutionConcurrencyFailure`. */
function busy(): DataverseError {
  const message =
    'Cannot start another [Import] because there is a previous [Import] running at this moment. Use Solution History for more details. -- The solution ' +
    'installation or removal failed due to the installation or removal of another solution at the same time. Please try again later.';
  return new DataverseError(429, '0x80071151', message, { 'Retry-After': String(timing.importBusyRetryAfterSeconds) });
}
