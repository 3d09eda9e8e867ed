import { SetupError } from '../../../src/setup/errors.ts';
import { createWorld, withDirectory, type World } from '../world.ts';

jest.setTimeout(60_000);

const keysIn = async (world: World) => (await world.state()).graph.applications.flatMap(({ passwordCredentials }) => passwordCredentials);

describe('A key that Entra does not list yet', () => {
  let world: World;
  afterEach(() => world.close());

  /** Nothing new is listed for a minute. */
  async function slowToList(around?: Parameters<typeof createWorld>[1]): Promise<void> {
    world = await createWorld('alex', around);
    await world.goTo('keyAndProof');
    await world.tenant.control('conditions', { replication: { keyToApplication: 'PT60S' } });
    world.approve('keyAndProof');
  }

  test('is waited for, so that whoever looks afterwards finds it, and tried with one lead', async () => {
    await slowToList();
    await world.settle();
    expect(world.step('keyAndProof')).toMatchObject({ status: 'applying', progress: { sentence: { key: 'keyAndProof.waitingForList' } } });
    await world.until('keyAndProof', 'done');
    expect(world.run().journal.filter(({ request }) => request === 'DELETE dataverse /leads({id})')).toHaveLength(1);
    world.lookBack();
    await world.settle();
    expect(world.step('keyAndProof').status).toBe('done');
    expect(await keysIn(world)).toHaveLength(1);
  });

  test('and whose answer was lost is removed when it is listed, whatever was made since', async () => {
    let isLost = true;
    await slowToList(withDirectory((directory) => ({
      addKey: async (...key) => {
        const made = await directory.addKey(...key);
        if (!isLost) return made;
        isLost = false;
        throw new SetupError('E-UNCLEAR');
      },
    })));
    await world.until('keyAndProof', 'failed');
    world.command('retry', { stepId: 'keyAndProof', confirmed: true });
    await world.until('keyAndProof', 'done');
    expect(await keysIn(world)).toEqual([expect.objectContaining({ keyId: world.run().facts.key?.keyId })]);
  });

  test('is removed when the setup is stopped with that wish', async () => {
    await slowToList();
    await world.settle();
    world.command('cancel', { confirmed: true, removeKey: 'true' });
    await world.settle();
    expect(await keysIn(world)).toEqual([]);
    expect(world.run().facts.key).toBeUndefined();
  });

  test('and whose answer was lost is removed too when the setup was stopped, and is known until then', async () => {
    await slowToList(withDirectory((directory) => ({
      addKey: async (...key) => {
        await directory.addKey(...key);
        throw new SetupError('E-UNCLEAR');
      },
    })));
    await world.until('keyAndProof', 'failed');
    world.command('cancel', { confirmed: true, removeKey: 'true' });
    await world.settle();
    expect(world.run().facts.key).toBeDefined();
    for (let round = 0; round < 8; round += 1) await world.pass('PT30S');
    expect(await keysIn(world)).toEqual([]);
    expect(world.run().facts.key).toBeUndefined();
  });

  test.each([1, 3, Infinity])('in %s answers is not made a second time', async (answers) => {
    const made = new Set<string>();
    let left = answers;
    world = await createWorld('alex', withDirectory((directory) => ({
      addKey: async (...key) => {
        const answer = await directory.addKey(...key);
        made.add(answer.keyId);
        return answer;
      },
      application: async (id) => {
        const found = await directory.application(id);
        if (!found || made.size === 0 || left <= 0) return found;
        left -= 1;
        return { ...found, keys: found.keys.filter(({ keyId }) => !made.has(keyId)) };
      },
    })));
    await world.goTo('keyAndProof');
    world.approve('keyAndProof');
    await world.until('keyAndProof', 'done');
    expect(made.size).toBe(1);
    expect(await keysIn(world)).toHaveLength(1);
  });
});
