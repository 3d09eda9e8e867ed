import { z } from 'zod';

import { SetupError } from '../../setup/errors.ts';
import type { StagedSolution } from '../../setup/ports/microsoft.ts';
import { type RequestFailure, upstreamOf } from '../failure.ts';
import type { CallDataverse } from './client.ts';

const detailsSchema = z.object({
  SolutionUniqueName: z.string(),
  SolutionFriendlyName: z.string(),
  SolutionVersion: z.string(),
  PublisherFriendlyName: z.string(),
  PublisherUniqueName: z.string().nullish(),
  PreviousPublisherUniqueName: z.string().nullish(),
  IsManaged: z.boolean(),
});

const resultsSchema = z.object({
  StageSolutionUploadId: z.string(),
  StageSolutionStatus: z.string(),
  SolutionDetails: detailsSchema,
  SolutionComponentsDetails: z.array(z.object({ ComponentName: z.string().nullish(), ComponentTypeName: z.string().nullish() })).nullish(),
  MissingDependencies: z
    .array(z.object({ RequiredComponentSchemaName: z.string().nullish(), RequiredSolutionName: z.string().nullish() }))
    .nullish(),
  SolutionValidationResults: z
    .array(z.object({ SolutionValidationResultType: z.union([z.string(), z.number()]).nullish(), Message: z.string().nullish() }))
    .nullish(),
});
type Results = z.infer<typeof resultsSchema>;

/**
 * `POST /StageSolution`: Dynamics reads the file and installs nothing, so it may be repeated; every time makes an upload of its own.
 * Needs System Administrator or System Customizer. Throws `E-SOL-INVALID` for a file that Dynamics cannot read.
 */
export async function stageSolution(dataverse: CallDataverse, zip: Uint8Array): Promise<StagedSolution> {
  const action = { CustomizationFile: Buffer.from(zip).toString('base64') };
  return await dataverse({
    name: 'POST /StageSolution',
    kind: 'repeatable',
    timeoutMs: 120_000,
    answer: z.object({ StageSolutionResults: resultsSchema }).transform(({ StageSolutionResults: results }) => toStaged(results)),
    send: (api, common) => api.callAction({ actionName: 'StageSolution', action, ...common }),
    instead: refuseFile,
  });
}

/** 400 is about the file; a missing privilege is 403. */
function refuseFile(failure: RequestFailure): undefined {
  if (failure.status !== 400) return undefined;
  const upstream = upstreamOf('dataverse', failure);
  throw new SetupError('E-SOL-INVALID', { values: { problem: upstream.message }, upstream });
}

function toStaged(results: Results): StagedSolution {
  const { SolutionDetails: details } = results;
  return {
    uploadId: results.StageSolutionUploadId,
    uniqueName: details.SolutionUniqueName,
    friendlyName: details.SolutionFriendlyName,
    version: details.SolutionVersion,
    publisher: details.PublisherFriendlyName,
    publisherUniqueName: details.PublisherUniqueName ?? undefined,
    installedPublisher: details.PreviousPublisherUniqueName || undefined,
    isManaged: details.IsManaged,
    components: (results.SolutionComponentsDetails ?? []).map((component) => ({
      name: component.ComponentName ?? '',
      type: component.ComponentTypeName ?? '',
    })),
    missingDependencies: (results.MissingDependencies ?? []).map(dependencyName),
    problems: problemsOf(results),
  };
}

function dependencyName(missing: NonNullable<Results['MissingDependencies']>[number]): string {
  const { RequiredComponentSchemaName: component, RequiredSolutionName: solution } = missing;
  return component && solution ? `${component} (${solution})` : (component ?? solution ?? '?');
}

/** Warnings and information do not stop an import; a status other than Passed does even without a message. */
function problemsOf({ StageSolutionStatus: status, SolutionValidationResults: results }: Results): string[] {
  const problems = (results ?? [])
    .filter(({ SolutionValidationResultType: type }) => !/^(?:warning|info)/i.test(String(type)))
    .map(({ Message }) => Message ?? 'StageSolution');
  return status === 'Passed' || problems.length > 0 ? problems : [`StageSolution: ${status}`];
}
