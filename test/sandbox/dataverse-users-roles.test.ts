import { timing } from '../../sandbox/dataverse/index.ts';
import { createdId, createHarness, errorOf, leadWriterApp, origins, roleName, startImport, type Body, type Harness } from './dataverseHarness.ts';

const api = `${origins.contoso}/api/data/v9.2`;
const anyId = '00000000-0000-4000-8000-000000000000';
const uiSettings = '8d2aa266-8fee-43a4-85e7-2aa1aaab5259';

async function businessUnits({ list }: Harness): Promise<{ root: string; child: string }> {
  const [root] = await list('/businessunits?$filter=parentbusinessunitid eq null');
  const [child] = await list('/businessunits?$filter=_parentbusinessunitid_value ne null');
  return { root: String(root?.['businessunitid']), child: String(child?.['businessunitid']) };
}

async function applicationUser(harness: Harness, extra: Body = {}): Promise<Body> {
  const { root } = await businessUnits(harness);
  return { applicationid: leadWriterApp.appId, accessmode: 4, isdisabled: false, 'businessunitid@odata.bind': `/businessunits(${root})`, ...extra };
}

async function createUser(harness: Harness): Promise<string> {
  return createdId(await harness.call('/systemusers', { method: 'POST', body: await applicationUser(harness) }));
}

/** The imported role in the root business unit, and its copy in the child. */
async function importedRole(harness: Harness): Promise<{ root: string; copy: string }> {
  await startImport(harness);
  harness.clock.advance(timing.importMs);
  const [root] = await harness.list(`/roles?$filter=name eq '${roleName}' and parentroleid eq null`);
  const [copy] = await harness.list(`/roles?$filter=name eq '${roleName}' and parentroleid ne null`);
  return { root: String(root?.['roleid']), copy: String(copy?.['roleid']) };
}

describe('an application user', () => {
  test('is made from what Entra knows of the application', async () => {
    const harness = createHarness();
    const answer = await harness.call('/systemusers?$select=fullname,applicationid,azureactivedirectoryobjectid,accessmode,isdisabled,deletedstate,_businessunitid_value', {
      method: 'POST', body: await applicationUser(harness), headers: { prefer: 'return=representation' },
    });
    expect([answer.status, answer.headers]).toMatchObject([201, { 'OData-EntityId': expect.stringContaining(`${api}/systemusers(`), 'Preference-Applied': 'return=representation' }]);
    const { root } = await businessUnits(harness);
    expect(answer.body).toMatchObject({
      fullname: `# ${leadWriterApp.displayName}`, applicationid: leadWriterApp.appId, azureactivedirectoryobjectid: leadWriterApp.objectId, accessmode: 4, isdisabled: false,
      deletedstate: 0, _businessunitid_value: root,
    });
  });

  test('is found by its application, once', async () => {
    const harness = createHarness();
    const systemuserid = await createUser(harness);
    expect(await harness.list(`/systemusers?$filter=applicationid eq ${leadWriterApp.appId} and deletedstate eq 0&$select=systemuserid`)).toMatchObject([{ systemuserid }]);
    const again = await harness.call('/systemusers', { method: 'POST', body: await applicationUser(harness) });
    expect([again.status, errorOf(again)]).toEqual([412, { code: '0x80040237', message: 'A record with matching key values already exists.' }]);
  });

  test.each<[string, Body, number, string]>([
    ['without its business unit', { 'businessunitid@odata.bind': undefined }, 400, '0x80040530'],
    ['of an application without a service principal here', { applicationid: anyId }, 400, '0x80072559'],
    ['with a property that users lack', { favouritecolour: 'green' }, 400, '0x80048d19'],
    ['with a bind that users lack', { 'teamid@odata.bind': `/teams(${anyId})` }, 400, '0x80048d19'],
    ['with a lookup written directly', { _businessunitid_value: anyId }, 400, '0x80048d19'],
    ['in a business unit that does not exist', { 'businessunitid@odata.bind': `/businessunits(${anyId})` }, 404, '0x80040217'],
    ['bound to something else than a business unit', { 'businessunitid@odata.bind': `/teams(${anyId})` }, 400, '0x80048d19'],
    ['with an access mode that is none', { accessmode: 9 }, 400, '0x80040203'],
    ['with text where a number belongs', { accessmode: 'four' }, 400, '0x80048d19'],
  ])('%s is refused', async (_, extra, status, code) => {
    const harness = createHarness();
    const body = Object.fromEntries(Object.entries(await applicationUser(harness, extra)).filter(([, value]) => value !== undefined));
    const answer = await harness.call('/systemusers', { method: 'POST', body });
    expect([answer.status, errorOf(answer).code]).toEqual([status, code]);
  });

  test('is disabled and enabled again', async () => {
    const harness = createHarness();
    const path = `/systemusers(${await createUser(harness)})`;
    for (const isdisabled of [true, false]) {
      expect((await harness.call(path, { method: 'PATCH', body: { isdisabled, applicationid: leadWriterApp.appId } })).status).toBe(204);
      expect(await harness.get(`${path}?$select=isdisabled`)).toMatchObject({ isdisabled });
    }
    const changed = await harness.call(path, { method: 'PATCH', body: { applicationid: anyId } });
    expect(changed.status).toBe(400);
  });
});

