import { SetupError } from '../../../src/setup/errors.ts';
import { createWorld, type World } from '../world.ts';

jest.setTimeout(60_000);
let world: World;
afterEach(() => world.close());

const throttled = async (match: string) => {
  await world.tenant.control('faults', [{ match, kind: 'throttle:600', times: 1000 }]);
};
const refusals = async () => ((await world.tenant.control('requests')).json as { status: number }[]).filter(({ status }) => status === 429).length;

describe('Where Microsoft asks for a pause of ten minutes', () => {
  test('the start of an import is not sent again before', async () => {
    world = await createWorld();
    await world.goTo('solution');
    await throttled('POST /ImportSolutionAsync');
    world.approve('solution');
    await world.settle();
    const before = await refusals();
    for (let round = 0; round < 4; round += 1) await world.pass('PT30S');
    expect(await refusals()).toBe(before);
  });

  test('an import that runs is not looked at before', async () => {
    world = await createWorld();
    await world.tenant.control('conditions', { importTakes: 'PT1H' });
    await world.goTo('solution');
    world.approve('solution');
    await world.settle();
    await throttled('GET /*');
    await world.pass('PT5S');
    const before = await refusals();
    for (let round = 0; round < 4; round += 1) await world.pass('PT30S');
    expect(await refusals()).toBe(before);
  });

  test('whoever tries again before is told when it goes on, and it does by itself', async () => {
    world = await createWorld();
    await world.goTo('application');
    await throttled('PATCH /*');
    world.approve('application');
    await world.settle();
    const before = await refusals();
    expect(world.command('retry', { stepId: 'application' })).toMatchObject({ kind: 'moved', run: { steps: { application: { progress: { sentence: { key: 'card.step.pausedUntil' } } } } } });
    await world.settle();
    expect(world.command('retry', { stepId: 'application' })).toMatchObject({ kind: 'refused' });
    expect(await refusals()).toBe(before);
    await world.tenant.control('faults', []);
    await world.pass('PT20M');
    await world.until('application', 'done');
  });

  test('a plan that is read anew waits for it too, and says so', async () => {
    let isBusy = true;
    const until = new Date(Date.now() + 10 * 60_000).toISOString();
    world = await createWorld('alex', (microsoft) => ({
      ...microsoft,
      directory: (person) => {
        const directory = microsoft.directory(person);
        const busy = () => Promise.reject(new SetupError('E-BUSY', { values: { service: 'Microsoft Graph', until } }));
        return { ...directory, applicationByUniqueName: isBusy ? busy : directory.applicationByUniqueName };
      },
    }));
    await world.goTo('solution');
    world.approve('solution');
    await world.until('application', 'failed');
    expect(world.command('retry', { stepId: 'application' })).toMatchObject({ run: { steps: { application: { status: 'planning', pausedUntil: until } } } });
    isBusy = false;
    await world.settle();
    expect(world.step('application').status).toBe('planning');
    await world.pass('PT20M');
    expect(world.step('application').status).toBe('planned');
  });
});

test('An import that does not end is given up after two hours, also where Dynamics could not be asked now and then', async () => {
  let looks = 0;
  world = await createWorld('alex', (microsoft) => ({
    ...microsoft,
    dataverse: (person, environment) => ({
      ...microsoft.dataverse(person, environment),
      importJob: () => Promise.resolve({ percent: 5, hasEnded: false }),
      importOperation: (operationId) => {
        looks += 1;
        if (looks % 2 === 0) return Promise.reject(new SetupError('E-UNREACHABLE'));
        return Promise.resolve({ operationId, outcome: 'running', message: undefined });
      },
    }),
  }));
  await world.goTo('solution');
  world.approve('solution');
  await world.settle();
  const { progress } = world.step('solution') as { progress?: { since: string } };
  for (let round = 0; round < 12 && world.step('solution').status === 'applying'; round += 1) {
    await world.pass('PT20M');
    await world.pass('PT30S');
  }
  expect(progress?.since).toBeDefined();
  expect(world.step('solution')).toMatchObject({ status: 'failed', failure: { code: 'E-SOL-TOO-LONG' } });
});
