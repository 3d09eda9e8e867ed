import type { World } from '../world.ts';
import { check, finishedWorld, putRight } from './finished.ts';
import { portalsOf } from './portals.ts';

jest.setTimeout(60_000);
let world: World;
afterEach(() => world.close());

const saidOfKey = async () => (await check(world)).filter(({ part }) => part === 'key').map(({ what: { key } }) => key);

describe('Putting the key right that is stopped once another is made', () => {
  async function stoppedAfterTheKey(wish: { removeKey?: 'true' }): Promise<void> {
    world = await finishedWorld('entra');
    const { application, key } = world.run().facts;
    await portalsOf(world).graph('POST', `/applications/${application?.objectId}/removePassword`, { keyId: key?.keyId });
    await check(world);
    world.command('mend');
    world.signIn();
    await world.settle();
    world.approve('keyAndProof');
    await world.until('keyAndProof', 'done');
    world.command('cancel', { confirmed: true, ...wish });
    await world.settle();
  }

  test('leaves a key that nobody has, which a check says', async () => {
    await stoppedAfterTheKey({});
    expect(await saidOfKey()).toEqual(['drift.key.unused']);
  });

  test('leaves none where it was to be removed, which a check says', async () => {
    await stoppedAfterTheKey({ removeKey: 'true' });
    expect(await saidOfKey()).toEqual(['drift.key.missing']);
  });

  test('and made good later: a removal that comes late leaves that key alone', async () => {
    await stoppedAfterTheKey({ removeKey: 'true' });
    await check(world);
    expect(await putRight(world)).toEqual(['keyAndProof']);
    world.overwrite((run) => run, { kind: 'removeKey' });
    await world.settle();
    expect(await saidOfKey()).toEqual(['drift.key.right']);
  });
});

test('A second key under the name of the setup is said, with how to remove it', async () => {
  world = await finishedWorld('entra');
  const { application, key } = world.run().facts;
  await portalsOf(world).graph('POST', `/applications/${application?.objectId}/addPassword`, { passwordCredential: { displayName: key?.displayName } });
  expect((await check(world)).find(({ part }) => part === 'key')).toMatchObject({ verdict: 'differs', what: { key: 'drift.key.several' }, isForPeople: true });
});
