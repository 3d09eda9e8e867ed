import { type World, createWorld } from '../world.ts';

jest.setTimeout(60_000);

/** Rita may read Dynamics and nothing else; Alex's account, which she has too, may everything. */
describe('Somebody with an admin account', () => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld('rita');
  });
  afterEach(() => world.close());

  const admin = () => ({ objectId: world.person('alex').objectId, name: 'alex@contoso.onmicrosoft.com' });
  const actAs = (given: object = {}) => world.actAs(admin(), given);
  const toPrerequisites = async () => {
    world.command('start');
    world.signIn();
    await world.settle();
    world.command('choose', { environment: world.tenant.sandbox.environments.contoso.url });
    await world.settle();
  };
  const blocked = () => world.run().checks.filter(({ verdict }) => verdict === 'blocked').map(({ code }) => code);

  test('has its rights instead of their own, and their own again', async () => {
    await toPrerequisites();
    expect(blocked()).toContain('PRE-001');
    expect(actAs()).toMatchObject({ kind: 'moved', notice: { key: 'notice.actingAs', values: { name: admin().name } } });
    await world.settle();
    expect(blocked()).toEqual([]);
    world.command('actAsMyself');
    await world.settle();
    expect(blocked()).toContain('PRE-001');
  });

  test('changes the tenant as that account, and the journal names both', async () => {
    await toPrerequisites();
    actAs();
    await world.settle();
    world.command('choose', { path: 'entra' });
    await world.until('solution', 'planned');
    world.approve('solution');
    await world.until('solution', 'done');
    const { journal } = world.run();
    expect(journal.length).toBeGreaterThan(0);
    expect(journal).toEqual(journal.map((entry) => ({ ...entry, by: world.person('rita').objectId, actingAs: admin().objectId })));
    expect(world.step('solution')).toMatchObject({ approvedBy: { objectId: world.person('rita').objectId, actingAs: admin() } });
  });

  test('has another plan with another account: what was approved of before is asked anew', async () => {
    await toPrerequisites();
    actAs();
    await world.settle();
    world.command('choose', { path: 'entra' });
    await world.until('solution', 'planned');
    const before = world.step('solution');
    const priya = { objectId: world.person('priya').objectId, name: 'priya@contoso.onmicrosoft.com' };
    world.actAs(priya);
    await world.until('solution', 'planned');
    const stale = 'planHash' in before ? before.planHash : '';
    expect(world.command('approve', { stepId: 'solution', planHash: stale })).toMatchObject({ kind: 'refused', notice: { key: 'notice.planChanged' } });
    expect(world.step('solution')).toMatchObject({ notice: { key: 'notice.accountChanged' } });
    expect(await world.changes()).toEqual([]);
  });

  test('twice at once moves once', async () => {
    await toPrerequisites();
    expect([actAs(), actAs()].map(({ kind }) => kind)).toEqual(['moved', 'refused']);
  });

  test('is nobody else, and in no other chat', async () => {
    await toPrerequisites();
    expect(actAs({ person: world.person('priya') })).toMatchObject({ kind: 'refused', notice: { key: 'notice.notYours' } });
    expect(actAs({ conversationId: 'another' })).toMatchObject({ kind: 'refused', notice: { key: 'notice.notYours' } });
    expect(actAs({ person: { ...world.person('priya'), channelUserId: '29:rita', name: 'Rita Reader' } })).toMatchObject({ kind: 'refused' });
    expect(world.run().startedBy).not.toHaveProperty('actingAs');
  });

  test('is not believed of a client', async () => {
    await toPrerequisites();
    const plan = { summary: { key: 's' }, reversal: { key: 'r' }, notices: [], facts: [], changes: [] };
    world.overwrite((run) => ({ ...run, path: 'entra', steps: { ...run.steps, solution: { status: 'planned', plan, planHash: 'hash', at: run.startedAt } } }));
    world.approve('solution', { actor: { ...world.person('rita'), actingAs: admin() } });
    expect(world.step('solution')).toMatchObject({ status: 'applying' });
    expect(world.step('solution')).not.toHaveProperty('approvedBy.actingAs');
  });

  test('drops what was read as another account meanwhile', async () => {
    world.command('start');
    world.signIn();
    actAs();
    await world.settle();
    expect(world.run()).toMatchObject({ discovery: { status: 'read' }, startedBy: { actingAs: admin() } });
    expect(world.run().offered.map(({ name }) => name)).toHaveLength(3);
  });
});
