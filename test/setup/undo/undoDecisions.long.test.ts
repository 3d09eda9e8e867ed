import { SetupError } from '../../../src/setup/errors.ts';
import { type World, createWorld } from '../world.ts';
import { approveUndo, finished, live, planned, sentencesOf, undone, undoOf } from './undoing.ts';

describe('What may be taken back when', () => {
  let world: World;
  afterEach(() => world.close());

  test('nothing of a setup that has changed nothing', async () => {
    world = await createWorld();
    await world.goTo('solution');
    expect(world.command('undo')).toMatchObject({ kind: 'refused', notice: { key: 'notice.nothingToUndo' } });
    world.command('cancel', { confirmed: true });
    expect(world.command('undo')).toMatchObject({ kind: 'refused', notice: { key: 'notice.nothingToUndo' } });
  });

  test('nothing of a setup that is under way: it is stopped first', async () => {
    world = await createWorld();
    await world.goTo('application');
    expect(world.command('undo')).toMatchObject({ kind: 'refused', notice: { key: 'notice.undoCancelFirst' } });
    world.command('cancel', { confirmed: true });
    await planned(world);
    expect(sentencesOf(world.run())).toEqual(['undo.solution']);
  });

  test('a setup that a step has failed in ends by it, after it was asked', async () => {
    const refused = () => Promise.reject(new SetupError('E-REFUSED'));
    world = await createWorld('alex', (microsoft) => ({ ...microsoft, dataverse: (person, environment) => ({ ...microsoft.dataverse(person, environment), assignRole: refused }) }));
    const before = await live(world);
    await world.goTo('applicationUserAndRole');
    world.approve('applicationUserAndRole');
    await world.until('applicationUserAndRole', 'failed');
    expect(world.command('undo')).toMatchObject({ kind: 'asked', question: { kind: 'undo' } });
    expect(world.run().undo).toBeUndefined();
    expect(world.command('undo', { confirmed: true })).toMatchObject({ kind: 'moved' });
    await world.settle();
    expect(sentencesOf(world.run())).toEqual(['undo.applicationUser', 'undo.application', 'undo.solution']);
    await undone(world);
    expect(world.run().status).toBe('cancelled');
    expect(await live(world)).toEqual(before);
  });

  test('not while another setup is under way in the same chat', async () => {
    world = await createWorld();
    await finished(world);
    const first = world.run().id;
    world.command('start');
    expect(world.command('undo', { runId: first })).toMatchObject({ kind: 'refused', notice: { key: 'notice.otherUnderWay' } });
  });

  test('by nobody else, from no other chat, and by two clicks once', async () => {
    world = await createWorld();
    await finished(world);
    expect(world.command('undo', {}, { actor: world.person('priya') })).toMatchObject({ kind: 'refused', notice: { key: 'notice.notYours' } });
    expect(world.command('undo', {}, { conversationId: 'another' })).toMatchObject({ kind: 'refused', notice: { key: 'notice.elsewhere' } });
    await planned(world);
    expect(world.command('undo')).toMatchObject({ kind: 'shown' });
    const state = undoOf(world);
    const planHash = 'planHash' in state ? state.planHash : '';
    expect(world.command('approve', { planHash })).toMatchObject({ kind: 'moved' });
    expect(world.command('approve', { planHash })).toMatchObject({ kind: 'refused', notice: { key: 'notice.alreadyApproved' } });
    expect(world.command('retry')).toMatchObject({ kind: 'refused', notice: { key: 'notice.nothingToRetry' } });
    expect(world.command('submit', { stepId: 'application', displayName: 'x' })).toMatchObject({ kind: 'refused', notice: { key: 'notice.undoing' } });
  });

  test('an approval holds for a day', async () => {
    world = await createWorld();
    await finished(world);
    await planned(world);
    approveUndo(world);
    await world.pass('P2D');
    expect(undoOf(world)).toMatchObject({ status: 'planned', notice: { key: 'notice.approvalOver' } });
    expect(world.run().undo?.taken).toEqual([]);
  });

  test('what was left as it is can be taken back another time', async () => {
    world = await createWorld();
    await finished(world);
    await planned(world);
    expect(world.command('cancel')).toMatchObject({ kind: 'moved', run: { status: 'finished' } });
    expect(world.run().undo).toBeUndefined();
    expect(world.command('approve')).toMatchObject({ kind: 'refused', notice: { key: 'notice.finished' } });
    await planned(world);
    expect(undoOf(world).status).toBe('planned');
  });

  test('the environment is held while it is under way, and free afterwards', async () => {
    world = await createWorld();
    await finished(world);
    await planned(world);
    const priya = { actor: world.person('priya'), conversationId: 'chat-of-priya' };
    approveUndo(world);
    world.command('start', {}, priya);
    world.signIn('chat-of-priya');
    const theirs = { runId: world.run('chat-of-priya').id };
    world.command('choose', { ...theirs, environment: world.tenant.sandbox.environments.contoso.url }, priya);
    expect(world.run().status).toBe('active');
    await world.settle();
    expect(world.run().status).toBe('finished');
    expect(world.audit().map(({ kind }) => kind)).toEqual(expect.arrayContaining(['undoBegun', 'undone']));
    expect(world.audit()).toContainEqual(expect.objectContaining({ kind: 'approved', about: 'undo', by: { objectId: world.person('alex').objectId, name: world.person('alex').name } }));
  });
});
