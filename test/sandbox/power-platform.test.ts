import { personas, tenant, type PersonaName } from '../../sandbox/personas.ts';
import { startTenant, type Reply, type TenantHarness } from './tenantHarness.ts';

let harness: TenantHarness;

beforeAll(async () => {
  harness = await startTenant();
});
afterEach(() => harness.control('reset', {}));
afterAll(() => harness.close());

const path = '/providers/Microsoft.BusinessAppPlatform/scopes/admin/environments';
const sales = '1e1a282c-9c54-43a2-9310-98ef728faace';
const office = '6fd2c87f-b296-42f0-b197-1e91e994b900';

async function powerPlatform(persona: PersonaName, request: string, body?: unknown): Promise<Reply> {
  const [method = '', address = ''] = request.split(' ');
  const { url, scope } = harness.sandbox.cloud.powerPlatform;
  return harness.call(method, `${url}${address}`, { token: await harness.delegatedToken(persona, scope), ...(body === undefined ? {} : { body }) });
}

async function environments(): Promise<{ name: string; properties: Record<string, any> }[]> { // oxlint-disable-line typescript/no-explicit-any -- answers of many shapes
  return (await powerPlatform('alex', `GET ${path}?api-version=2020-10-01`)).json.value;
}

async function environmentId(name = 'Contoso'): Promise<string> {
  return (await environments()).find(({ properties }) => properties['displayName'] === name)?.name ?? '';
}

async function makeUser(licence = sales): Promise<string> {
  const passwordProfile = { password: 'Correct-horse-7', forceChangePasswordNextSignIn: false };
  const body = { accountEnabled: true, displayName: 'Lead Writer', mailNickname: 'lead', userPrincipalName: 'lead@contoso.example', usageLocation: 'DE', passwordProfile };
  const { json } = await harness.graph('alex', 'POST', '/users', { body });
  if (licence !== '') await harness.graph('alex', 'POST', `/users/${json.id}/assignLicense`, { body: { addLicenses: [{ skuId: licence }], removeLicenses: [] } });
  return json.id;
}

const addUser = async (persona: PersonaName, objectId: string, environment?: string) =>
  powerPlatform(persona, `POST ${path}/${environment ?? (await environmentId())}/addUser?api-version=2023-06-01`, { objectId });

async function rowOf(objectId: string, name: 'contoso' | 'contoso-test' = 'contoso'): Promise<Record<string, unknown> | undefined> {
  const { url } = harness.sandbox.environments[name];
  const token = await harness.delegatedToken('alex', `${url}/.default`);
  const select = 'systemuserid,domainname,fullname,accessmode,islicensed,isdisabled,azureactivedirectoryobjectid,_businessunitid_value';
  return (await harness.call('GET', `${url}/api/data/v9.2/systemusers?$filter=azureactivedirectoryobjectid eq ${objectId}&$select=${select}`, { token })).json.value[0];
}

describe('the environments', () => {
  it('of the tenant are listed with the address of their Dataverse, and are read one by one', async () => {
    const listed = await environments();

    expect(listed.map(({ properties }) => [properties['displayName'], properties['environmentSku'], properties['linkedEnvironmentMetadata'].instanceApiUrl])).toEqual([
      ['Contoso', 'Production', harness.sandbox.environments.contoso.url],
      ['Contoso Test', 'Sandbox', harness.sandbox.environments['contoso-test'].url],
      ['Contoso Projects', 'Production', harness.sandbox.environments.nolead.url],
    ]);
    expect((await powerPlatform('alex', `GET ${path}/${listed[1]?.name}?api-version=2021-04-01`)).json).toEqual(listed[1]);
  });

  it('have the ids that discovery gives them', async () => {
    const { url, scope } = harness.sandbox.cloud.discovery;
    const discovered = await harness.call('GET', `${url}/Instances?$select=EnvironmentId`, { token: await harness.delegatedToken('alex', scope) });

    expect((await environments()).map(({ name }) => name)).toEqual(discovered.json.value.map((row: { EnvironmentId: string }) => row.EnvironmentId));
  });
});

