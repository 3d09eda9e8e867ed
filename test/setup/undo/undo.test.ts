import { type World, createWorld } from '../world.ts';
import { approveUndo, finished, live, planned, sentencesOf, undone, undoOf } from './undoing.ts';

describe('Taking back what a finished setup has made', () => {
  let world: World;
  let before: unknown;
  beforeAll(async () => {
    world = await createWorld();
    before = await live(world);
    await finished(world);
    await planned(world);
  });
  afterAll(() => world.close());

  test('is planned first, in reverse order, and changes nothing before it is approved', async () => {
    expect(sentencesOf(world.run())).toEqual(['undo.key', 'undo.applicationUser', 'undo.application', 'undo.solution']);
    expect(undoOf(world)).toMatchObject({ plan: { notices: [{ key: 'undo.leadsStop' }], stays: [{ key: 'undo.publisher' }] } });
    expect((await world.changes()).filter((change) => change.startsWith('DELETE') && !change.includes('/leads'))).toEqual([]);
  });

  test('needs the plan that was seen, and the person whose setup it is', () => {
    expect(world.command('approve', { planHash: 'another' })).toMatchObject({ kind: 'refused', notice: { key: 'notice.planChanged' } });
    expect(world.command('approve', {})).toMatchObject({ kind: 'refused', notice: { key: 'notice.planChanged' } });
    expect(approveUndo(world, { actor: world.person('priya') })).toMatchObject({ kind: 'refused', notice: { key: 'notice.notYours' } });
    expect(undoOf(world).status).toBe('planned');
  });

  test('leaves the tenant as it was before, with the application where it can be restored', async () => {
    await undone(world);
    expect(await live(world)).toEqual(before);
    expect(world.run()).toMatchObject({ status: 'finished', undo: { taken: [{}, {}, {}, {}] } });
    expect((await world.state()).graph).toMatchObject({ deletedApplications: [{ id: world.run().facts.application?.objectId }] });
    expect(world.run().journal.every(({ outcome }) => outcome)).toBe(true);
  });

  test('leaves nothing for a second time', async () => {
    await planned(world);
    expect(world.run()).toMatchObject({ status: 'finished', undo: { state: { status: 'undone' } } });
  });

  test('lets the setup be run anew, which ends as the first did', async () => {
    const id = world.run().id;
    await finished(world);
    expect(world.run().id).not.toBe(id);
    expect(world.run().status).toBe('finished');
    expect(await live(world)).not.toEqual(before);
    await planned(world);
    await undone(world);
    expect(await live(world)).toEqual(before);
  });
});
