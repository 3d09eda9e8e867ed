import { z } from 'zod';

import type { Dataverse, ImportOperation, InstalledSolution } from '../../setup/ports/microsoft.ts';
import { isNotFound, when } from '../request.ts';
import { guid, quoted, rowsOf } from './answers.ts';
import { type CallDataverse, forFunction } from './client.ts';
import { stageSolution } from './stageSolution.ts';

type Solutions = Pick<
  Dataverse,
  | 'installedSolution' | 'stageSolution' | 'startImport'
  | 'importJobsOf' | 'importOperation' | 'importJob' | 'importResult'
>;

/**
 * Solutions and their import. Reading needs Read on solutions, the rest System Administrator or System Customizer.
 * Source: StageSolution, ImportSolutionAsync, RetrieveSolutionImportResult, the tables solution, asyncoperation and importjob.
 */
export function createSolutions(dataverse: CallDataverse): Solutions {
  return {
    installedSolution: (uniqueName) => installedSolution(dataverse, uniqueName),
    stageSolution: (zip) => stageSolution(dataverse, zip),
    startImport: (uploadId) => startImport(dataverse, uploadId),
    importJobsOf: (solutionName, systemUserId) => importJobsOf(dataverse, solutionName, systemUserId),
    importOperation: (operationId) => importOperation(dataverse, operationId),
    importJob: (importJobId) => importJob(dataverse, importJobId),
    importResult: (importJobId) => importResult(dataverse, importJobId),
  };
}

const solutionRow = z.object({ solutionid: z.string(), uniquename: z.string(), version: z.string(), ismanaged: z.boolean() });

async function installedSolution(dataverse: CallDataverse, uniqueName: string): Promise<InstalledSolution | undefined> {
  const { value } = await dataverse({
    name: 'GET /solutions',
    kind: 'read',
    answer: rowsOf(solutionRow),
    send: (api, common) =>
      api.retrieveMultiple({
        collection: 'solutions',
        select: Object.keys(solutionRow.shape),
        filter: `uniquename eq ${quoted(uniqueName)}`,
        ...common,
      }),
  });
  const [row] = value;
  return row && { solutionId: row.solutionid, uniqueName: row.uniquename, version: row.version, isManaged: row.ismanaged };
}

const startedSchema = z
  .object({ AsyncOperationId: z.string(), ImportJobKey: z.string() })
  .transform(({ AsyncOperationId, ImportJobKey }) => ({ operationId: AsyncOperationId, importJobId: ImportJobKey }));

/**
 * `POST /ImportSolutionAsync`, never repeated. No `ImportJobId`: the reference lists it, Microsoft's own client leaves it out here.
 * Nothing that a customer changed by hand is overwritten.
 */
async function startImport(dataverse: CallDataverse, uploadId: string): Promise<{ operationId: string; importJobId: string }> {
  const action = {
    OverwriteUnmanagedCustomizations: false,
    PublishWorkflows: true,
    SolutionParameters: { StageSolutionUploadId: uploadId },
  };
  return await dataverse({
    name: 'POST /ImportSolutionAsync',
    kind: 'once',
    timeoutMs: 120_000,
    answer: startedSchema,
    send: (api, common) => api.callAction({ actionName: 'ImportSolutionAsync', action, ...common }),
  });
}

/** By the columns that Microsoft documents; the operation's own message name is not among them. */
async function importJobsOf(dataverse: CallDataverse, solutionName: string, systemUserId: string): Promise<string[]> {
  const { value } = await dataverse({
    name: 'GET /importjobs',
    kind: 'read',
    answer: rowsOf(z.object({ importjobid: z.string() })),
    send: (api, common) =>
      api.retrieveMultiple({
        collection: 'importjobs',
        select: ['importjobid'],
        filter: `solutionname eq ${quoted(solutionName)} and _createdby_value eq ${guid(systemUserId)}`,
        orderBy: ['createdon desc'],
        ...common,
      }),
  });
  return value.map(({ importjobid }) => importjobid);
}

const operationRow = z.object({
  asyncoperationid: z.string(),
  statecode: z.number(),
  statuscode: z.number(),
  message: z.string().nullish(),
  friendlymessage: z.string().nullish(),
});

async function importOperation(dataverse: CallDataverse, operationId: string): Promise<ImportOperation> {
  const row = await dataverse({
    name: 'GET /asyncoperations({id})',
    kind: 'read',
    answer: operationRow,
    send: (api, common) =>
      api.retrieve({ collection: 'asyncoperations', key: operationId, select: Object.keys(operationRow.shape), ...common }),
  });
  return { operationId: row.asyncoperationid, outcome: outcomeOf(row), message: row.friendlymessage ?? row.message ?? undefined };
}

const completed = 3;
const succeeded = 30;
const cancelled = 32;

/** `statecode` 3 says that it has ended, `statuscode` how: 30 succeeded, 31 failed, 32 cancelled. */
function outcomeOf({ statecode, statuscode }: z.infer<typeof operationRow>): ImportOperation['outcome'] {
  if (statecode !== completed) return 'running';
  if (statuscode === succeeded) return 'succeeded';
  return statuscode === cancelled ? 'cancelled' : 'failed';
}

const jobSchema = z
  .object({ progress: z.number().nullish(), completedon: z.unknown() })
  .transform(({ progress, completedon }) => ({
    percent: Math.min(100, Math.max(0, progress ?? 0)),
    // The library has made a Date of it.
    hasEnded: completedon !== undefined && completedon !== null,
  }));

/** The job's row comes some seconds after the operation's. */
async function importJob(dataverse: CallDataverse, importJobId: string): Promise<z.infer<typeof jobSchema> | undefined> {
  return await dataverse({
    name: 'GET /importjobs({id})',
    kind: 'read',
    answer: jobSchema,
    send: (api, common) => api.retrieve({ collection: 'importjobs', key: importJobId, select: ['progress', 'completedon'], ...common }),
    instead: when(isNotFound, undefined),
  });
}

const messageSchema = z.union([z.string(), z.object({ Message: z.string() }).transform(({ Message }) => Message)]);
const resultSchema = z.object({
  SolutionOperationResult: z.object({
    Status: z.string(),
    ErrorMessages: z.array(messageSchema).nullish(),
    WarningMessages: z.array(messageSchema).nullish(),
  }),
});

async function importResult(dataverse: CallDataverse, importJobId: string): Promise<{ passed: boolean; messages: string[] }> {
  const { SolutionOperationResult: result } = await dataverse({
    name: 'GET /RetrieveSolutionImportResult',
    kind: 'read',
    answer: resultSchema,
    send: (api, common) =>
      api.callFunction({ name: 'RetrieveSolutionImportResult', parameters: { ImportJobId: guid(importJobId) }, ...forFunction(common) }),
  });
  return { passed: result.Status === 'Passed', messages: [...(result.ErrorMessages ?? []), ...(result.WarningMessages ?? [])] };
}
