import { type World, createWorld } from '../world.ts';

jest.setTimeout(60_000);

describe('A sign-in that ends while an import is under way', () => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld();
    expect((await world.tenant.control('conditions', { importTakes: 'PT1H45M' })).status).toBe(200);
    await world.goTo('solution');
    world.approve('solution');
    await world.settle();
    await world.pass('PT5S');
  });
  afterEach(() => world.close());

  const imports = async () => (await world.changes()).filter((change) => change.includes('ImportSolutionAsync'));
  const pass = async (hours: number) => {
    for (let third = 0; third < hours * 3; third += 1) await world.pass('PT20M');
  };

  test('of itself changes nothing: a new token is fetched within the approval’s time', async () => {
    await pass(1.34);
    expect(world.step('solution')).toMatchObject({ status: 'applying', begun: true });
    await pass(0.67);
    await world.until('solution', 'done');
    expect(await imports()).toHaveLength(1);
    expect(world.run().journal.filter(({ stepId }) => stepId === 'solution')).toHaveLength(1);
  });

  test('keeps the step approved and waiting, says since when, and goes on by itself after the next', async () => {
    world.signOut('alex');
    await pass(1);
    const lost = world.step('solution');
    expect(lost).toMatchObject({ status: 'applying', signInLost: { since: expect.any(String) } });
    await pass(1);
    expect(world.step('solution')).toEqual(lost);
    world.signBackIn('alex');
    world.signIn();
    world.signIn();
    await world.settle();
    expect(world.step('solution')).not.toHaveProperty('signInLost');
    await pass(1);
    await world.until('solution', 'done');
    expect(await imports()).toHaveLength(1);
  });

  test('goes on even when nobody says so, once a token can be had', async () => {
    world.signOut('alex');
    await pass(1);
    expect(world.step('solution').status).toBe('applying');
    world.signBackIn('alex');
    await pass(1);
    await world.until('solution', 'done');
    expect(await imports()).toHaveLength(1);
  });

  test('is told to the operator once, not every minute', async () => {
    world.signOut('alex');
    await pass(2);
    expect(world.logged.filter(({ code }) => code === 'E-SIGN-IN')).toHaveLength(1);
  });

  test('is waited for as long as the approval holds; then it is asked anew, and nothing is imported twice', async () => {
    world.signOut('alex');
    await pass(1);
    await world.pass('P2D');
    world.signBackIn('alex');
    world.signIn();
    await world.settle();
    expect(world.step('solution')).toMatchObject({ status: 'failed', failure: { code: 'E-SIGN-IN' }, notice: { key: 'notice.approvalOver' } });
    world.command('retry');
    await world.until('solution', 'done');
    expect(await imports()).toHaveLength(1);
  });

  test('says why it is asked anew also when it cannot be planned at first', async () => {
    world.signOut('alex');
    world.overwrite(({ steps, ...run }) => ({ ...run, steps: { ...steps, solution: { ...steps.solution, approvedAt: '2020-01-01T00:00:00.000Z' } as never } }), { kind: 'apply', stepId: 'solution' });
    await world.until('solution', 'failed');
    world.command('retry');
    await world.until('solution', 'failed');
    world.signBackIn('alex');
    world.signIn();
    world.command('retry');
    await world.until('solution', 'planned');
    expect(world.step('solution')).toMatchObject({ notice: { key: 'notice.approvalOver' } });
  });

  test('does not let an old approval change anything further', async () => {
    world.overwrite((run) => ({ ...run, steps: { ...run.steps, solution: { ...run.steps.solution, approvedAt: '2020-01-01T00:00:00.000Z' } as never } }), { kind: 'apply', stepId: 'solution' });
    await world.until('solution', 'planned');
    expect(world.step('solution')).toMatchObject({ notice: { key: 'notice.approvalOver' } });
    expect(await imports()).toHaveLength(1);
    world.approve('solution');
    await pass(2.5);
    await world.until('solution', 'done');
    expect(await imports()).toHaveLength(1);
  });
});
