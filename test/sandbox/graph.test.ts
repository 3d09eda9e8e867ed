import { Client } from '@microsoft/microsoft-graph-client';
import { personas, tenant } from '../../sandbox/personas.ts';
import { registrations } from '../../sandbox/registrations.ts';
import { graphScope, startTenant, type TenantHarness } from './tenantHarness.ts';

let harness: TenantHarness;

beforeAll(async () => {
  harness = await startTenant();
});
afterEach(() => harness.control('reset', {}));
afterAll(() => harness.close());

const alex = (method: string, path: string, options?: Parameters<TenantHarness['graph']>[3]) => harness.graph('alex', method, path, options);
const create = async (body: Record<string, unknown> = { displayName: 'Lead writer' }) => (await alex('POST', '/applications', { body })).json;
const upsert = { prefer: 'create-if-missing' };
const advanced = { consistencylevel: 'eventual' };

/** What a reply looks like that Graph has refused. */
function refused({ status, code, message }: { status: number; code: string; message: string }): Record<string, unknown> {
  return { status, json: { error: { code, message: expect.stringContaining(message) } } };
}

describe('who may call', () => {
  const organization = () => `${harness.sandbox.cloud.graph.url}/organization`;

  it.each([
    ['no token', async () => undefined, 'Access token is empty.'],
    ['a token that nobody signed', async () => 'a.b.c', 'Access token validation failure. Invalid signature.'],
    ['a token for Dataverse', () => harness.delegatedToken('alex', `${harness.sandbox.environments.contoso.url}/.default`), 'Access token validation failure. Invalid audience.'],
    ['a token for the bot', () => harness.botToken(), 'Access token validation failure. Invalid audience.'],
  ])('%s is 401', async (_, getToken, message) => {
    const token = await getToken();
    const reply = await harness.call('GET', organization(), token === undefined ? {} : { token });

    expect(reply).toMatchObject(refused({ status: 401, code: 'InvalidAuthenticationToken', message }));
  });

  it('a token older than an hour is 401', async () => {
    const token = await harness.delegatedToken('alex', graphScope);
    await harness.advance('PT61M');

    expect(await harness.call('GET', organization(), { token })).toMatchObject(refused({ status: 401, code: 'InvalidAuthenticationToken', message: 'expired' }));
  });

  it('an application without permissions is 403', async () => {
    const token = await harness.applicationToken(registrations.bot.appId, registrations.bot.secret, graphScope);

    expect(await harness.call('GET', organization(), { token })).toMatchObject(refused({ status: 403, code: 'Authorization_RequestDenied', message: 'Insufficient privileges to complete the operation.' }));
  });

  it.each([
    ['POST', '/applications', { displayName: 'x' }],
    ['PATCH', "/applications(uniqueName='x')", { displayName: 'x' }],
    ['POST', '/servicePrincipals', { appId: tenant.id }],
    ['POST', `/applications/${tenant.id}/addPassword`, {}],
    ['DELETE', `/applications/${tenant.id}`, undefined],
  ])('a person without a directory role cannot %s %s, and nothing changes', async (method, path, body) => {
    const reply = await harness.graph('priya', method, path, { body, headers: upsert });

    expect(reply).toMatchObject(refused({ status: 403, code: 'Authorization_RequestDenied', message: 'Insufficient privileges to complete the operation.' }));
    expect((await harness.control('state')).json.graph.applications).toEqual([]);
  });

  it('errors and answers carry the ids by which Microsoft finds a request', async () => {
    const headers = { 'client-request-id': 'mine' };
    const [good, bad] = [await alex('GET', '/organization', { headers }), await alex('GET', '/nothing', { headers })];

    expect(good.headers.get('request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(good.headers.get('client-request-id')).toBe('mine');
    expect(bad.json.error.innerError).toEqual({ date: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/), 'request-id': bad.headers.get('request-id'), 'client-request-id': 'mine' });
  });
});

describe('the tenant and the person', () => {
  it('organization', async () => {
    const { json } = await alex('GET', '/organization?$select=id,displayName,verifiedDomains');

    expect(json.value).toEqual([{ id: tenant.id, displayName: 'Contoso', verifiedDomains: expect.arrayContaining([expect.objectContaining({ name: 'contoso.onmicrosoft.com', isInitial: true })]) }]);
  });

  it('me', async () => {
    const { json } = await harness.graph('rita', 'GET', '/me?$select=id,userPrincipalName');

    expect(json).toMatchObject({ id: personas.rita.objectId, userPrincipalName: personas.rita.userPrincipalName });
  });

  const roles = '/me/transitiveMemberOf/microsoft.graph.directoryRole?$count=true&$select=id,displayName,roleTemplateId';

  it('directory roles', async () => {
    const [ofAlex, ofPriya] = [await alex('GET', roles, { headers: advanced }), await harness.graph('priya', 'GET', roles, { headers: advanced })];

    expect(ofAlex.json).toMatchObject({ '@odata.count': 1, value: [{ roleTemplateId: '62e90394-69f5-4237-9190-012177145e10', displayName: 'Global Administrator' }] });
    expect(ofPriya.json.value).toEqual([]);
  });

  it('directory roles without the header of an advanced query are refused', async () => {
    expect(await alex('GET', roles)).toMatchObject(refused({ status: 400, code: 'Request_UnsupportedQuery', message: 'ConsistencyLevel' }));
  });
});

describe('an application is made', () => {
  it('by POST, with the defaults of Graph', async () => {
    const { status, headers, json } = await alex('POST', '/applications', { body: { displayName: 'Lead writer', tags: ['a'], notes: 'n' } });

    expect(status).toBe(201);
    expect(headers.get('location')).toBe(`${harness.sandbox.cloud.graph.url}/applications/${json.id}`);
    expect(json).toMatchObject({ displayName: 'Lead writer', tags: ['a'], notes: 'n', signInAudience: 'AzureADandPersonalMicrosoftAccount', passwordCredentials: [] });
  });

  it('by an upsert: 201, then 204, and one application', async () => {
    const address = "/applications(uniqueName='lead''s-key')";
    const body = {
      displayName: 'Lead writer',
      signInAudience: 'AzureADMultipleOrgs',
      requiredResourceAccess: [{ resourceAppId: '00000007-0000-0000-c000-000000000000', resourceAccess: [{ id: '78ce3f0f-a1ce-49c2-8cde-64b5c0896db4', type: 'Scope' }] }],
    };
    const made = await alex('PATCH', address, { body, headers: upsert });
    const changed = await alex('PATCH', address, { body: { displayName: 'Renamed' }, headers: upsert });

    expect([made.status, changed.status]).toEqual([201, 204]);
    expect(made.json).toMatchObject({ ...body, uniqueName: "lead's-key" });
    expect((await alex('GET', `${address}?$select=displayName,appId`)).json).toMatchObject({ displayName: 'Renamed', appId: made.json.appId });
    expect((await harness.control('state')).json.graph.applications).toHaveLength(1);
  });

  it('not by a PATCH without the preference', async () => {
    expect(await alex('PATCH', "/applications(uniqueName='x')", { body: { displayName: 'x' } })).toMatchObject(refused({ status: 404, code: 'Request_ResourceNotFound', message: "Resource 'x' does not exist" }));
  });

  it('not with a uniqueName that is taken, nor is a uniqueName changed', async () => {
    const { id } = await create({ displayName: 'x', uniqueName: 'taken' });

    expect(await alex('POST', '/applications', { body: { displayName: 'y', uniqueName: 'taken' } })).toMatchObject(refused({ status: 400, code: 'Request_BadRequest', message: 'already exists' }));
    expect(await alex('PATCH', `/applications/${id}`, { body: { uniqueName: 'other' } })).toMatchObject(refused({ status: 400, code: 'Request_BadRequest', message: 'read-only' }));
  });

  it.each([
    ['an unknown property', { displayName: 'x', colour: 'red' }, "Invalid property 'colour'."],
    ['an unknown property deep inside', { displayName: 'x', web: { redirectUri: 'x' } }, "Invalid property 'redirectUri'."],
    ['a value of another type', { displayName: 'x', tags: 'a' }, 'Property tags in payload has a value that does not match schema.'],
    ['an id that is no guid', { displayName: 'x', requiredResourceAccess: [{ resourceAppId: 'x', resourceAccess: [{ id: 'x', type: 'Scope' }] }] }, 'Property id in payload has a value that does not match schema.'],
    ['no name', {}, "A value is required for property 'displayName' of resource 'Application'."],
    ['an empty name', { displayName: '' }, 'Property displayName is invalid.'],
    ['an audience that does not exist', { displayName: 'x', signInAudience: 'Everybody' }, 'Property signInAudience is invalid.'],
    ['an appId', { displayName: 'x', appId: tenant.id }, "Property 'appId' is read-only and cannot be set."],
    ['keys', { displayName: 'x', passwordCredentials: [] }, "Property 'passwordCredentials' is read-only and cannot be set."],
  ])('not with %s', async (_, body, message) => {
    const posted = await alex('POST', '/applications', { body });
    const upserted = await alex('PATCH', "/applications(uniqueName='x')", { body, headers: upsert });

    for (const reply of [posted, upserted]) expect(reply).toMatchObject(refused({ status: 400, code: 'Request_BadRequest', message }));
    expect((await harness.control('state')).json.graph.applications).toEqual([]);
  });

  it('not without a body, nor with one that is no object', async () => {
    expect(await alex('POST', '/applications')).toMatchObject(refused({ status: 400, code: 'Request_BadRequest', message: 'Empty Payload' }));
    expect(await alex('POST', '/applications', { body: [] })).toMatchObject(refused({ status: 400, code: 'BadRequest', message: 'Unable to read JSON' }));
  });
});

describe('an application is found', () => {
  it('at once by its keys, after a while by a filter', async () => {
    const { id, appId } = await create({ displayName: "Lead's writer", tags: ['setup:1'], uniqueName: 'u' });
    const filters = ["tags/any(t:t eq 'setup:1')", `appId eq '${appId}'`, "displayName eq 'Lead''s writer'", "uniqueName eq 'u'", `id eq '${id}' and startswith(displayName,'Lead')`];
    const counts = () => Promise.all(filters.map(async ($filter) => (await alex('GET', `/applications?${new URLSearchParams({ $filter, $select: 'id' }).toString()}`)).json.value.length));

    for (const path of [`/applications/${id}`, `/applications(appId='${appId}')`, "/applications(uniqueName='u')"]) {
      expect((await alex('GET', path)).json.id).toBe(id);
    }
    expect(await counts()).toEqual([0, 0, 0, 0, 0]);
    await harness.advance('PT2S');
    expect(await counts()).toEqual([1, 1, 1, 1, 1]);
  });

  it.each([
    ['$select=colour', 'BadRequest', "Parsing OData Select and Expand failed: Could not find a property named 'colour' on type 'microsoft.graph.application'."],
    ["$filter=colour eq 'red'", 'BadRequest', "Invalid filter clause: Could not find a property named 'colour' on type 'microsoft.graph.application'."],
    ["$filter=notes eq 'red'", 'Request_UnsupportedQuery', "Unsupported or invalid query filter clause specified for property 'notes' of resource 'Application'."],
    ["$filter=tags eq 'red'", 'Request_UnsupportedQuery', "'tags'"],
    ["$filter=not displayName eq 'red'", 'Request_UnsupportedQuery', "'displayName'"],
    [`$filter=appId eq ${tenant.id}`, 'BadRequest', 'incompatible types'],
    ['$filter=displayName', 'BadRequest', 'Invalid filter clause'],
    ['$count=true', 'Request_UnsupportedQuery', 'ConsistencyLevel'],
    ['$top=1000', 'BadRequest', 'page size'],
    ['$expand=owners', 'BadRequest', '$expand'],
  ])('not by %s', async (query, code, message) => {
    expect(await alex('GET', `/applications?${encodeURI(query)}`)).toMatchObject(refused({ status: 400, code, message }));
  });

  it('not by an address that does not exist', async () => {
    expect(await alex('GET', `/applications/${tenant.id}`)).toMatchObject(refused({ status: 404, code: 'Request_ResourceNotFound', message: 'does not exist' }));
    expect(await alex('GET', '/applications/first')).toMatchObject(refused({ status: 400, code: 'Request_BadRequest', message: "Invalid object identifier 'first'." }));
    expect(await alex('GET', "/applications(displayName='x')")).toMatchObject(refused({ status: 400, code: 'BadRequest', message: 'alternate key' }));
    expect(await alex('GET', '/groups')).toMatchObject(refused({ status: 400, code: 'BadRequest', message: "Resource not found for the segment 'groups'." }));
    expect(await alex('DELETE', '/applications')).toMatchObject(refused({ status: 405, code: 'Request_BadRequest', message: 'not allowed' }));
  });

  it('no more once it is deleted, nor its service principal', async () => {
    const { id, appId } = await create();
    await harness.advance('PT3S');
    await alex('POST', '/servicePrincipals', { body: { appId } });

    expect((await alex('DELETE', `/applications(appId='${appId}')`)).status).toBe(204);
    expect((await alex('GET', `/applications/${id}`)).status).toBe(404);
    expect((await alex('GET', `/servicePrincipals(appId='${appId}')`)).status).toBe(404);
  });

  it('is listed among the deleted for thirty days', async () => {
    const { id, appId } = await create();
    const deleted = async () => (await alex('GET', '/directory/deletedItems/microsoft.graph.application')).json.value;
    await alex('DELETE', `/applications/${id}`);
    expect(await deleted()).toContainEqual(expect.objectContaining({ id, appId, deletedDateTime: expect.any(String) }));
    await harness.advance('P31D');
    expect(await deleted()).toEqual([]);
  });
});

describe('a key', () => {
  const add = (id: string, passwordCredential?: unknown) => alex('POST', `/applications/${id}/addPassword`, { body: { passwordCredential } });

  it('is shown once', async () => {
    const { id } = await create();
    const { status, json } = await add(id, { displayName: 'Lead Setup', endDateTime: '2027-01-01T00:00:00Z' });
    const [stored] = (await alex('GET', `/applications/${id}?$select=passwordCredentials`)).json.passwordCredentials;

    expect(status).toBe(200);
    expect(json).toMatchObject({ displayName: 'Lead Setup', endDateTime: '2027-01-01T00:00:00.000Z', hint: json.secretText.slice(0, 3), secretText: expect.stringMatching(/^.{40}$/) });
    expect(stored).toMatchObject({ keyId: json.keyId, displayName: 'Lead Setup', secretText: null });
    expect(JSON.stringify([(await harness.control('state')).json, (await harness.control('requests')).json])).not.toContain(json.secretText);
  });

  it('lives 24 months when no end is given, and never longer', async () => {
    const { id } = await create();
    const { json } = await add(id);
    const end = new Date(json.startDateTime);
    end.setUTCMonth(end.getUTCMonth() + 24);

    expect(json.endDateTime).toBe(end.toISOString());
    end.setUTCDate(end.getUTCDate() + 1);
    expect(await add(id, { endDateTime: end.toISOString() })).toMatchObject(refused({ status: 400, code: 'Request_BadRequest', message: 'lifetime exceeds' }));
    expect(await add(id, { endDateTime: '2020-01-01T00:00:00Z' })).toMatchObject(refused({ status: 400, code: 'Request_BadRequest', message: 'Property endDateTime is invalid.' }));
  });

  it.each([
    [{ secretText: 'mine' }, "Property 'secretText' is read-only and cannot be set."],
    [{ colour: 'red' }, "Invalid property 'colour'."],
    [{ endDateTime: 'tomorrow' }, 'endDateTime'],
  ])('is not made from %j', async (credential, message) => {
    const { id } = await create();

    expect(await add(id, credential)).toMatchObject(refused({ status: 400, code: 'Request_BadRequest', message }));
  });

  it('is removed by its id, once', async () => {
    const { id } = await create();
    const { keyId } = (await add(id)).json;
    const remove = () => alex('POST', `/applications/${id}/removePassword`, { body: { keyId } });

    expect((await remove()).status).toBe(204);
    expect(await remove()).toMatchObject(refused({ status: 400, code: 'Request_BadRequest', message: 'No password credential found' }));
    expect((await alex('GET', `/applications/${id}`)).json.passwordCredentials).toEqual([]);
  });
});

describe('a service principal', () => {
  it('is refused until its application has spread, then made once', async () => {
    const { appId } = await create();
    const post = () => alex('POST', '/servicePrincipals', { body: { appId } });
    const early = await post();
    await harness.advance('PT3S');
    const made = await post();

    expect(early).toMatchObject(refused({ status: 400, code: 'Request_BadRequest', message: 'does not reference a valid application object' }));
    expect(early.json.error.details).toEqual([expect.objectContaining({ code: 'NoBackingApplicationObject' })]);
    expect(made).toMatchObject({ status: 201, json: { appId, displayName: 'Lead writer', servicePrincipalType: 'Application' } });
    expect(await post()).toMatchObject(refused({ status: 409, code: 'Request_MultipleObjectsWithSameKeyValue', message: 'already in use' }));
  });

  it('is upserted by its appId', async () => {
    const { appId } = await create();
    const patch = () => alex('PATCH', `/servicePrincipals(appId='${appId}')`, { body: { tags: ['a'] }, headers: upsert });
    const early = await patch();
    await harness.advance('PT3S');

    expect([early.status, (await patch()).status, (await patch()).status]).toEqual([400, 201, 204]);
    await harness.advance('PT2S');
    expect((await alex('GET', `/servicePrincipals?$filter=appId eq '${appId}'&$select=appId,tags`)).json.value).toEqual([{ appId, tags: ['a'] }]);
  });

  it('of Dataverse is in the tenant, with its delegated permission', async () => {
    const { json } = await alex('GET', "/servicePrincipals(appId='00000007-0000-0000-c000-000000000000')?$select=id,oauth2PermissionScopes");

    expect(json.oauth2PermissionScopes).toEqual([expect.objectContaining({ id: '78ce3f0f-a1ce-49c2-8cde-64b5c0896db4', value: 'user_impersonation' })]);
  });
});

it("answers Microsoft's own Graph client", async () => {
  const token = await harness.delegatedToken('alex', graphScope);
  const baseUrl = harness.sandbox.cloud.graph.url.replace(/v1\.0$/, '');
  const client = Client.initWithMiddleware({ baseUrl, customHosts: new Set(['localhost']), authProvider: { getAccessToken: async () => token } });
  const made = await client.api("/applications(uniqueName='by-client')").header('Prefer', 'create-if-missing').patch({ displayName: 'By client' });

  expect(made).toMatchObject({ displayName: 'By client' });
  expect(await client.api(`/applications/${made.id}`).select(['id']).get()).toMatchObject({ id: made.id });
  await expect(client.api('/applications').post({ colour: 'red' })).rejects.toMatchObject({ statusCode: 400, code: 'Request_BadRequest' });
});
