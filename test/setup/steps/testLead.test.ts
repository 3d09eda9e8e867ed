import type { Dataverse } from '../../../src/setup/ports/microsoft.ts';
import type { StepContext } from '../../../src/setup/steps/step.ts';
import { proveByLead } from '../../../src/setup/steps/testLead.ts';
import { alex, aRunWithSteps, contoso, countingIds } from '../fixtures.ts';

describe('A test lead', () => {
  const contextWith = (dataverse: Partial<Dataverse>) =>
    ({
      run: () => aRunWithSteps({}),
      actor: alex,
      environment: contoso,
      ids: countingIds(),
      microsoft: { dataverse: () => ({ mayReadLeads: () => Promise.resolve(true), deleteLead: () => Promise.resolve(), ...dataverse }) },
      remember: () => undefined,
      changing: <T>(_request: string, change: () => Promise<T>) => change(),
      tidying: <T>(_request: string, change: () => Promise<T>) => change(),
      clock: { now: () => new Date() },
    }) as unknown as StepContext;
  const write = () => Promise.resolve({ kind: 'written' } as const);

  test.each(['user-1', undefined])('that is not found proves nothing, whoever its author should be (%s)', async (systemUserId) => {
    const context = contextWith({ lead: () => Promise.resolve(undefined) });
    await expect(proveByLead(context, { write, systemUserId })).rejects.toMatchObject({ code: 'E-READ-BACK' });
  });

  test('of another author proves nothing', async () => {
    const context = contextWith({ lead: (leadId) => Promise.resolve({ leadId, createdBy: 'user-2' }) });
    await expect(proveByLead(context, { write, systemUserId: 'user-1' })).rejects.toMatchObject({ code: 'E-READ-BACK' });
  });
});