describe('a person is forced into an environment', () => {
  it('when their licence counts, and is a user of it a moment later', async () => {
    const objectId = await makeUser();
    const early = await addUser('alex', objectId);
    await harness.advance('PT20S');
    const replies = [await addUser('alex', objectId), await addUser('alex', objectId)];

    expect(early).toMatchObject({ status: 403, json: { error: { code: 'userNotLicensed' } } });
    expect(replies.map(({ status }) => status)).toEqual([200, 200]);
    expect(await rowOf(objectId)).toBeUndefined();
    await harness.advance('PT15S');
    expect(await rowOf(objectId)).toMatchObject({
      azureactivedirectoryobjectid: objectId, domainname: 'lead@contoso.example', fullname: 'Lead Writer', accessmode: 0, islicensed: true, isdisabled: false,
    });
    expect(await rowOf(objectId, 'contoso-test')).toBeUndefined();
  });

  it('into the root business unit, where they are given roles like anybody', async () => {
    const objectId = await makeUser();
    await harness.advance('PT20S');
    await addUser('alex', objectId);
    await harness.advance('PT15S');
    const user = await rowOf(objectId);
    const { url } = harness.sandbox.environments.contoso;
    const api = `${url}/api/data/v9.2`;
    const token = await harness.delegatedToken('alex', `${url}/.default`);
    const roles = await harness.call('GET', `${api}/roles?$filter=name eq 'Basic User' and _businessunitid_value eq ${String(user?.['_businessunitid_value'])}&$select=roleid`, { token });
    const roleid = roles.json.value[0].roleid;
    const assigned = await harness.call('POST', `${api}/systemusers(${String(user?.['systemuserid'])})/systemuserroles_association/$ref`, { token, body: { '@odata.id': `${api}/roles(${roleid})` } });
    const listed = await harness.call('GET', `${api}/systemusers(${String(user?.['systemuserid'])})/systemuserroles_association?$select=roleid`, { token });

    expect(assigned.status).toBe(204);
    expect(listed.json.value).toMatchObject([{ roleid }]);
  });

  it.each([
    ['without a licence', ''],
    ['whose licence has nothing to do with Dataverse', office],
  ])('but not one %s, however long it is waited', async (_, licence) => {
    const objectId = await makeUser(licence);
    await harness.advance('PT1H');

    expect(await addUser('alex', objectId)).toMatchObject({ status: 403, json: { error: { code: 'userNotLicensed' } } });
    expect(await rowOf(objectId)).toBeUndefined();
  });

  it('but not one whose account is disabled or gone', async () => {
    const objectId = await makeUser();
    await harness.advance('PT20S');
    await harness.graph('alex', 'PATCH', `/users/${objectId}`, { body: { accountEnabled: false } });
    expect(await addUser('alex', objectId)).toMatchObject({ status: 403, json: { error: { code: 'userNotEnabled' } } });
    await harness.graph('alex', 'DELETE', `/users/${objectId}`);
    await harness.graph('alex', 'DELETE', `/directory/deletedItems/${objectId}`);
    expect(await addUser('alex', objectId)).toMatchObject({ status: 404, json: { error: { code: 'userNotFound' } } });
  });

  it('and never becomes a user when they are not in its security group, which the answer does not tell', async () => {
    const objectId = await makeUser();
    await harness.control('conditions', { microsoft365: { securityGroups: { contoso: [personas.alex.objectId] } } });
    await harness.advance('PT20S');

    expect((await addUser('alex', objectId)).status).toBe(200);
    await harness.advance('PT1H');
    expect(await rowOf(objectId)).toBeUndefined();
    expect((await environments())[0]?.properties['linkedEnvironmentMetadata']).toHaveProperty('securityGroupId');
    await harness.control('conditions', { microsoft365: { securityGroups: { contoso: [objectId] } } });
    expect(await rowOf(objectId)).toMatchObject({ isdisabled: false });
  });

  it('after times that can be set', async () => {
    await harness.control('conditions', { microsoft365: { licenceEffective: 'PT0S', userSync: 'PT5M' } });
    const objectId = await makeUser();

    expect((await addUser('alex', objectId)).status).toBe(200);
    await harness.advance('PT4M59S');
    expect(await rowOf(objectId)).toBeUndefined();
    await harness.advance('PT1S');
    expect(await rowOf(objectId)).toBeDefined();
  });
});

it('a licensed person becomes a user of every environment by themselves, after half an hour', async () => {
  const objectId = await makeUser();
  await harness.advance('PT30M');
  expect(await rowOf(objectId)).toBeUndefined();
  await harness.advance('PT20S');
  expect([await rowOf(objectId), await rowOf(objectId, 'contoso-test')]).toEqual([expect.any(Object), expect.any(Object)]);
});

