import { SetupError } from '../../../src/setup/errors.ts';
import type { Microsoft } from '../../../src/setup/ports/microsoft.ts';
import type { Facts } from '../../../src/setup/run.ts';
import { solution } from '../../../src/setup/steps/solution.ts';
import type { StepContext } from '../../../src/setup/steps/step.ts';
import { aRunWithSteps, alex, applying, contoso, now } from '../fixtures.ts';

const known: NonNullable<Facts['solution']> = {
  uniqueName: 'LeadWriter',
  friendlyName: 'Lead Writer',
  version: '1.0.0.0',
  publisher: 'Publisher',
  importJobsBefore: [],
  operationId: 'operation-1',
  importJobId: 'job-1',
  origin: 'made',
};

/** A context in which an import runs and Dynamics answers the question for it like this. */
function whenAskedFor(importOperation: () => Promise<never>): StepContext {
  const run = aRunWithSteps({ solution: applying }, { facts: { solution: known } });
  const microsoft = { dataverse: () => ({ importOperation, importJob: () => Promise.resolve(undefined) }) } as unknown as Microsoft;
  return { run: () => run, environment: contoso, actor: alex, microsoft, clock: { now: () => new Date(now) } } as unknown as StepContext;
}

describe('An import that cannot be asked about', () => {
  test.each(['E-UNREACHABLE', 'E-BUSY'] as const)('because of %s is waited for, not failed, and not for ever', async (code) => {
    const context = whenAskedFor(() => Promise.reject(new SetupError(code)));
    expect(await solution.apply(context)).toMatchObject({ kind: 'waiting', sentence: { key: 'solution.importUnwatched' }, onLimit: code });
  });

  test('because of a refusal is a failure', async () => {
    const context = whenAskedFor(() => Promise.reject(new SetupError('E-REFUSED')));
    await expect(solution.apply(context)).rejects.toMatchObject({ code: 'E-REFUSED' });
  });
});
