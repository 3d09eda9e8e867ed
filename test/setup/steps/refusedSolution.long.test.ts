import type { SolutionFileKind } from '../../../sandbox/solution/files.ts';
import { type Around, type World, type WorldOptions, createWorld } from '../world.ts';

let world: World;
afterEach(() => world.close());

/** To the first look at the solution, which changes nothing. */
async function lookAtSolution(options: WorldOptions = {}, conditions: object = {}, around?: Around): Promise<void> {
  world = await createWorld('alex', around, options);
  await world.tenant.control('conditions', conditions);
  world.command('start');
  world.signIn();
  await world.settle();
  world.command('choose', { environment: world.tenant.sandbox.environments.contoso.url });
  await world.settle();
  world.command('choose', { path: 'entra' });
  await world.settle();
}

const requests = async () => (await world.changes()).filter((request) => request.includes('Import'));

describe('A solution file that cannot be used', () => {
  test.each<[SolutionFileKind, string]>([
    ['noZip', 'E-SOL-UNREADABLE'],
    ['noManifest', 'E-SOL-UNREADABLE'],
    ['contradictory', 'E-SOL-INVALID'],
    ['unmanaged', 'E-SOL-NOT-MANAGED'],
    ['tooLarge', 'E-SOL-FILE'],
    ['missingDependencies', 'E-SOL-DEPENDENCY'],
  ])('%s is refused as %s before anything is changed', async (solution, code) => {
    await lookAtSolution({ solution });
    expect(world.step('solution')).toMatchObject({ status: 'failed', failure: { code } });
    expect(await requests()).toEqual([]);
    expect(world.run().journal).toEqual([]);
  });

  test('of another publisher is refused, by name, where a publisher is expected', async () => {
    await lookAtSolution({ solution: 'otherPublisher', publisher: 'leadsetupsandbox' });
    expect(world.step('solution')).toMatchObject({
      status: 'failed',
      failure: { code: 'E-SOL-PUBLISHER', sentence: { values: { publisher: 'Contoso Consulting', expected: 'leadsetupsandbox' } } },
    });
  });

  test.each(['leadsetupsandbox', 'Lead Setup sandbox'])('of the expected publisher %s is planned', async (publisher) => {
    await lookAtSolution({ publisher });
    expect(world.step('solution').status).toBe('planned');
  });

  test('says Microsoft’s own code beside our words', async () => {
    await lookAtSolution({ solution: 'contradictory' });
    expect(world.step('solution')).toMatchObject({ failure: { upstream: { service: 'dataverse', status: 400, code: expect.stringMatching(/^0x8/u) } } });
  });
});

describe('A file of which Dynamics says something else than it says of itself', () => {
  const read = 'SandboxMarketplaceLeadWriter 1.0.0.0 (leadsetupsandbox)';
  test.each([
    [{ uniqueName: 'Other' }, { staged: 'Other 1.0.0.0 (leadsetupsandbox)' }],
    [{ version: '1.0.0.1' }, { staged: 'SandboxMarketplaceLeadWriter 1.0.0.1 (leadsetupsandbox)' }],
    [{ isManaged: false }, { staged: read, context: 'unmanaged' }],
    [{ publisherUniqueName: 'other' }, { staged: 'SandboxMarketplaceLeadWriter 1.0.0.0 (other)' }],
  ])('%j is not imported', async (other, values) => {
    const around: Around = (microsoft) => ({
      ...microsoft,
      dataverse: (...place) => {
        const dataverse = microsoft.dataverse(...place);
        return { ...dataverse, stageSolution: async (zip) => ({ ...(await dataverse.stageSolution(zip)), ...other }) };
      },
    });
    await lookAtSolution({}, {}, around);
    expect(world.step('solution')).toMatchObject({
      status: 'failed',
      failure: { code: 'E-SOL-DIFFERS', sentence: { key: 'error.solutionDiffers', values: { read, ...values } } },
    });
    expect(await requests()).toEqual([]);
  });
});

describe('An environment that has the solution already', () => {
  test('in a higher version keeps it, and nothing is imported', async () => {
    await lookAtSolution({}, { installed: 'newer' });
    expect(world.step('solution')).toMatchObject({ status: 'done', evidence: [{ key: 'solution.found', values: { version: '2.0.0.0' } }] });
    expect(world.run().facts.solution).toMatchObject({ origin: 'found', version: '2.0.0.0' });
    expect(await requests()).toEqual([]);
  });

  test('as an unmanaged copy is not overwritten', async () => {
    await lookAtSolution({}, { installed: 'unmanaged' });
    expect(world.step('solution')).toMatchObject({ status: 'failed', failure: { code: 'E-SOL-UNMANAGED' } });
  });

  test('under the same name from another publisher is not replaced', async () => {
    await lookAtSolution({}, { installed: 'otherPublisher' });
    expect(world.step('solution')).toMatchObject({ status: 'failed', failure: { code: 'E-SOL-TAKEN', sentence: { values: { publisher: 'contosoconsulting' } } } });
  });
});

describe('An import', () => {
  test('waits while another one is running, says so, and begins then', async () => {
    await lookAtSolution();
    await world.tenant.control('conditions', { otherImport: { lasts: 'PT90S' } });
    world.approve('solution');
    await world.settle();
    await world.settle();
    expect(world.step('solution')).toMatchObject({ status: 'applying', progress: { sentence: { key: 'solution.anotherImport' } } });
    await world.until('solution', 'done');
  });

  test('that fails shows the error rows of its job, and can be tried again', async () => {
    const rows = ['The role Microsoft Marketplace Lead Writer could not be written.', 'SQL Server timed out.'];
    await lookAtSolution();
    await world.tenant.control('conditions', { nextImport: { errors: rows } });
    world.approve('solution');
    await world.until('solution', 'failed');
    const state = world.step('solution');
    expect(state).toMatchObject({ failure: { code: 'E-SOL-IMPORT' } });
    const message = state.status === 'failed' ? state.failure.upstream?.message : '';
    for (const row of rows) expect(message).toContain(row);
    world.command('retry', { stepId: 'solution' });
    await world.decided('solution');
    world.approve('solution');
    await world.until('solution', 'done');
  });

  test('that takes an hour is waited for', async () => {
    await lookAtSolution();
    await world.tenant.control('conditions', { importTakes: 'PT1H' });
    world.approve('solution');
    await world.settle();
    await world.pass('PT20M');
    await world.pass('PT20M');
    expect(world.step('solution')).toMatchObject({ status: 'applying', progress: { sentence: { key: 'solution.importing' } } });
    await world.pass('PT20M');
    await world.until('solution', 'done');
  });
});
