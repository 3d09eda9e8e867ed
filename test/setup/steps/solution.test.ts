import { type World, createWorld } from '../world.ts';

describe('The solution', () => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld();
    await world.goTo('solution');
  });
  afterEach(() => world.close());

  test('is shown with name, version, publisher and components before anything is installed', async () => {
    expect(world.step('solution')).toMatchObject({
      plan: { facts: [{ label: { key: 'solution.factName' } }, { value: '1.0.0.0' }, {}, { value: expect.stringContaining('Microsoft Marketplace Lead Writer') }] },
    });
    expect(world.run().journal).toEqual([]);
    expect((await world.state()).dataverse['contoso']?.['importjobs']).toEqual([]);
  });

  test('is imported while the next step is asked, with progress that moves', async () => {
    world.approve('solution');
    await world.settle();
    expect(world.step('application').status).toBe('planned');
    await world.pass('PT5S');
    await world.pass('PT5S');
    const early = world.step('solution');
    await world.pass('PT5S');
    const late = world.step('solution');
    if (early.status !== 'applying' || late.status !== 'applying') throw new Error('The import is over too soon');
    expect(late.progress?.percent).toBeGreaterThan(early.progress?.percent ?? 0);
    expect(late.progress?.since).toBe(early.progress?.since);
  });

  test('goes on after the process died in the middle, with no second import', async () => {
    world.approve('solution');
    await world.settle();
    await world.pass('PT5S');
    world.restart();
    await world.until('solution', 'done');
    expect((await world.changes()).filter((request) => request.includes('ImportSolutionAsync'))).toHaveLength(1);
  });

  test('whose start was not answered is found by its operation, not started again', async () => {
    world.approve('solution');
    await world.settle();
    world.overwrite(
      ({ facts: { solution, ...facts }, ...run }) => {
        const { operationId: _operation, importJobId: _job, ...known } = solution!;
        return { ...run, facts: { ...facts, solution: known } };
      },
      { kind: 'apply', stepId: 'solution' },
    );
    await world.until('solution', 'done');
    expect((await world.changes()).filter((request) => request.includes('ImportSolutionAsync'))).toHaveLength(1);
  });

  test('whose start was not answered and has no row yet is looked for, for a while', async () => {
    world.approve('solution');
    await world.settle();
    world.overwrite(
      ({ facts: { solution, ...facts }, ...run }) => {
        const { operationId: _operation, importJobId, ...known } = solution!;
        return { ...run, facts: { ...facts, solution: { ...known, importJobsBefore: [importJobId!] } } };
      },
      { kind: 'apply', stepId: 'solution' },
    );
    await world.settle();
    expect(world.step('solution')).toMatchObject({ status: 'applying', progress: { sentence: { key: 'solution.lookingForImport' } } });
    await world.pass('PT20M');
    expect(world.step('solution')).toMatchObject({ status: 'failed', failure: { code: 'E-SOL-NOT-STARTED' } });
    world.command('retry', { stepId: 'solution' });
    await world.until('solution', 'done');
  });

  test('whose start was done but not answered is looked for and followed, without anybody’s help', async () => {
    await world.tenant.control('faults', [{ match: 'POST /ImportSolutionAsync', kind: 'drop-after' }]);
    world.approve('solution');
    await world.settle();
    expect(world.step('solution')).toMatchObject({ status: 'applying', progress: { sentence: { key: 'solution.lookingForImport' } } });
    await world.until('solution', 'done');
    expect((await world.changes()).filter((request) => request.includes('ImportSolutionAsync'))).toHaveLength(1);
  });

  test.each(['drop-before', 'status:500'])('whose start was lost (%s) is looked for, and one Retry starts it', async (kind) => {
    await world.tenant.control('faults', [{ match: 'POST /ImportSolutionAsync', kind }]);
    world.approve('solution');
    await world.until('solution', 'failed');
    expect(world.step('solution')).toMatchObject({ failure: { code: 'E-SOL-NOT-STARTED' } });
    world.command('retry', { stepId: 'solution' });
    await world.until('solution', 'done');
  });

  test('whose start never arrived fails, and only Retry starts it', async () => {
    world.approve('solution');
    world.overwrite(
      (run) => ({
        ...run,
        steps: { ...run.steps, solution: { ...run.steps.solution, begun: true } as never },
        facts: { ...run.facts, solution: { ...run.facts.solution!, importJobsBefore: [] } },
      }),
      { kind: 'apply', stepId: 'solution' },
    );
    await world.settle();
    expect(world.step('solution')).toMatchObject({ status: 'failed', failure: { code: 'E-SOL-NOT-STARTED' } });
    expect(await world.changes()).toEqual([]);
    world.command('retry', { stepId: 'solution' });
    await world.until('solution', 'done');
  });

  test('that an administrator installed meanwhile is found, not installed again', async () => {
    world.approve('solution');
    await world.until('solution', 'done');
    world.command('cancel', { confirmed: true });
    await world.goTo('application');
    expect(world.step('solution')).toMatchObject({ status: 'done', evidence: [{ key: 'solution.found' }] });
    expect(world.run().facts.solution).toMatchObject({ origin: 'found' });
  });

  test('of a cancelled setup is not followed any more', async () => {
    world.approve('solution');
    await world.settle();
    world.command('cancel', { confirmed: true });
    const before = world.step('solution');
    await world.pass('PT30S');
    expect(world.step('solution')).toEqual(before);
  });
});
