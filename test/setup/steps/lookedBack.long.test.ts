import { type World, createWorld } from '../world.ts';

jest.setTimeout(60_000);

/** Somebody comes back to a setup, and others have worked in the tenant meanwhile. */
describe('Coming back', () => {
  let world: World;
  let application: { id: string; appId: string };
  beforeEach(async () => {
    world = await createWorld();
    await world.goTo('keyAndProof');
    world.approve('keyAndProof');
    await world.until('keyAndProof', 'done');
    const [row] = (await world.state()).graph.applications;
    application = { id: String(row?.['id']), appId: String(row?.['appId']) };
  });
  afterEach(() => world.close());

  const graph = async (method: string, path: string, body?: object) => {
    expect((await world.tenant.graph('alex', method, path, { body })).status).toBeLessThan(300);
  };
  const comeBack = async (duration: 'PT5S' | 'PT20M' | 'P2D' = 'PT20M') => {
    await world.pass(duration);
    world.command('continue');
    await world.settle();
  };
  const reads = async () => (await world.tenant.control('requests')).json.length as number;

  test('finds everything as it was, and changes nothing', async () => {
    const before = { steps: world.run().steps, changes: await world.changes() };
    await comeBack('P2D');
    expect(world.run().steps).toEqual(before.steps);
    expect(world.run().lookedBackAt).toBeDefined();
    expect(await world.changes()).toEqual(before.changes);
  });

  test('looks at nothing right after it was done', async () => {
    const before = await reads();
    await comeBack('PT5S');
    expect(await reads()).toBe(before);
    expect(world.run()).not.toHaveProperty('lookedBackAt');
  });

  test('looks once, however often somebody asks', async () => {
    await world.pass('PT20M');
    world.lookBack();
    world.lookBack();
    await world.settle();
    const before = await reads();
    world.lookBack();
    world.command('continue');
    await world.settle();
    expect(await reads()).toBe(before);
  });

  test('finds the key removed: the proof is planned again, and what was sealed is destroyed', async () => {
    world.command('reveal');
    const keyId = world.run().facts.key?.keyId ?? '';
    await graph('POST', `/applications/${application.id}/removePassword`, { keyId });
    await comeBack();
    expect(world.step('keyAndProof')).toMatchObject({ status: 'planned', notice: { key: 'notice.undone.keyAndProof' } });
    expect(world.step('applicationUserAndRole').status).toBe('done');
    expect(world.run().handover).toEqual({});
    expect(world.command('reveal')).toMatchObject({ kind: 'refused' });
    world.approve('keyAndProof');
    await world.until('keyAndProof', 'done');
  });

  test('finds the application deleted: it is planned again, what builds on it waits, the solution stays', async () => {
    await graph('DELETE', `/applications/${application.id}`);
    await comeBack();
    expect(world.step('application')).toMatchObject({ status: 'planned', notice: { key: 'notice.undone.application' } });
    expect([world.step('solution').status, world.step('applicationUserAndRole').status, world.step('keyAndProof').status]).toEqual(['done', 'waiting', 'waiting']);
  });

  test('is not looked at while something is being changed', async () => {
    world.command('retry', { stepId: 'keyAndProof' });
    await world.settle();
    world.approve('keyAndProof');
    const before = world.run().version;
    world.lookBack();
    expect(world.run().version).toBe(before);
  });

  test('without a sign-in asks for one, and goes on with it', async () => {
    world.signOut('alex');
    await comeBack();
    expect(world.run()).toMatchObject({ signedIn: false, steps: { keyAndProof: { status: 'done' } } });
    world.signIn();
    expect(world.run()).toMatchObject({ signedIn: true, discovery: { status: 'read' } });
  });
});
