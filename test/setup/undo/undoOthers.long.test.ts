import { type World, createWorld } from '../world.ts';
import { approveUndo, finished, live, planned, sentencesOf, undone, undoOf } from './undoing.ts';

describe('What others have to do with it by now', () => {
  let world: World;
  afterEach(() => world.close());

  const plan = () => {
    const state = undoOf(world);
    if (!('plan' in state)) throw new Error(`There is no plan: ${state.status}`);
    return state.plan;
  };
  const keys = (sentences: readonly { key: string }[]) => sentences.map(({ key }) => key);

  test('what a later setup uses stays, and only that', async () => {
    world = await createWorld();
    await finished(world);
    const first = world.run().id;
    await finished(world);
    world.command('undo', { runId: first });
    world.signIn();
    await world.settle();
    expect(world.run().id).toBe(first);
    expect(sentencesOf(world.run())).toEqual(['undo.key']);
    expect(keys(plan().stays)).toEqual(['undo.applicationUserUsed', 'undo.applicationUsed', 'undo.solutionUsed']);
    approveUndo(world);
    await world.settle();
    expect(world.run().id).not.toBe(first);
    const { graph } = await world.state();
    expect(graph.applications).toEqual([expect.objectContaining({ passwordCredentials: [expect.not.objectContaining({ displayName: `lead-setup ${first}` })] })]);
  });

  test('a key that somebody added is named, and one that is added after the approval is asked about', async () => {
    world = await createWorld();
    const before = await live(world);
    await finished(world);
    const { objectId } = world.run().facts.application!;
    const addKey = (displayName: string) => world.tenant.graph('alex', 'POST', `/applications/${objectId}/addPassword`, { body: { passwordCredential: { displayName } } });
    await addKey('Monitoring');
    await planned(world);
    expect(plan().notices).toContainEqual(expect.objectContaining({ key: 'undo.otherKeys', values: expect.objectContaining({ keys: 'Monitoring' }) }));
    const old = plan();
    approveUndo(world);
    await addKey('Another');
    await world.settle();
    expect(undoOf(world)).toMatchObject({ status: 'planned', notice: { key: 'notice.undoChanged' } });
    expect(plan()).not.toEqual(old);
    expect(world.run().undo?.taken).toEqual([]);
    await undone(world);
    expect(await live(world)).toEqual(before);
  });

  test('a user who owns leads stays, deactivated, with the leads', async () => {
    world = await createWorld();
    await world.goTo('keyAndProof');
    world.approve('keyAndProof');
    await world.until('keyAndProof', 'done');
    const revealed = world.command('reveal');
    world.command('done');
    const { url } = world.tenant.sandbox.environments.contoso;
    const token = await world.tenant.applicationToken(world.run().facts.application!.appId, revealed.kind === 'revealed' ? revealed.secret : '', `${url}/.default`);
    await world.tenant.call('POST', `${url}/api/data/v9.2/leads`, { token, body: { subject: 'A lead', lastname: 'Customer' } });
    await planned(world);
    expect(sentencesOf(world.run())).toEqual(['undo.key', 'undo.role', 'undo.applicationUserOff', 'undo.application', 'undo.solution']);
    expect(keys(plan().stays)).toEqual(['undo.applicationUserOwnsLeads', 'undo.publisher']);
    await undone(world);
    const { systemUserId } = world.run().facts.applicationUser!;
    const contoso = (await world.state()).dataverse['contoso']!;
    expect(contoso['systemusers']).toContainEqual(expect.objectContaining({ systemuserid: systemUserId, isdisabled: true, deletedstate: 0 }));
    expect(contoso['leads']).toContainEqual(expect.objectContaining({ subject: 'A lead' }));
  });

  test('a solution that something else needs stays', async () => {
    world = await createWorld();
    await finished(world);
    await world.tenant.control('conditions', { dependents: 2 });
    await planned(world);
    expect(sentencesOf(world.run())).not.toContain('undo.solution');
    expect(plan().stays).toContainEqual({ key: 'undo.solutionNeeded', values: { name: world.run().facts.solution!.friendlyName, count: 2 } });
  });

  test('a solution that came to be needed after the approval is refused in Dynamics’ own words, and tried again', async () => {
    world = await createWorld();
    await finished(world);
    await planned(world);
    approveUndo(world);
    await world.tenant.control('conditions', { dependents: 1 });
    await world.settle();
    expect(undoOf(world)).toMatchObject({ status: 'planned', notice: { key: 'notice.undoChanged' } });
  });

  test('a solution whose older version was there before stays', async () => {
    world = await createWorld();
    await world.tenant.control('conditions', { installed: 'older' });
    await finished(world);
    await planned(world);
    expect(sentencesOf(world.run())).toEqual(['undo.key', 'undo.applicationUser', 'undo.application']);
    expect(keys(plan().stays)).toContain('undo.solutionUpdated');
  });
});