describe('a role is assigned', () => {
  function assign(harness: Harness, userId: string, reference: string) {
    return harness.call(`/systemusers(${userId})/systemuserroles_association/$ref`, { method: 'POST', body: { '@odata.id': reference } });
  }

  test('once; the second time is a duplicate key, and it can be taken away', async () => {
    const harness = createHarness();
    const [userId, role] = [await createUser(harness), await importedRole(harness)];
    expect((await assign(harness, userId, `${api}/roles(${role.root})`)).status).toBe(204);
    const again = await assign(harness, userId, `${api}/roles(${role.root})`);
    expect([again.status, errorOf(again).code]).toEqual([412, '0x80040237']);
    const removed = await harness.call(`/systemusers(${userId})/systemuserroles_association/$ref?$id=${api}/roles(${role.root})`, { method: 'DELETE' });
    expect(removed.status).toBe(204);
    expect(await harness.list(`/systemusers(${userId})/systemuserroles_association`)).toEqual([]);
  });

  test('not from another business unit, by a relative address, from another host, or when there is none', async () => {
    const harness = createHarness();
    const [userId, role] = [await createUser(harness), await importedRole(harness)];
    expect((await assign(harness, userId, `${api}/roles(${role.copy})`)).status).toBe(400);
    expect((await assign(harness, userId, `/roles(${role.root})`)).status).toBe(400);
    expect((await assign(harness, userId, `${origins['contoso-test']}/api/data/v9.2/roles(${role.root})`)).status).toBe(400);
    expect((await assign(harness, userId, `${api}/roles(${anyId})`)).status).toBe(404);
  });

  test('not to somebody who is disabled', async () => {
    const harness = createHarness();
    const [userId, role] = [await createUser(harness), await importedRole(harness)];
    await harness.call(`/systemusers(${userId})`, { method: 'PATCH', body: { isdisabled: true } });
    expect((await assign(harness, userId, `${api}/roles(${role.root})`)).status).toBe(400);
  });
});

