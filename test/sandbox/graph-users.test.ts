import { personas } from '../../sandbox/personas.ts';
import { startTenant, type TenantHarness } from './tenantHarness.ts';

let harness: TenantHarness;

beforeAll(async () => {
  harness = await startTenant();
});
afterEach(() => harness.control('reset', {}));
afterAll(() => harness.close());

const alex = (method: string, path: string, options?: Parameters<TenantHarness['graph']>[3]) => harness.graph('alex', method, path, options);
const password = 'Correct-horse-7-battery';
const writer = {
  accountEnabled: true,
  displayName: 'Lead Writer',
  mailNickname: 'lead-writer',
  userPrincipalName: 'lead-writer@contoso.example',
  passwordProfile: { password, forceChangePasswordNextSignIn: false },
  usageLocation: 'DE',
};
const create = (changes: Record<string, unknown> = {}) => alex('POST', '/users', { body: { ...writer, ...changes } });
const advanced = { consistencylevel: 'eventual' };
const state = async () => (await harness.control('state')).json.graph;

function refused(status: number, code: string, message: string): Record<string, unknown> {
  return { status, json: { error: { code, message: expect.stringContaining(message) } } };
}
const bad = (message: string) => refused(400, 'Request_BadRequest', message);
const forbidden = refused(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.');

describe('a user is made', () => {
  it('with 201, shown as Graph shows one, and is read by id and by name at once', async () => {
    const { status, headers, json } = await create({ employeeId: 'lead-setup' });

    expect(status).toBe(201);
    expect(headers.get('location')).toBe(`${harness.sandbox.cloud.graph.url}/users/${json.id}`);
    expect(json).toMatchObject({ displayName: 'Lead Writer', userPrincipalName: 'lead-writer@contoso.example', mail: null, businessPhones: [] });
    expect(json).not.toHaveProperty('accountEnabled');
    for (const key of [json.id, 'Lead-Writer@contoso.example']) {
      const read = await alex('GET', `/users/${key}?$select=id,accountEnabled,usageLocation,employeeId,assignedLicenses,passwordProfile`);
      expect(read.json).toMatchObject({ id: json.id, accountEnabled: true, usageLocation: 'DE', employeeId: 'lead-setup', assignedLicenses: [], passwordProfile: null });
    }
  });

  it('and is found by filters a moment later', async () => {
    await create({ employeeId: 'lead-setup' });
    const find = async (filter: string) => (await alex('GET', `/users?$filter=${filter}&$select=displayName`)).json.value;
    expect(await find("employeeId eq 'lead-setup'")).toEqual([]);
    await harness.advance('PT2S');

    for (const filter of ["employeeId eq 'lead-setup'", "userPrincipalName eq 'lead-writer@contoso.example'", "startsWith(userPrincipalName,'lead-')", "startswith(displayName,'lead')"]) {
      expect(await find(filter)).toEqual([{ displayName: 'Lead Writer' }]);
    }
  });

  it.each([
    [false, { password, forceChangePasswordNextSignIn: false }],
    [true, { password }],
  ])('who has to choose another password at the next sign-in: %s, after %j', async (mustChange, passwordProfile) => {
    await create({ passwordProfile });
    const attempt = async (tried: string) => (await harness.control('password', { userPrincipalName: writer.userPrincipalName, password: tried })).json;

    expect(await attempt(password)).toEqual({ isRight: true, mustChange });
    expect(await attempt(`${password}!`)).toEqual({ isRight: false, mustChange });
    await alex('PATCH', `/users/${writer.userPrincipalName}`, { body: { passwordProfile: { forceChangePasswordNextSignIn: !mustChange } } });
    expect(await attempt(password)).toEqual({ isRight: true, mustChange: !mustChange });
  });

  it('and neither state nor requests hold the password', async () => {
    const { json } = await create();
    await alex('PATCH', `/users/${json.id}`, { body: { passwordProfile: { password: `${password}-2` } } });

    expect(JSON.stringify(await state())).not.toContain(password);
    const { text, json: requests } = await harness.control('requests');
    expect(text).not.toContain(password);
    expect(requests.find(({ method, path }: { method: string; path: string }) => method === 'POST' && path.endsWith('/users'))).toMatchObject({
      changing: true, body: { passwordProfile: { password: '***', forceChangePasswordNextSignIn: false } },
    });
  });

  it.each(['accountEnabled', 'displayName', 'mailNickname', 'userPrincipalName'])('not without %s', async (name) => {
    expect(await create({ [name]: undefined })).toMatchObject(bad(`A value is required for property '${name}' of resource 'User'.`));
  });

  it.each([undefined, {}, { forceChangePasswordNextSignIn: false }])('not with the password profile %j', async (passwordProfile) => {
    expect(await create({ passwordProfile })).toMatchObject(bad('A password must be specified to create a new user.'));
  });

  it.each([
    ['in a domain that is not the tenant’s', 'lead-writer@fabrikam.example', 'The domain portion of the userPrincipalName property is invalid. You must use one of the verified domain names in your organization.'],
    ['without a domain', 'lead-writer', 'The domain portion'],
    ['with an accent', 'prospéct@contoso.example', "Invalid value specified for property 'userPrincipalName'"],
    ['with a blank', 'lead writer@contoso.example', "Invalid value specified for property 'userPrincipalName'"],
    ['with a dot before the domain', 'lead.@contoso.example', "Invalid value specified for property 'userPrincipalName'"],
    ['of 65 letters', `${'a'.repeat(65)}@contoso.example`, "Invalid value specified for property 'userPrincipalName'"],
    ['in a federated domain', 'lead-writer@partner.contoso.example', 'onPremisesImmutableId'],
  ])('not with a user name %s', async (_, userPrincipalName, message) => {
    expect(await create({ userPrincipalName })).toMatchObject(bad(message));
    expect((await state()).users).toHaveLength(Object.keys(personas).length);
  });

  it('in a federated domain with the id that it has on premises', async () => {
    const { status } = await create({ userPrincipalName: 'lead-writer@partner.contoso.example', onPremisesImmutableId: 'YWJj' });

    expect(status).toBe(201);
  });

  it('not with a name that somebody has', async () => {
    await create();
    const reply = await create({ userPrincipalName: 'LEAD-WRITER@contoso.example' });

    expect(reply).toMatchObject(bad('Another object with the same value for property userPrincipalName already exists.'));
    expect(reply.json.error.details.map(({ code, target }: { code: string; target: string }) => [code, target])).toEqual([
      ['ObjectConflict', 'userPrincipalName'], ['ConflictingObjects', 'userPrincipalName'],
    ]);
  });

  it.each([
    ['too short', 'Ab1-xyz'],
    ['too long', `Ab1-${'x'.repeat(253)}`],
    ['of two kinds of characters', 'abcdefgh12345678'],
    ['with the user name in it', 'My-Lead-Writer-1'],
    ['with letters beyond ASCII', 'Prospécts-2026'],
  ])('not with a password that is %s', async (_, tried) => {
    expect(await create({ passwordProfile: { password: tried } })).toMatchObject(bad('The specified password does not comply with password complexity requirements.'));
  });

  it.each([
    [{ usageLocation: 'Germany' }, "Invalid value specified for property 'usageLocation'"],
    [{ usageLocation: 'XQ' }, "Invalid value specified for property 'usageLocation'"],
    [{ mailNickname: 'lead writer' }, "Invalid value specified for property 'mailNickname'"],
    [{ employeeId: 'x'.repeat(17) }, "Invalid value specified for property 'employeeId'"],
    [{ passwordPolicies: 'Never' }, "Invalid value specified for property 'passwordPolicies'"],
    [{ colour: 'red' }, "Invalid property 'colour'."],
    [{ passwordProfile: { password, hint: 'x' } }, "Invalid property 'hint'."],
    [{ assignedLicenses: [] }, "Property 'assignedLicenses' is read-only"],
    [{ accountEnabled: 'yes' }, 'does not match schema'],
  ])('not with %j', async (changes, message) => {
    expect(await create(changes)).toMatchObject(bad(message));
  });
});

describe('a user is changed', () => {
  it('by id or name, with 204', async () => {
    const { json } = await create();
    const changed = await alex('PATCH', `/users/${writer.userPrincipalName}`, { body: { displayName: 'Renamed', usageLocation: 'FR', accountEnabled: false, passwordPolicies: 'DisablePasswordExpiration' } });

    expect(changed.status).toBe(204);
    expect((await alex('GET', `/users/${json.id}?$select=displayName,usageLocation,accountEnabled,passwordPolicies`)).json).toMatchObject({
      displayName: 'Renamed', usageLocation: 'FR', accountEnabled: false, passwordPolicies: 'DisablePasswordExpiration',
    });
  });

  it('a new password has its own time, and is checked like the first', async () => {
    const { json } = await create();
    await harness.advance('P90D');
    const patch = (tried: string) => alex('PATCH', `/users/${json.id}`, { body: { passwordProfile: { password: tried, forceChangePasswordNextSignIn: false } } });

    expect(await patch('weak')).toMatchObject(bad('password complexity requirements'));
    expect((await patch('Another-horse-8')).status).toBe(204);
    expect((await harness.control('password', { userPrincipalName: writer.userPrincipalName, password: 'Another-horse-8' })).json).toEqual({ isRight: true, mustChange: false });
    const [made, set] = await alex('GET', `/users/${json.id}?$select=createdDateTime,lastPasswordChangeDateTime`).then(({ json: row }) => [row.createdDateTime, row.lastPasswordChangeDateTime].map((time) => Date.parse(time)));
    expect(Math.round(((set ?? 0) - (made ?? 0)) / 86_400_000)).toBe(90);
  });

  it('its name may stay what it is, but not become another’s', async () => {
    const { json } = await create();

    expect((await alex('PATCH', `/users/${json.id}`, { body: { userPrincipalName: writer.userPrincipalName } })).status).toBe(204);
    expect(await alex('PATCH', `/users/${json.id}`, { body: { userPrincipalName: personas.rita.userPrincipalName } })).toMatchObject(bad('already exists'));
  });

  it('what Graph keeps itself is refused, and nobody is 404', async () => {
    expect(await alex('PATCH', `/users/${personas.rita.objectId}`, { body: { createdDateTime: '2026-01-01T00:00:00Z' } })).toMatchObject(bad('read-only'));
    expect(await alex('PATCH', '/users/nobody@contoso.example', { body: { displayName: 'x' } })).toMatchObject(refused(404, 'Request_ResourceNotFound', "Resource 'nobody@contoso.example' does not exist"));
    expect(await alex('GET', '/users/nobody@contoso.example')).toMatchObject(refused(404, 'Request_ResourceNotFound', 'does not exist'));
  });
});

describe('a user is deleted', () => {
  const deletedItems = '/directory/deletedItems/microsoft.graph.user';
  const removed = async () => {
    const { json } = await create();
    await alex('DELETE', `/users/${json.id}`);
    return { id: json.id as string, renamed: `${String(json.id).replaceAll('-', '')}lead-writer@contoso.example` };
  };

  it('and kept for 30 days under a name that begins with its id', async () => {
    const { id, renamed } = await removed();

    expect((await alex('GET', `/users/${id}`)).status).toBe(404);
    expect((await alex('GET', deletedItems)).json.value).toMatchObject([{ id, userPrincipalName: renamed }]);
    expect((await alex('GET', `/directory/deletedItems/${id}?$select=deletedDateTime,userPrincipalName`)).json).toMatchObject({ deletedDateTime: expect.any(String), userPrincipalName: renamed });
    expect((await state()).deletedUsers).toMatchObject([{ id }]);
    await harness.advance('P30D');
    expect((await alex('GET', deletedItems)).json.value).toEqual([]);
    expect((await alex('GET', `/directory/deletedItems/${id}`)).status).toBe(404);
  });

  it('and found by the end of its name, which is an advanced query', async () => {
    const { id } = await removed();
    const query = `${deletedItems}?$filter=endsWith(userPrincipalName,'lead-writer@contoso.example')`;

    expect(await alex('GET', query, { headers: advanced })).toMatchObject(refused(400, 'Request_UnsupportedQuery', 'ConsistencyLevel'));
    expect(await alex('GET', `${query}&$count=true`)).toMatchObject(refused(400, 'Request_UnsupportedQuery', 'ConsistencyLevel'));
    expect((await alex('GET', `${query}&$count=true`, { headers: advanced })).json).toMatchObject({ '@odata.count': 1, value: [{ id }] });
  });

  it('and restored under its old name, without its licences', async () => {
    const { id } = await removed();
    const { status, json } = await alex('POST', `/directory/deletedItems/${id}/restore`);

    expect([status, json.userPrincipalName]).toEqual([200, writer.userPrincipalName]);
    expect((await alex('GET', `/users/${id}?$select=deletedDateTime,assignedLicenses`)).json).toMatchObject({ deletedDateTime: null, assignedLicenses: [] });
    expect((await state()).deletedUsers).toEqual([]);
  });

  it('and does not stand in the way of a new one, who stands in the way of restoring it', async () => {
    const { id } = await removed();

    expect((await create()).status).toBe(201);
    expect(await alex('POST', `/directory/deletedItems/${id}/restore`, { body: {} })).toMatchObject(bad('already exists'));
    const restored = await alex('POST', `/directory/deletedItems/${id}/restore`, { body: { newUserPrincipalName: 'lead-writer-2@contoso.example' } });
    expect(restored.json).toMatchObject({ id, userPrincipalName: 'lead-writer-2@contoso.example' });
  });

  it('and then for good', async () => {
    const { id } = await removed();

    expect((await alex('DELETE', `/directory/deletedItems/${id}`)).status).toBe(204);
    expect((await alex('GET', `/directory/deletedItems/${id}`)).status).toBe(404);
    expect((await alex('DELETE', `/directory/deletedItems/${id}`)).status).toBe(404);
  });
});

describe('a person without a directory role', () => {
  it('reads users', async () => {
    expect((await harness.graph('rita', 'GET', `/users/${personas.alex.userPrincipalName}`)).json).toMatchObject({ displayName: 'Alex Admin' });
  });

  it.each([
    ['POST', '/users', writer],
    ['PATCH', `/users/${personas.rita.objectId}`, { displayName: 'x' }],
    ['PATCH', `/users/${personas.rita.objectId}`, { passwordProfile: { password } }],
    ['DELETE', `/users/${personas.rita.objectId}`, undefined],
    ['POST', `/users/${personas.rita.objectId}/assignLicense`, { addLicenses: [], removeLicenses: [] }],
    ['POST', `/directory/deletedItems/${personas.rita.objectId}/restore`, {}],
    ['DELETE', `/directory/deletedItems/${personas.rita.objectId}`, undefined],
  ])('cannot %s %s, and nothing changes', async (method, path, body) => {
    const before = await state();

    expect(await harness.graph('priya', method, path, { body })).toMatchObject(forbidden);
    expect(await state()).toEqual(before);
  });
});

describe('a User Administrator', () => {
  const tomas = (method: string, path: string, body?: unknown) => harness.graph('tomas', method, path, { body });

  it('makes, changes and deletes users', async () => {
    const { status, json } = await tomas('POST', '/users', writer);

    expect(status).toBe(201);
    expect((await tomas('PATCH', `/users/${json.id}`, { passwordProfile: { password: `${password}-2` }, accountEnabled: false })).status).toBe(204);
    expect((await tomas('DELETE', `/users/${json.id}`)).status).toBe(204);
    expect((await tomas('POST', `/directory/deletedItems/${json.id}/restore`)).status).toBe(200);
  });

  it.each([
    ['PATCH', { passwordProfile: { password } }],
    ['PATCH', { accountEnabled: false }],
    ['DELETE', undefined],
  ])('has no right to %s %j an administrator', async (method, body) => {
    expect(await tomas(method, `/users/${personas.alex.objectId}`, body)).toMatchObject(forbidden);
  });

  it('is one only while the role is active', async () => {
    expect(await harness.graph('pim', 'POST', '/users', { body: writer })).toMatchObject(forbidden);
  });
});
