import { type WithDisk, withDisk } from '../../storage/roomOnDisk.ts';
import { createWorld, type World } from '../world.ts';

let world: World;
let disk: WithDisk<World>;
beforeEach(async () => {
  disk = await withDisk(() => createWorld());
  world = disk.opened;
});
afterEach(() => world.close());

/** Requests that changed the tenant, each of which has to be on record. */
const sent = async () => (await world.changes()).length;
const recorded = () => world.run().journal.length;
const leads = async () => (await world.state()).dataverse['contoso']?.['leads']?.map(({ leadid }) => leadid);
const keys = async () => (await world.state()).graph.applications.flatMap(({ passwordCredentials }) => passwordCredentials);

test('a disk that is full again and again while a key is made: nothing is changed that is not on record, and the setup ends with one key that can be seen, and without a test lead', async () => {
  await world.goTo('keyAndProof');
  const before = { sent: await sent(), recorded: recorded(), leads: await leads() };
  world.approve('keyAndProof');
  let refused = 0;
  for (let round = 0; round < 60 && world.step('keyAndProof').status !== 'done'; round += 1) {
    disk.fill();
    disk.leaveRoom(round % 4);
    await world.pass('PT30S').catch(() => (refused += 1));
    expect((await sent()) - before.sent).toBeLessThanOrEqual(recorded() - before.recorded);
  }
  expect(world.step('keyAndProof').status).toBe('done');
  expect(refused).toBeGreaterThan(0);
  disk.leaveRoom(1000);
  expect(await keys()).toHaveLength(1);
  expect(await leads()).toEqual(before.leads);
  expect(world.command('reveal')).toMatchObject({ kind: 'revealed' });
});
