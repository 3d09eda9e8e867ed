import type { World } from '../world.ts';
import { check, differing, finishedWorld, putRight } from './finished.ts';
import { type Portals, portalsOf } from './portals.ts';

jest.setTimeout(120_000);

/** An administrator works in the tenant after a setup with a Microsoft Entra application was finished. */
describe('A check of a finished setup', () => {
  let world: World;
  let portals: Portals;
  beforeEach(async () => {
    world = await finishedWorld('entra');
    portals = portalsOf(world);
  });
  afterEach(() => world.close());

  const facts = () => world.run().facts;
  /** Who has which role: rows that are made anew have ids of their own. */
  const roles = async () => ((await world.state()).dataverse['contoso']?.['systemuserroles'] ?? []).map(({ systemuserid, roleid }) => `${String(systemuserid)} ${String(roleid)}`);

  test('reads everything, changes nothing, and finds it as it was set up', async () => {
    const [before, steps] = [await world.changes(), world.run().steps];
    const findings = await check(world);
    expect(findings.map(({ part, verdict }) => `${part} ${verdict}`)).toEqual(
      ['solution', 'application', 'servicePrincipal', 'applicationUser', 'role', 'privileges', 'testLead', 'key'].map((part) => `${part} asItShouldBe`),
    );
    expect(await world.changes()).toEqual(before);
    expect(world.run()).toMatchObject({ status: 'finished', steps });
    expect(world.command('mend')).toMatchObject({ kind: 'refused', notice: { key: 'notice.nothingToMend' } });
  });

  test('reads with the rights of the account whose code is typed instead of a sign-in', async () => {
    world.command('check');
    world.actAs({ objectId: world.person('priya').objectId, name: 'priya@contoso.onmicrosoft.com' });
    await world.settle();
    expect(world.run()).toMatchObject({ status: 'finished', startedBy: { actingAs: { objectId: world.person('priya').objectId } }, drift: { status: 'read' } });
  });

  test('finds the role taken away: only that is approved again, and everything is as before', async () => {
    const before = await roles();
    const { systemUserId, roleId } = facts().applicationUser!;
    await portals.dataverse('DELETE', `/systemusers(${systemUserId})/systemuserroles_association/$ref?$id=${portals.api}/roles(${roleId})`);
    expect(await differing(world)).toEqual(['role differs drift.role.notAssigned']);
    expect(await putRight(world)).toEqual(['applicationUserAndRole']);
    expect(world.run()).toMatchObject({ status: 'finished', drift: { status: 'read' } });
    expect(await differing(world)).toEqual([]);
    expect(await roles()).toEqual(before);
  });

  test('finds the application user disabled, and enables it', async () => {
    await portals.dataverse('PATCH', `/systemusers(${facts().applicationUser!.systemUserId})`, { isdisabled: true });
    expect(await differing(world)).toEqual(['applicationUser differs drift.applicationUser.disabled']);
    expect(await putRight(world)).toEqual(['applicationUserAndRole']);
    expect(await differing(world)).toEqual([]);
  });

  test('finds a privilege taken out of the role, and gives it back', async () => {
    const { roleId } = facts().applicationUser!;
    const [privilege] = await portals.rows("/privileges?$select=privilegeid&$filter=name eq 'prvReadAsyncOperation'");
    await portals.dataverse('POST', `/roles(${roleId})/Microsoft.Dynamics.CRM.RemovePrivilegeRole`, { PrivilegeId: privilege?.['privilegeid'] });
    expect(await differing(world)).toEqual(['privileges differs drift.privileges.missing']);
    expect(await putRight(world)).toEqual(['applicationUserAndRole']);
    expect(await differing(world)).toEqual([]);
  });

  test('finds a privilege of the solution itself taken out, which only a person can give back', async () => {
    const { roleId } = facts().applicationUser!;
    const [privilege] = await portals.rows("/privileges?$select=privilegeid&$filter=name eq 'prvCreateLead'");
    await portals.dataverse('POST', `/roles(${roleId})/Microsoft.Dynamics.CRM.RemovePrivilegeRole`, { PrivilegeId: privilege?.['privilegeid'] });
    expect(await differing(world)).toEqual(['testLead differs drift.testLead.missing']);
    expect(world.command('mend')).toMatchObject({ kind: 'refused', notice: { key: 'notice.nothingToMend' } });
  });

  test('finds the key removed: a new one is made, handed over and entered as the first time', async () => {
    const { application, key } = facts();
    await portals.graph('POST', `/applications/${application!.objectId}/removePassword`, { keyId: key!.keyId });
    expect(await differing(world)).toEqual(['key differs drift.key.missing']);
    expect(await putRight(world)).toEqual(['keyAndProof']);
    expect(world.run()).toMatchObject({ status: 'finished' });
    expect(facts().key?.keyId).not.toBe(key?.keyId);
    expect(await differing(world)).toEqual([]);
  });

  test('finds the solution uninstalled: it and the role are put back, the key stays', async () => {
    const { key, solution } = facts();
    await portals.dataverse('DELETE', `/solutions(${solution!.solutionId})`);
    expect(await differing(world)).toEqual(expect.arrayContaining(['solution differs drift.solution.missing', 'role differs drift.role.missing']));
    expect(await putRight(world)).toEqual(['solution', 'applicationUserAndRole']);
    expect(facts().key).toEqual(key);
    expect(await differing(world)).toEqual([]);
  });

  test('finds the application’s sign-in disabled, and lets it sign in again', async () => {
    await portals.graph('PATCH', `/servicePrincipals(appId='${facts().application!.appId}')`, { accountEnabled: false });
    expect(await differing(world)).toEqual(['servicePrincipal differs drift.servicePrincipal.disabled']);
    expect(await putRight(world)).toEqual(['application']);
    expect(await differing(world)).toEqual([]);
  });

  test('finds the application deleted: whatever builds on it is made anew', async () => {
    await portals.graph('DELETE', `/applications/${facts().application!.objectId}`);
    expect(await differing(world)).toEqual(expect.arrayContaining(['application differs drift.application.missing', 'key differs drift.key.missing']));
    expect(await putRight(world)).toEqual(['application', 'applicationUserAndRole', 'keyAndProof']);
    expect(await differing(world)).toEqual([]);
  });
});
