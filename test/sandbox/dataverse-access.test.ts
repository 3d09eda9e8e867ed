import { personas, tenant } from '../../sandbox/personas.ts';
import { discoveryAudience } from '../../sandbox/resources.ts';
import { authorization, bodyOf, createHarness, errorOf, origins, type Call, type Harness } from './dataverseHarness.ts';

async function ownUserId({ get }: Harness, as: Call['as']): Promise<string> {
  return String((await get('/WhoAmI', as === undefined ? {} : { as }))['UserId']);
}

function discover({ dataverse }: Harness, call: Call, query = '') {
  const headers = authorization('contoso', call, discoveryAudience);
  return dataverse.discovery({ method: 'GET', path: '/api/discovery/v2.0/Instances', query: new URLSearchParams(query), headers, body: undefined, origin: 'https://localhost:4443' });
}

describe('who comes in', () => {
  test.each<[string, Call]>([
    ['no token', { as: 'nobody' }],
    ['a token for another environment', { token: { aud: origins['contoso-test'] } }],
    ['a token for Graph', { token: { aud: 'https://graph.microsoft.com' } }],
    ['a delegated token without user_impersonation', { token: { scp: 'User.Read' } }],
  ])('%s is a 401 that says where tokens come from', async (_, call) => {
    const answer = await createHarness().call('/WhoAmI', call);
    expect(answer).toMatchObject({ status: 401, headers: { 'WWW-Authenticate': expect.stringContaining(`resource_id=${origins.contoso}/`) } });
  });

  test.each<[string, Call]>([
    ['a person of the tenant who is not a user', { token: { oid: '00000000-0000-4000-8000-000000000000' } }],
    ['a person of another tenant', { token: { tid: '00000000-0000-4000-8000-000000000000' } }],
    ['an application that is no application user', { as: 'application' }],
  ])('%s is not a member', async (_, call) => {
    const answer = await createHarness().call('/WhoAmI', call);
    expect([answer.status, errorOf(answer)]).toEqual([403, { code: '0x80072560', message: 'The user is not a member of the organization.' }]);
  });

  test('WhoAmI and RetrieveVersion answer any member', async () => {
    const { get } = createHarness();
    expect(await get('/WhoAmI', { as: 'rita' })).toEqual({
      '@odata.context': `${origins.contoso}/api/data/v9.2/$metadata#Microsoft.Dynamics.CRM.WhoAmIResponse`,
      UserId: expect.any(String), BusinessUnitId: expect.any(String), OrganizationId: expect.any(String),
    });
    expect(await get('/RetrieveVersion()')).toMatchObject({ Version: expect.stringMatching(/^9\.2\.2[4-9]/) });
  });

  test('a disabled user is told so, and discovery leaves the environment out', async () => {
    const harness = createHarness();
    const ritaId = await ownUserId(harness, 'rita');
    await harness.call(`/systemusers(${ritaId})`, { method: 'PATCH', body: { isdisabled: true } });
    const answer = await harness.call('/WhoAmI', { as: 'rita' });
    expect([answer.status, errorOf(answer).code]).toEqual([403, '0x80040225']);
    const found = bodyOf(await discover(harness, { as: 'rita' }, '$select=UniqueName,UrlName'));
    expect(found['value']).toEqual([{ UniqueName: expect.any(String), UrlName: 'contoso-test' }]);
  });

  test('somebody whose last role is taken away is told that they have none', async () => {
    const harness = createHarness();
    const ritaId = await ownUserId(harness, 'rita');
    const [role] = await harness.list(`/systemusers(${ritaId})/systemuserroles_association?$select=roleid`);
    const removed = await harness.call(`/systemusers(${ritaId})/systemuserroles_association(${String(role?.['roleid'])})/$ref`, { method: 'DELETE' });
    expect(removed.status).toBe(204);
    expect(errorOf(await harness.call('/WhoAmI', { as: 'rita' })).message).toContain('no roles are assigned to user');
  });
});

