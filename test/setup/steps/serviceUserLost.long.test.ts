import { SetupError } from '../../../src/setup/errors.ts';
import { type World, createWorld, withDirectory } from '../world.ts';
import { creations, finish, signsIn, userName, users, worldAtUser } from './serviceUsers.ts';

let world: World;
afterEach(() => world.close());

describe('An answer that was lost', () => {
  const losingFirstAnswer = () => {
    let isLost = false;
    return withDirectory(({ createUser }) => ({
      createUser: async (wanted) => {
        const made = await createUser(wanted);
        if (isLost) return made;
        isLost = true;
        throw new SetupError('E-UNCLEAR');
      },
    }));
  };

  test('leaves the user named; Retry finds it, with the password that was sealed', async () => {
    world = await createWorld('alex', losingFirstAnswer());
    await world.goTo('serviceUser');
    world.approve('serviceUser');
    await world.until('serviceUser', 'failed');
    expect(world.run().facts.serviceUser).toEqual({ userPrincipalName: userName, displayName: 'Marketplace Lead Writer', origin: 'made' });
    world.command('retry', { stepId: 'serviceUser' });
    await world.until('serviceUser', 'done');
    expect(await creations(world)).toHaveLength(1);
    await finish(world);
    expect(await signsIn(world)).toBe(true);
  });

  test('and is refused at the second try is still found as ours', async () => {
    let tries = 0;
    world = await createWorld('alex', withDirectory(({ createUser, user }) => ({
      user: async (key) => (tries === 1 ? undefined : await user(key)),
      createUser: async (wanted) => {
        tries += 1;
        if (tries > 1) throw new SetupError('E-BUSY');
        await createUser(wanted);
        throw new SetupError('E-UNCLEAR');
      },
    })));
    await world.goTo('serviceUser');
    world.approve('serviceUser');
    for (const code of ['E-UNCLEAR', 'E-BUSY']) {
      await world.until('serviceUser', 'failed');
      expect(world.step('serviceUser')).toMatchObject({ failure: { code } });
      world.command('retry', { stepId: 'serviceUser' });
    }
    await world.until('serviceUser', 'done');
    expect(await creations(world)).toHaveLength(1);
    expect(world.run().facts.serviceUser).toMatchObject({ objectId: expect.any(String), origin: 'made' });
  });

  test('after which somebody set another password is followed by a new one', async () => {
    world = await createWorld('alex', losingFirstAnswer());
    await world.goTo('serviceUser');
    world.approve('serviceUser');
    await world.until('serviceUser', 'failed');
    await world.pass('PT20M');
    const [user] = await users(world);
    await world.tenant.graph('alex', 'PATCH', `/users/${String(user?.['id'])}`, { body: { passwordProfile: { password: 'Correct-horse-7-battery' } } });
    world.command('retry', { stepId: 'serviceUser' });
    await world.until('serviceUser', 'done');
    await finish(world);
    expect(await signsIn(world)).toBe(true);
  });

  test('after which the process died with the seal gone, is followed by a new password', async () => {
    world = await createWorld('alex', losingFirstAnswer());
    await world.goTo('serviceUser');
    world.approve('serviceUser');
    await world.until('serviceUser', 'failed');
    await world.pass('P2D');
    world.restart();
    world.command('retry', { stepId: 'serviceUser' });
    await world.until('serviceUser', 'done');
    expect(world.run().facts.password).toBeUndefined();
    await finish(world);
    expect(world.run().journal.map(({ request }) => request)).toContain('PATCH graph /users/{id}');
    expect(await signsIn(world)).toBe(true);
  });

  test('to a process that died is looked up, and no second user is made', async () => {
    world = await worldAtUser();
    world.approve('serviceUser');
    await world.until('serviceUser', 'done');
    const { serviceUser: made, password: _, ...facts } = world.run().facts;
    const { objectId: _unknown, ...known } = made!;
    world.overwrite((run) => {
      const { plan, planHash } = { plan: { summary: { key: 'x' }, reversal: { key: 'x' }, notices: [], facts: [], changes: [] }, planHash: 'x' };
      const applying = { status: 'applying', plan, planHash, approvedBy: world.person('alex'), approvedAt: run.startedAt, begun: true } as const;
      return { ...run, facts: { ...facts, serviceUser: known }, steps: { ...run.steps, serviceUser: applying } };
    }, { kind: 'apply', stepId: 'serviceUser' });
    world.restart();
    await world.until('serviceUser', 'done');
    expect(await creations(world)).toHaveLength(1);
    expect(world.run().facts).toMatchObject({ serviceUser: { objectId: made!.objectId }, password: expect.anything() });
  });

  test('by Entra’s own reading is waited for', async () => {
    let hidden = 3;
    world = await createWorld('alex', withDirectory(({ user }) => ({
      user: async (key) => {
        const found = await user(key);
        return found && (hidden -= 1) >= 0 ? undefined : found;
      },
    })));
    await world.goTo('serviceUser');
    world.approve('serviceUser');
    await world.settle();
    expect(world.step('serviceUser')).toMatchObject({ status: 'applying', progress: { sentence: { key: 'serviceUser.waitingForUser' } } });
    await world.until('serviceUser', 'done');
    expect(await creations(world)).toHaveLength(1);
  });
});
