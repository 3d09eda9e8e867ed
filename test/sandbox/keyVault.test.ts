import type { PersonaName } from '../../sandbox/personas.ts';
import { registrations } from '../../sandbox/registrations.ts';
import { startTenant, type TenantHarness } from './tenantHarness.ts';

let tenant: TenantHarness;
beforeAll(async () => {
  tenant = await startTenant();
});
afterEach(() => tenant.control('reset', {}));
afterAll(() => tenant.close());

const customer = () => tenant.sandbox.vaults['customer-vault'].url;
const operator = () => tenant.sandbox.vaults['operator-vault'].url;
const version = 'api-version=7.5';
const scope = 'https://vault.azure.net/user_impersonation';
const as = async (persona: PersonaName, method: string, path: string, body?: unknown) =>
  tenant.call(method, `${customer()}${path}`, { token: await tenant.delegatedToken(persona, scope), ...(body === undefined ? {} : { body }) });

it('answers a call without a token with where to get one, and for what', async () => {
  const { status, headers, json } = await tenant.call('GET', `${customer()}/secrets/one?${version}`);
  expect(status).toBe(401);
  expect(headers.get('www-authenticate')).toBe(`Bearer authorization="${tenant.sandbox.url}/7d1c4e0a-93b5-4c62-8f0e-2a5b6c7d8e9f", resource="https://vault.azure.net"`);
  expect(json.error).toEqual({ code: 'Unauthorized', message: expect.stringContaining('AKV10000') });
});

it('takes no token for another API', async () => {
  const { status, json } = await tenant.call('GET', `${customer()}/secrets/one?${version}`, { token: await tenant.delegatedToken('alex', 'https://graph.microsoft.com/.default') });
  expect([status, json.error.message]).toEqual([401, expect.stringContaining('AKV10022: Invalid audience')]);
});

it('keeps versions of a secret, and gives the latest or the one that is named', async () => {
  const body = { value: 'one', contentType: 'text/plain', attributes: { exp: 1_900_000_000 }, tags: { run: 'r1' } };
  const first = (await as('alex', 'PUT', `/secrets/Lead-Key?${version}`, body)).json;
  expect(first).toMatchObject({ ...body, id: expect.stringMatching(/^https:\/\/localhost:\d+\/secrets\/Lead-Key\/[0-9a-f]{32}$/u), attributes: { enabled: true, exp: 1_900_000_000 } });
  await as('alex', 'PUT', `/secrets/lead-key?${version}`, { value: 'two' });
  expect((await as('alex', 'GET', `/secrets/lead-key?${version}`)).json.value).toBe('two');
  expect((await as('alex', 'GET', `${new URL(first.id).pathname}?${version}`)).json.value).toBe('one');
  const listed = (await as('alex', 'GET', `/secrets/lead-key/versions?${version}`)).json.value;
  expect(listed).toHaveLength(2);
  expect(JSON.stringify(listed)).not.toContain('value');
});

it.each([
  [{ vault: 'usual' }, 'ForbiddenByRbac'],
  [{ vault: 'accessPolicies' }, 'ForbiddenByPolicy'],
  [{ vault: 'firewalled' }, 'ForbiddenByFirewall'],
])('refuses whoever has no role: %j', async (conditions, code) => {
  await tenant.control('conditions', conditions);
  const { status, json } = await as('priya', 'PUT', `/secrets/one?${version}`, { value: 'hush' });
  expect([status, json.error.code, json.error.innererror.code]).toEqual([403, 'Forbidden', code]);
});

it('refuses what is missing, disabled, softly deleted, too much, unknown or unnamed', async () => {
  const refused = async (request: string, body?: unknown) => {
    const [method = '', path = ''] = request.split(' ');
    const { status, json } = await as('alex', method, path, body);
    return [status, json.error.innererror?.code ?? json.error.code];
  };
  expect(await refused(`GET /secrets/none?${version}`)).toEqual([404, 'SecretNotFound']);
  await tenant.control('vault', { vault: 'customer-vault', name: 'off', set: { value: 'x', attributes: { enabled: false } } });
  expect(await refused(`GET /secrets/off?${version}`)).toEqual([403, 'SecretDisabled']);
  await tenant.control('vault', { vault: 'customer-vault', name: 'off', remove: true });
  expect(await refused(`PUT /secrets/off?${version}`, { value: 'y' })).toEqual([409, 'ObjectIsDeletedButRecoverable']);
  expect(await refused(`PUT /secrets/one?${version}`, { value: 'y', colour: 'red' })).toEqual([400, 'BadParameter']);
  expect(await refused(`PUT /secrets/o_ne?${version}`, { value: 'y' })).toEqual([400, 'BadParameter']);
  expect(await refused('GET /secrets/one')).toEqual([400, 'BadParameter']);
  await tenant.control('conditions', { vault: 'throttled' });
  expect(await refused(`GET /secrets/one?${version}`)).toEqual([429, 'Throttled']);
});

it('lets the bot’s own identity read in the operator’s vault, and set nothing', async () => {
  await tenant.control('vault', { vault: 'operator-vault', name: 'sealing', set: { value: 'hush' } });
  const token = await tenant.applicationToken(registrations.bot.appId, registrations.bot.secret, 'https://vault.azure.net/.default');
  expect((await tenant.call('GET', `${operator()}/secrets/sealing?${version}`, { token })).json.value).toBe('hush');
  expect((await tenant.call('PUT', `${operator()}/secrets/sealing?${version}`, { token, body: { value: 'x' } })).status).toBe(403);
  expect((await tenant.call('GET', `${customer()}/secrets/sealing?${version}`, { token })).status).toBe(403);
});

it('shows no value behind the scenes: masked in the requests, a hash in the state', async () => {
  await as('alex', 'PUT', `/secrets/one?${version}`, { value: 'hush-hush' });
  expect((await tenant.control('requests')).text).not.toContain('hush-hush');
  const { text, json } = await tenant.control('state');
  expect(text).not.toContain('hush-hush');
  expect(json.vaults['customer-vault'].one[0].sha256).toMatch(/^[0-9a-f]{64}$/u);
});
