import type { PersonaName } from '../../../sandbox/personas.ts';
import { type World, createWorld } from '../world.ts';

describe('The prerequisites', () => {
  let world: World;
  afterEach(() => world.close());

  const verdicts = async (name: PersonaName) => {
    world = await createWorld(name);
    world.command('start');
    world.signIn();
    await world.settle();
    world.command('choose', { environment: world.tenant.sandbox.environments.contoso.url });
    await world.settle();
    return Object.fromEntries(world.run().checks.map(({ code, verdict }) => [code, verdict]));
  };

  test('are all there for Alex, in both ways', async () => {
    expect(await verdicts('alex')).toEqual({
      'PRE-001': 'passed', 'PRE-002': 'passed', 'PRE-003': 'passed', 'PRE-004': 'passed', 'PRE-005': 'passed',
    });
  });

  test('warn Priya, who holds no directory role, and let her go on', async () => {
    expect(await verdicts('priya')).toMatchObject({ 'PRE-001': 'passed', 'PRE-004': 'warning', 'PRE-005': 'warning' });
    expect(world.command('choose', { path: 'entra' }).kind).toBe('moved');
  });

  test('stop Rita, who is no System Administrator, and say who can help', async () => {
    expect(await verdicts('rita')).toMatchObject({ 'PRE-001': 'blocked' });
    expect(world.run().checks[0]).toMatchObject({ cure: { key: 'check.systemAdministrator.missingCure' } });
    expect(world.command('choose', { path: 'entra' })).toMatchObject({ kind: 'refused', notice: { key: 'notice.prerequisiteBlocks' } });
    expect(world.command('check').kind).toBe('moved');
  });

  test('begin with the test environment among those offered', async () => {
    await verdicts('alex');
    expect(world.run().offered.map(({ isTest }) => isTest)).toEqual([true, false, false]);
  });
});