describe('discovery', () => {
  test('lists production and sandbox with their addresses', async () => {
    const found = bodyOf(await discover(createHarness(), {}, '$select=ApiUrl,Url,FriendlyName,UniqueName,EnvironmentId,State,DatacenterId,Type,TenantId'));
    expect(found['value']).toMatchObject([
      { FriendlyName: 'Contoso', Type: 0, State: 0, ApiUrl: origins.contoso, TenantId: tenant.id },
      { FriendlyName: 'Contoso Test', Type: 5, ApiUrl: origins['contoso-test'] },
      { FriendlyName: 'Contoso Projects', Type: 0, ApiUrl: origins.nolead },
    ]);
  });

  test('is empty for somebody who is in no environment', async () => {
    const found = bodyOf(await discover(createHarness(), { token: { oid: '00000000-0000-4000-8000-000000000000' } }));
    expect(found['value']).toEqual([]);
  });

  test('refuses a token for an environment, and a property that it does not have', async () => {
    const harness = createHarness();
    expect((await discover(harness, { token: { aud: origins.contoso } })).status).toBe(401);
    expect(errorOf(await discover(harness, {}, '$select=Foo')).code).toBe('0x80060888');
  });
});

describe('what a Basic User may not', () => {
  const anyId = '00000000-0000-4000-8000-000000000000';
  test.each<[string, string, Call]>([
    ['prvReadSolution', '/solutions', {}],
    ['prvReadLead', '/leads', {}],
    ['prvReadImportJob', '/importjobs', {}],
    ['prvImportCustomization', '/StageSolution', { method: 'POST', body: { CustomizationFile: 'UEsDBA==' } }],
    ['prvCreateLead', '/leads', { method: 'POST', body: { lastname: 'X' } }],
    ['prvCreateUser', '/systemusers', { method: 'POST', body: { applicationid: anyId } }],
  ])('%s is missing', async (privilege, path, call) => {
    const answer = await createHarness().call(path, { ...call, as: 'rita' });
    expect([answer.status, errorOf(answer)]).toEqual([403, { code: '0x80040220', message: expect.stringContaining(privilege) }]);
  });

  test('read own roles it may, edit or assign them not', async () => {
    const harness = createHarness();
    const ritaId = await ownUserId(harness, 'rita');
    const [role] = await harness.list(`/systemusers(${ritaId})/systemuserroles_association?$select=roleid,name`, { as: 'rita' });
    expect(role).toMatchObject({ name: 'Basic User' });
    const rolePath = `/roles(${String(role?.['roleid'])})`;
    const edit = await harness.call(rolePath, { method: 'PATCH', as: 'rita', body: { isinherited: 0 } });
    expect(errorOf(edit).message).toContain('prvWriteRole');
    const [administrator] = await harness.list(`/roles?$filter=name eq 'System Administrator' and _parentroleid_value eq null&$select=roleid`);
    const body = { '@odata.id': `${origins.contoso}/api/data/v9.2/roles(${String(administrator?.['roleid'])})` };
    const assign = await harness.call(`/systemusers(${ritaId})/systemuserroles_association/$ref`, { method: 'POST', as: 'rita', body });
    expect(errorOf(assign).message).toContain('prvAssignRole');
  });

  test('system jobs it sees only its own', async () => {
    const { list } = createHarness();
    expect(await list('/asyncoperations', { as: 'rita' })).toEqual([]);
  });
});

test('the people of the tenant are users, by their object ids, with roles known by template', async () => {
  const harness = createHarness();
  const [priya] = await harness.list(`/systemusers?$filter=azureactivedirectoryobjectid eq ${personas.priya.objectId}&$select=systemuserid,fullname,accessmode`);
  expect(priya).toMatchObject({ fullname: 'Priya Power', accessmode: 0 });
  const roles = await harness.list(`/systemusers(${String(priya?.['systemuserid'])})/systemuserroles_association?$select=name,_roletemplateid_value,_parentrootroleid_value`);
  expect(roles).toMatchObject([{ _roletemplateid_value: '627090ff-40a3-4053-8790-584edc5be201' }]);
  const teams = await harness.list(`/systemusers(${String(priya?.['systemuserid'])})/teammembership_association?$select=teamid,name,teamtype`);
  expect(teams).toMatchObject([{ teamtype: 0, name: 'Contoso' }]);
  expect(await harness.list(`/teams(${String(teams[0]?.['teamid'])})/teamroles_association?$select=roleid`)).toEqual([]);
});

test('a reset forgets what happened and keeps the ids of what is seeded', async () => {
  const harness = createHarness();
  const before = await ownUserId(harness, 'alex');
  await harness.call('/leads', { method: 'POST', body: { lastname: 'Gone' } });
  harness.dataverse.reset();
  expect(await harness.list(`/leads?$filter=lastname eq 'Gone'`)).toEqual([]);
  expect(await ownUserId(harness, 'alex')).toBe(before);
});
