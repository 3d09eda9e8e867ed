import { createWorld, type World } from '../world.ts';
import { live, planned, undoOf } from './undoing.ts';

jest.setTimeout(60_000);
let world: World;
afterEach(() => world.close());

const lostStart = () => world.tenant.control('faults', [{ match: 'POST /ImportSolutionAsync', kind: 'drop-after' }]);

describe('An import that is not over', () => {
  test.each([['that was answered', false], ['whose start was not answered', true]])('%s keeps its setup from being taken back, until it is', async (_which, isLost) => {
    world = await createWorld();
    await world.tenant.control('conditions', { importTakes: 'PT30M' });
    const before = await live(world);
    await world.goTo('solution');
    if (isLost) await lostStart();
    world.approve('solution');
    await world.settle();
    world.command('cancel', { confirmed: true });
    await world.settle();
    await planned(world);
    expect(undoOf(world)).toMatchObject({ status: 'failed', failure: { code: 'E-IMPORT-OPEN' } });
    await world.pass('PT20M');
    await world.pass('PT20M');
    world.command('retry');
    await world.settle();
    expect(undoOf(world)).toMatchObject({ status: 'planned', plan: { changes: [{ sentence: { key: 'undo.solution' } }] } });
    const state = undoOf(world);
    world.command('approve', { planHash: 'planHash' in state ? state.planHash : '' });
    for (let round = 0; round < 20 && undoOf(world).status === 'undoing'; round += 1) await world.pass('PT5S');
    expect(await live(world)).toEqual(before);
  });
});

/** Its row comes so late that it was given up: as one that waits for its turn for long. */
async function foundTooLate(): Promise<void> {
  let isHidden = true;
  world = await createWorld('alex', (microsoft) => ({
    ...microsoft,
    dataverse: (person, environment) => {
      const dataverse = microsoft.dataverse(person, environment);
      return { ...dataverse, importJobsOf: async (...given) => (isHidden ? [] : dataverse.importJobsOf(...given)) };
    },
  }));
  await world.tenant.control('conditions', { importTakes: 'PT15M' });
  await world.goTo('solution');
  await lostStart();
  world.approve('solution');
  await world.until('solution', 'failed');
  isHidden = false;
}

const starts = async () => (await world.changes()).filter((request) => request.includes('ImportSolutionAsync')).length;

describe('An import that was looked for in vain', () => {
  test('and is over when somebody tries again is this setup’s own, which taking back says', async () => {
    await foundTooLate();
    await world.pass('PT20M');
    world.command('retry', { stepId: 'solution' });
    await world.until('solution', 'done');
    expect(world.run().facts.solution?.origin).toBe('made');
    world.command('cancel', { confirmed: true });
    await planned(world);
    expect(undoOf(world)).toMatchObject({ plan: { changes: [{ sentence: { key: 'undo.solution' } }] } });
  });

  test('and has begun when somebody tries again is followed, and no other is started', async () => {
    await foundTooLate();
    world.command('retry', { stepId: 'solution' });
    await world.until('solution', 'planned').catch(() => undefined);
    if (world.step('solution').status === 'planned') world.approve('solution');
    await world.settle();
    await world.pass('PT20M');
    await world.until('solution', 'done');
    expect(await starts()).toBe(1);
    expect(world.run().facts.solution?.origin).toBe('made');
  });
});
