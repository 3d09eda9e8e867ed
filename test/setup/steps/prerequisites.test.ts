import { directoryRoles } from '../../../sandbox/directory/roles.ts';
import type { EnvironmentName } from '../../../sandbox/environments.ts';
import type { PersonaName } from '../../../sandbox/personas.ts';
import { type World, createWorld } from '../world.ts';

describe('The prerequisites', () => {
  let world: World;
  afterEach(() => world.close());

  const lookAt = async (name: PersonaName, environment: EnvironmentName = 'contoso') => {
    world = await createWorld(name);
    world.command('start');
    world.signIn();
    await world.settle();
    world.command('submit', { address: world.tenant.sandbox.environments[environment].url });
    await world.settle();
  };
  const verdicts = () => Object.fromEntries(world.run().checks.map(({ code, verdict }) => [code, verdict]));
  const check = (code: string) => world.run().checks.find((result) => result.code === code);

  test('are all there for Alex, in both ways', async () => {
    await lookAt('alex');
    expect(verdicts()).toEqual({ 'PRE-001': 'passed', 'PRE-002': 'passed', 'PRE-003': 'passed', 'PRE-004': 'passed', 'PRE-005': 'passed' });
  });

  test('warn Priya, who holds no directory role, and let her go on', async () => {
    await lookAt('priya');
    expect(verdicts()).toMatchObject({ 'PRE-001': 'passed', 'PRE-004': 'warning', 'PRE-005': 'warning' });
    expect(world.command('choose', { path: 'entra' }).kind).toBe('moved');
  });

  test('stop Rita, who is no System Administrator, and say who can help', async () => {
    await lookAt('rita');
    expect(check('PRE-001')).toMatchObject({ verdict: 'blocked', cure: { key: 'check.systemAdministrator.missingCure' } });
    expect(world.command('choose', { path: 'entra' })).toMatchObject({ kind: 'refused', notice: { key: 'notice.prerequisiteBlocks' } });
    expect(world.command('check').kind).toBe('moved');
  });

  test('stop Tomas, who administers the tenant and is no user of the environment', async () => {
    await lookAt('tomas');
    expect(check('PRE-001')).toMatchObject({ verdict: 'blocked', found: { key: 'check.systemAdministrator.notMember' }, cure: { key: 'check.systemAdministrator.notMemberCure' } });
    expect(verdicts()).toMatchObject({ 'PRE-004': 'passed', 'PRE-005': 'passed' });
    expect(world.command('choose', { path: 'entra' })).toMatchObject({ kind: 'refused' });
  });

  test('see that Tia is System Administrator through a team', async () => {
    await lookAt('tia');
    expect(check('PRE-001')).toMatchObject({ verdict: 'passed', found: { key: 'check.systemAdministrator.team' } });
  });

  test('warn Una, who may administer and cannot read leads', async () => {
    await lookAt('una');
    expect(check('PRE-002')).toMatchObject({ verdict: 'warning', cure: { key: 'check.accessMode.cure' } });
    expect(world.command('choose', { path: 'entra' }).kind).toBe('moved');
  });

  test('tell Pim to activate the roles, and see them when they are active', async () => {
    await lookAt('pim');
    expect(check('PRE-004')).toMatchObject({ verdict: 'warning', found: { key: 'check.registerApplications.eligible' }, cure: { key: 'check.directoryRoles.activate' } });
    expect(check('PRE-005')).toMatchObject({ found: { key: 'check.createUsers.eligible' } });
    const roles = [directoryRoles['Application Administrator'], directoryRoles['User Administrator'], directoryRoles['License Administrator']];
    await world.tenant.control('roles', { persona: 'pim', activate: roles });
    world.command('check');
    await world.settle();
    expect(verdicts()).toMatchObject({ 'PRE-004': 'passed', 'PRE-005': 'passed' });
  });

  test('know nothing of roles to activate where the tenant has no Privileged Identity Management', async () => {
    world = await createWorld('pim');
    await world.tenant.control('conditions', { privilegedIdentityManagement: 'unlicensed' });
    world.command('start');
    world.signIn();
    await world.settle();
    world.command('submit', { address: world.tenant.sandbox.environments.contoso.url });
    await world.settle();
    expect(check('PRE-004')).toMatchObject({ verdict: 'warning', found: { key: 'check.registerApplications.missing' } });
  });

  test('stop at an environment without a lead table, and let another be chosen', async () => {
    await lookAt('alex', 'nolead');
    expect(check('PRE-003')).toMatchObject({ verdict: 'blocked', cure: { key: 'check.leadTable.cure' } });
    expect(world.command('choose', { path: 'entra' })).toMatchObject({ kind: 'refused' });
    expect(world.command('back').kind).toBe('moved');
    world.command('submit', { address: world.tenant.sandbox.environments.contoso.url });
    await world.settle();
    expect(verdicts()).toMatchObject({ 'PRE-003': 'passed' });
  });

  test('say that an environment belongs to another organization, and let another be chosen', async () => {
    await lookAt('alex', 'foreign');
    expect(world.run().prerequisites).toMatchObject({ status: 'failed', failure: { code: 'E-FOREIGN' } });
    expect(world.command('back').kind).toBe('moved');
    expect(world.run().environment).toBeUndefined();
  });

  test('read for an environment that was left meanwhile are dropped', async () => {
    world = await createWorld();
    world.command('start');
    world.signIn();
    await world.settle();
    world.command('submit', { address: world.tenant.sandbox.environments.contoso.url });
    const reading = world.settle();
    world.command('back');
    await reading;
    expect(world.run()).toMatchObject({ prerequisites: { status: 'waiting' }, checks: [] });
  });

  test('begin with the test environment among those offered', async () => {
    await lookAt('alex');
    expect(world.run().offered[0]).toMatchObject({ isTest: true });
  });

  test('can be read where no environment is listed, by its address', async () => {
    world = await createWorld();
    await world.tenant.control('conditions', { undiscovered: ['alex'] });
    world.command('start');
    world.signIn();
    await world.settle();
    expect(world.run()).toMatchObject({ offered: [], discovery: { status: 'read' } });
    world.command('submit', { address: `${world.tenant.sandbox.environments.contoso.url}/main.aspx?appid=1` });
    await world.settle();
    expect(verdicts()).toMatchObject({ 'PRE-001': 'passed' });
  });
});
