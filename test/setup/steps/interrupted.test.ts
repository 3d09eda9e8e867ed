import { SetupError } from '../../../src/setup/errors.ts';
import { type World, createWorld, withDirectory } from '../world.ts';

describe('What a setup leaves when it is cancelled at a bad moment', () => {
  let world: World;
  afterEach(() => world.close());

  const keys = async () => (await world.state()).graph.applications.flatMap(({ passwordCredentials }) => passwordCredentials);
  const toKey = async () => {
    await world.goTo('keyAndProof');
    world.approve('keyAndProof');
    await world.settle();
  };

  test('a key that Entra was just making is taken back at once', async () => {
    world = await createWorld('alex', withDirectory(({ addKey }) => ({
      addKey: async (...given) => {
        const made = await addKey(...given);
        world.command('cancel', { confirmed: true });
        return made;
      },
    })));
    await toKey();
    expect(await keys()).toEqual([]);
    expect(world.run()).toMatchObject({ status: 'cancelled' });
    expect(world.run().facts.key).toBeUndefined();
  });

  test('… or stays named, when it cannot be taken back', async () => {
    world = await createWorld('alex', withDirectory(({ addKey }) => ({
      addKey: async (...given) => {
        const made = await addKey(...given);
        world.command('cancel', { confirmed: true });
        return made;
      },
      removeKey: () => Promise.reject(new SetupError('E-SIGN-IN')),
    })));
    await toKey();
    expect(await keys()).toHaveLength(1);
    expect(world.run().facts.key?.displayName).toBe(`lead-setup ${world.run().id}`);
  });

  test('a key whose answer was lost can still be removed', async () => {
    world = await createWorld('alex', withDirectory(({ addKey }) => ({
      addKey: async (...given) => {
        await addKey(...given);
        throw new SetupError('E-UNCLEAR');
      },
    })));
    await toKey();
    expect(world.step('keyAndProof').status).toBe('failed');
    expect(world.run().facts.key).toBeDefined();
    world.command('cancel', { confirmed: true, removeKey: 'true' });
    await world.settle();
    expect(await keys()).toEqual([]);
    expect(world.run().facts.key).toBeUndefined();
  });

  test('a key that nobody has seen goes when the setup is started again', async () => {
    world = await createWorld();
    await toKey();
    await world.until('keyAndProof', 'done');
    const before = world.run().id;
    expect(world.command('restart')).toMatchObject({ kind: 'moved', run: { status: 'active' } });
    expect(world.run().id).not.toBe(before);
    await world.settle();
    expect(await keys()).toEqual([]);
    expect(world.told).toContain(before);
  });

  test('an application user is on the list, also when its role could not be completed', async () => {
    world = await createWorld('alex', (microsoft) => ({
      ...microsoft,
      dataverse: (person, environment) => ({
        ...microsoft.dataverse(person, environment),
        assignRole: () => Promise.reject(new SetupError('E-REFUSED')),
      }),
    }));
    await world.goTo('applicationUserAndRole');
    world.approve('applicationUserAndRole');
    await world.until('applicationUserAndRole', 'failed');
    expect(world.run().facts.applicationUser).toMatchObject({ origin: 'made' });
  });
});
