import { setupRunSchema } from '../../src/setup/run.ts';
import { readStoredRun } from '../../src/setup/storedRun.ts';
import { aRunWithSteps, done, planned } from './fixtures.ts';

/** As the first version of the bot wrote it: four steps, nobody to be asked. */
function recordOfVersion1() {
  const { asks: _asks, ...run } = aRunWithSteps({ solution: done, application: planned });
  const { solution, application, applicationUserAndRole, keyAndProof } = run.steps;
  const inputs = { solution: {}, application: { displayName: 'Leads' }, applicationUserAndRole: {}, keyAndProof: { months: '12' } };
  return { ...run, schemaVersion: 1, inputs, steps: { solution, application, applicationUserAndRole, keyAndProof } };
}

describe('A stored setup', () => {
  test('of an earlier version goes on where it stood', () => {
    const run = readStoredRun(recordOfVersion1());
    expect(setupRunSchema.safeParse(run).success).toBe(true);
    expect(run.steps.solution.status).toBe('done');
    expect(run.steps.application.status).toBe('planned');
    expect(run.inputs.keyAndProof).toEqual({ months: '12' });
    expect(run.steps.serviceUser.status).toBe('waiting');
  });

  test('of this version is read as it is', () => {
    const run = aRunWithSteps({ solution: done });
    expect(readStoredRun(JSON.parse(JSON.stringify(run)))).toEqual(run);
  });

  test.each([[{}], [{ schemaVersion: 99 }], [null]])('that is no setup is refused: %j', (record) => {
    expect(() => readStoredRun(record)).toThrow(/schemaVersion|expected/u);
  });
});