describe('a role is edited', () => {
  function add(harness: Harness, roleId: string, Privileges: unknown[]) {
    return harness.call(`/roles(${roleId})/Microsoft.Dynamics.CRM.AddPrivilegesRole`, { method: 'POST', body: { Privileges } });
  }

  async function depths(harness: Harness, roleId: string): Promise<unknown> {
    return (await harness.get(`/roles(${roleId})/Microsoft.Dynamics.CRM.RetrieveRolePrivilegesRole()`))['RolePrivileges'];
  }

  test('on its root, and the copy has the same', async () => {
    const harness = createHarness();
    const role = await importedRole(harness);
    expect((await add(harness, role.root, [{ PrivilegeId: uiSettings, Depth: 'Basic' }])).status).toBe(204);
    for (const id of [role.root, role.copy]) expect(await depths(harness, id)).toContainEqual(expect.objectContaining({ PrivilegeId: uiSettings, Depth: 'Basic' }));
    await harness.call(`/roles(${role.root})`, { method: 'PATCH', body: { isinherited: 1 } });
    expect(await harness.get(`/roles(${role.copy})?$select=isinherited`)).toMatchObject({ isinherited: 1 });
  });

  test('on a copy not: inherited roles cannot be modified', async () => {
    const harness = createHarness();
    const { copy } = await importedRole(harness);
    const answers = [await add(harness, copy, [{ PrivilegeId: uiSettings, Depth: 'Basic' }]), await harness.call(`/roles(${copy})`, { method: 'PATCH', body: { isinherited: 1 } })];
    for (const answer of answers) expect([answer.status, errorOf(answer)]).toEqual([400, { code: '0x80044152', message: 'Inherited roles cannot be modified.' }]);
  });

  test('not further than a privilege reaches, and then none of the list is added', async () => {
    const harness = createHarness();
    const role = await importedRole(harness);
    const before = await depths(harness, role.root);
    const [read] = await harness.list(`/privileges?$filter=name eq 'prvReadAsyncOperation'`);
    expect(read).toMatchObject({ privilegeid: 'e84acc8f-0c61-43e3-a716-20964a483bdf', canbeglobal: true });
    const answer = await add(harness, role.root, [{ PrivilegeId: read?.['privilegeid'], Depth: 'Global' }, { PrivilegeId: uiSettings, Depth: 'Global' }]);
    expect(answer.status).toBe(400);
    expect(await depths(harness, role.root)).toEqual(before);
  });

  test.each<[string, unknown, number]>([
    ['a privilege that does not exist', { PrivilegeId: anyId, Depth: 'Basic' }, 404],
    ['a depth that is none', { PrivilegeId: uiSettings, Depth: 'User' }, 400],
    ['an unknown property', { PrivilegeId: uiSettings, Depth: 'Basic', Foo: 1 }, 400],
  ])('%s is refused', async (_, privilege, status) => {
    const harness = createHarness();
    const role = await importedRole(harness);
    expect((await add(harness, role.root, [privilege])).status).toBe(status);
  });

  test('never the System Administrator’s', async () => {
    const harness = createHarness();
    const [administrator] = await harness.list(`/roles?$filter=name eq 'System Administrator' and parentroleid eq null`);
    expect((await harness.call(`/roles(${String(administrator?.['roleid'])})`, { method: 'PATCH', body: { isinherited: 0 } })).status).toBe(400);
  });

  test('and what really counts for a user is asked with RetrieveUserPrivileges', async () => {
    const harness = createHarness();
    const [userId, role] = [await createUser(harness), await importedRole(harness)];
    await harness.call(`/systemusers(${userId})/systemuserroles_association/$ref`, { method: 'POST', body: { '@odata.id': `${api}/roles(${role.root})` } });
    await add(harness, role.root, [{ PrivilegeId: uiSettings, Depth: 'Basic' }]);
    const counting = async () => (await harness.get(`/systemusers(${userId})/Microsoft.Dynamics.CRM.RetrieveUserPrivileges()`))['RolePrivileges'];
    expect(await counting()).not.toContainEqual(expect.objectContaining({ PrivilegeId: uiSettings }));
    await harness.call(`/roles(${role.root})`, { method: 'PATCH', body: { isinherited: 1 } });
    expect(await counting()).toContainEqual(expect.objectContaining({ PrivilegeId: uiSettings, Depth: 'Basic' }));
  });
});
