import type { World } from '../world.ts';
import { check, differing, finishedWorld, putRight } from './finished.ts';
import { portalsOf } from './portals.ts';

jest.setTimeout(120_000);

describe('Checking and putting right', () => {
  let world: World;
  beforeEach(async () => {
    world = await finishedWorld('entra');
  });
  afterEach(() => world.close());

  const takeRole = async () => {
    const portals = portalsOf(world);
    const { systemUserId, roleId } = world.run().facts.applicationUser!;
    await portals.dataverse('DELETE', `/systemusers(${systemUserId})/systemuserroles_association/$ref?$id=${portals.api}/roles(${roleId})`);
  };

  test('waits for the sign-in, as the person was signed out at the end', async () => {
    expect(world.command('check')).toMatchObject({ kind: 'moved', run: { status: 'active', signedIn: false } });
    await world.settle();
    expect(world.run().drift).toMatchObject({ status: 'reading' });
    world.signIn();
    await world.settle();
    expect(world.run()).toMatchObject({ status: 'finished', drift: { status: 'read' } });
  });

  test('clicked twice is done once', async () => {
    await takeRole();
    world.command('check');
    expect(world.command('check')).toMatchObject({ kind: 'shown' });
    world.signIn();
    world.signIn();
    await world.settle();
    expect(world.command('mend')).toMatchObject({ kind: 'moved', run: { status: 'active' } });
    expect(world.command('mend')).toMatchObject({ kind: 'refused', notice: { key: 'notice.mendingAlready' } });
    world.signIn();
    world.signIn();
    await world.settle();
    expect(world.step('applicationUserAndRole')).toMatchObject({ status: 'planned', notice: { key: 'notice.undone.applicationUserAndRole' } });
    expect(world.approve('applicationUserAndRole').kind).toBe('moved');
    expect(world.approve('applicationUserAndRole').kind).toBe('refused');
  });

  test('nothing can be done with it while it is read, but to leave it', () => {
    const before = world.run();
    world.command('check');
    for (const verb of ['approve', 'mend', 'reveal', 'done', 'takeOver', 'manual', 'skip', 'undo'] as const) {
      expect(world.command(verb)).toMatchObject({ kind: 'refused', notice: { key: 'notice.beingChecked' } });
    }
    world.command('cancel');
    expect(world.run()).toMatchObject({ status: 'finished', steps: before.steps, handover: before.handover, facts: before.facts });
  });

  test('what others have put right since it was found is neither asked for nor changed', async () => {
    await takeRole();
    await check(world);
    const portals = portalsOf(world);
    const { systemUserId, roleId } = world.run().facts.applicationUser!;
    await portals.dataverse('POST', `/systemusers(${systemUserId})/systemuserroles_association/$ref`, { '@odata.id': `${portals.api}/roles(${roleId})` });
    const before = await world.changes();
    expect(await putRight(world)).toEqual([]);
    expect(world.run()).toMatchObject({ status: 'finished', drift: { status: 'read' } });
    expect(await world.changes()).toEqual(before);
  });

  test('belongs to who began the setup', async () => {
    await takeRole();
    await check(world);
    const priya = { actor: world.person('priya') };
    for (const verb of ['check', 'mend'] as const) {
      expect(world.command(verb, {}, priya)).toMatchObject({ kind: 'refused', notice: { key: 'notice.notYours' } });
    }
  });

  test('is not begun from a card in another chat, nor beside a setup that is under way in the same', async () => {
    await takeRole();
    await check(world);
    expect(world.command('mend', {}, { conversationId: 'elsewhere' })).toMatchObject({ notice: { key: 'notice.elsewhere' } });
    const { id: runId } = world.run();
    world.command('start');
    for (const verb of ['check', 'mend'] as const) expect(world.command(verb, { runId })).toMatchObject({ kind: 'refused', notice: { key: 'notice.otherUnderWay' } });
  });

  test('goes on after the bot was started again', async () => {
    await takeRole();
    world.command('check');
    world.restart();
    world.signIn();
    world.restart();
    await world.settle();
    world.command('mend');
    world.restart();
    world.signIn();
    world.restart();
    await world.until('applicationUserAndRole', 'planned');
    world.approve('applicationUserAndRole');
    world.restart();
    await world.until('applicationUserAndRole', 'done');
    await world.settle();
    expect(world.run()).toMatchObject({ status: 'finished', drift: { status: 'read' } });
  });

  test('that is stopped leaves the setup finished, with its key where it was', async () => {
    await takeRole();
    await check(world);
    const { steps, handover, facts } = world.run();
    world.command('mend');
    world.signIn();
    await world.until('applicationUserAndRole', 'planned');
    world.command('cancel', { confirmed: true, removeKey: 'true' });
    await world.settle();
    expect(world.run()).toMatchObject({ status: 'finished', steps, handover, facts: { key: facts.key } });
    expect(await differing(world)).toEqual(['role differs drift.role.notAssigned']);
  });

  test('an environment that another setup has by now is asked for, as at any approval', async () => {
    await takeRole();
    await check(world);
    const { id: runId } = world.run();
    const priya = { actor: world.person('priya'), conversationId: 'chat-of-priya' };
    world.command('start', {}, priya);
    world.signIn('chat-of-priya');
    await world.settle();
    const other = (data: object) => world.command('choose', { runId: world.run('chat-of-priya').id, ...data }, priya);
    other({ environment: world.tenant.sandbox.environments.contoso.url });
    await world.settle();
    other({ path: 'entra' });
    await world.settle();
    await world.pass('PT5S');
    const theirs = world.run('chat-of-priya');
    const application = theirs.steps.application;
    if (application.status !== 'planned') throw new Error(`Not planned: ${application.status}`);
    expect(world.command('approve', { runId: theirs.id, stepId: 'application', planHash: application.planHash }, priya).kind).toBe('moved');
    world.command('mend', { runId });
    world.signIn();
    await world.until('applicationUserAndRole', 'planned');
    const before = await world.changes();
    expect(world.approve('applicationUserAndRole')).toMatchObject({ kind: 'asked', question: { kind: 'takeOver', holder: 'Priya Power' } });
    await world.settle();
    expect((await world.changes()).filter((change) => change.includes('systemuserroles'))).toEqual(before.filter((change) => change.includes('systemuserroles')));
  });

  test('a part that may not be read is not known, which is never a difference', async () => {
    await world.tenant.control('faults', [{ match: 'GET /systemusers', times: 50, kind: 'status:403' }]);
    const findings = await check(world);
    expect(findings.filter(({ verdict }) => verdict === 'unknown').map(({ part }) => part)).toEqual(['applicationUser', 'role', 'privileges', 'testLead']);
    expect(findings.some(({ verdict }) => verdict === 'differs')).toBe(false);
    expect(findings.find(({ part }) => part === 'applicationUser')?.cure).toEqual({ key: 'drift.withoutRight' });
    expect(world.command('mend')).toMatchObject({ kind: 'refused', notice: { key: 'notice.nothingToMend' } });
  });

  test('without a sign-in that Microsoft takes, waits for one, and goes on with it', async () => {
    world.command('check');
    world.signIn();
    world.signOut('alex');
    await world.settle();
    expect(world.run()).toMatchObject({ status: 'active', drift: { status: 'waiting', failure: { code: 'E-SIGN-IN' } } });
    world.signBackIn('alex');
    world.signIn();
    world.signIn();
    await world.settle();
    expect(world.run()).toMatchObject({ status: 'finished', drift: { status: 'read' } });
    expect(world.audit().filter(({ kind }) => kind === 'checked')).toHaveLength(1);
  });

  test('with the account that was used then needs its sign-in, and may use another instead', async () => {
    const una = { objectId: world.person('una').objectId, name: 'una@contoso.onmicrosoft.com' };
    const priya = { objectId: world.person('priya').objectId, name: 'priya@contoso.onmicrosoft.com' };
    world.overwrite((run) => ({ ...run, startedBy: { ...run.startedBy, actingAs: una } }));
    world.signOut('una');
    world.command('check');
    world.signIn();
    await world.settle();
    expect(world.run()).toMatchObject({ status: 'active', startedBy: { actingAs: una }, drift: { status: 'waiting', failure: { code: 'E-SIGN-IN' } } });
    world.actAs(priya);
    await world.settle();
    expect(world.run()).toMatchObject({ status: 'finished', startedBy: { actingAs: priya }, drift: { status: 'read' } });
  });

  test('is begun by the code of another account, and by nobody else’s', async () => {
    const priya = { objectId: world.person('priya').objectId, name: 'priya@contoso.onmicrosoft.com' };
    const { id: runId } = world.run();
    expect(world.actAs(priya, { person: world.person('tomas') })).toMatchObject({ kind: 'refused', notice: { key: 'notice.notYours' } });
    expect(world.actAs(priya)).toMatchObject({ kind: 'moved', run: { status: 'active', startedBy: { actingAs: priya } } });
    await world.settle();
    expect(world.run()).toMatchObject({ status: 'finished', drift: { status: 'read' } });
    expect(world.audit().map(({ kind }) => kind).slice(-4)).toEqual(expect.arrayContaining(['actingAs', 'checked']));
    world.command('start');
    expect(world.actAs({ ...priya, objectId: world.person('tomas').objectId }, { runId })).toMatchObject({ kind: 'refused', notice: { key: 'notice.otherUnderWay' } });
  });

  test('a key that ends soon is said, and another one is made before', async () => {
    world.overwrite((run) => run);
    await portalsKeyEndsIn(29);
    expect(await differing(world)).toEqual(['key endsSoon drift.key.endsSoon']);
    expect(world.command('mend', { stepId: 'keyAndProof' })).toMatchObject({ kind: 'moved' });
    world.signIn();
    await world.until('keyAndProof', 'planned');
  });

  /** The application has only this key, made in the portal; the setup knows it as its own. */
  const portalsKeyEndsIn = async (days: number) => {
    const { graph } = portalsOf(world);
    const endDateTime = new Date(Date.now() + days * 24 * 60 * 60_000).toISOString();
    const made = await graph('POST', `/applications/${world.run().facts.application!.objectId}/addPassword`, { passwordCredential: { displayName: 'short', endDateTime } });
    world.overwrite((run) => ({ ...run, facts: { ...run.facts, key: { ...run.facts.key!, keyId: String(made['keyId']), endsAt: endDateTime } } }));
  };

  test('is on record: who checked, and who put right', async () => {
    await takeRole();
    await check(world);
    await putRight(world);
    const kinds = world.audit().map(({ kind }) => kind);
    expect(kinds.filter((kind) => ['finished', 'checked', 'mending', 'cancelled'].includes(kind))).toEqual(['finished', 'checked', 'mending', 'checked']);
  });
});