describe('WhoAmI on behalf of somebody', () => {
  const whoAmI = async (callerobjectid: string) => {
    const { url } = harness.sandbox.environments.contoso;
    const token = await harness.delegatedToken('alex', `${url}/.default`);
    return harness.call('GET', `${url}/api/data/v9.2/WhoAmI`, { token, headers: { callerobjectid } });
  };

  it('makes a user of a licensed person at once, who has no roles yet', async () => {
    const objectId = await makeUser();
    await harness.advance('PT20S');

    expect(await whoAmI(objectId)).toMatchObject({ status: 403, json: { error: { code: '0x80042f09' } } });
    expect(await rowOf(objectId)).toMatchObject({ domainname: 'lead@contoso.example', isdisabled: false });
  });

  it('makes none of a person whose licence does not count yet', async () => {
    const objectId = await makeUser();

    expect(await whoAmI(objectId)).toMatchObject({ status: 403, json: { error: { code: '0x80072560' } } });
    expect(await rowOf(objectId)).toBeUndefined();
  });
});

it.each([
  ['disabled', (objectId: string) => harness.graph('alex', 'PATCH', `/users/${objectId}`, { body: { accountEnabled: false } })],
  ['deleted', (objectId: string) => harness.graph('alex', 'DELETE', `/users/${objectId}`)],
])('somebody who is %s in Entra is a disabled user', async (_, change) => {
  const objectId = await makeUser();
  await harness.advance('PT31M');
  await rowOf(objectId);
  await change(objectId);

  expect(await rowOf(objectId)).toMatchObject({ isdisabled: true });
});

describe('who may', () => {
  it.each<PersonaName>(['priya', 'tomas', 'rita'])('%s holds no role for it and is refused', async (persona) => {
    const message = expect.stringContaining(`The user with object id '${personas[persona].objectId}' in tenant '${tenant.id}' does not have access`);

    expect(await addUser(persona, personas.rita.objectId)).toMatchObject({ status: 403, json: { error: { code: 'Forbidden', message } } });
    expect((await powerPlatform(persona, `GET ${path}?api-version=2020-10-01`)).status).toBe(403);
  });

  it.each(['https://service.powerapps.com/.default', 'https://service.powerapps.com//.default'])('a token by %s is taken', async (scope) => {
    const { url } = harness.sandbox.cloud.powerPlatform;
    const { status } = await harness.call('GET', `${url}${path}?api-version=2020-10-01`, { token: await harness.delegatedToken('alex', scope) });

    expect(status).toBe(200);
  });

  it('a token for Graph, an application’s token and none are not', async () => {
    const url = `${harness.sandbox.cloud.powerPlatform.url}${path}?api-version=2020-10-01`;
    const [graph, application] = [await harness.delegatedToken('alex', 'https://graph.microsoft.com/.default'), await harness.botToken()];

    for (const token of [graph, application, undefined]) {
      expect(await harness.call('GET', url, token === undefined ? {} : { token })).toMatchObject({ status: 401, json: { error: { code: 'AuthenticationFailed' } } });
    }
  });
});

it.each([
  [`GET ${path}`, undefined, 400, 'MissingApiVersionParameter'],
  [`GET ${path}?api-version=1999-01-01`, undefined, 400, 'InvalidApiVersionParameter'],
  [`POST ${path}/{id}/addUser?api-version=2020-10-01`, { objectId: tenant.id }, 400, 'InvalidApiVersionParameter'],
  [`POST ${path}/${tenant.id}/addUser?api-version=2023-06-01`, { objectId: tenant.id }, 404, 'EnvironmentNotFound'],
  [`POST ${path}/{id}/addUser?api-version=2023-06-01`, { objectId: tenant.id }, 404, 'userNotFound'],
  [`POST ${path}/{id}/addUser?api-version=2023-06-01`, { objectId: 'lead@contoso.example' }, 400, 'InvalidRequestContent'],
  [`POST ${path}/{id}/addUser?api-version=2023-06-01`, { objectId: tenant.id, force: true }, 400, 'InvalidRequestContent'],
  [`POST ${path}/{id}/addUser?api-version=2023-06-01`, undefined, 400, 'InvalidRequestContent'],
  [`POST ${path}?api-version=2020-10-01`, {}, 405, 'MethodNotAllowed'],
  ['GET /providers/Microsoft.PowerApps/apps?api-version=2020-10-01', undefined, 404, 'NotFound'],
])('%s with %j is %i %s', async (request, body, status, code) => {
  const reply = await powerPlatform('alex', request.replace('{id}', await environmentId()), body);

  expect(reply).toMatchObject({ status, json: { error: { code, message: expect.any(String) } } });
});

it('what was asked stands in the log as a change of the tenant', async () => {
  await addUser('priya', personas.rita.objectId);
  const requests: { service: string; method: string }[] = (await harness.control('requests')).json;

  expect(requests.find(({ service, method }) => service === 'powerPlatform' && method === 'POST')).toMatchObject({
    status: 403, changing: true, actor: personas.priya.userPrincipalName, body: { objectId: personas.rita.objectId },
  });
});
