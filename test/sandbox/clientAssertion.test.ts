import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { decodeJwt, SignJWT } from 'jose';
import { generate } from 'selfsigned';
import { tenant } from '../../sandbox/personas.ts';
import { registrations } from '../../sandbox/registrations.ts';
import { makeSigningKey, type SigningKey } from '../../sandbox/signingKeys.ts';
import { startTenant, type TenantHarness } from './tenantHarness.ts';

const { bot, signIn, managedIdentity } = registrations;
const scope = 'https://api.botframework.com/.default';
const issuer = 'https://oidc.example/cluster';
const subject = 'system:serviceaccount:leads:bot';
const audience = 'api://AzureADTokenExchange';

let harness: TenantHarness;
let certificate: { cert: string; private: string };
let stranger: { cert: string; private: string };
let workload: SigningKey;

beforeAll(async () => {
  const make = () => generate([{ name: 'commonName', value: 'Lead Setup' }], { keySize: 2048, algorithm: 'sha256' });
  [harness, certificate, stranger, workload] = await Promise.all([startTenant(), make(), make(), makeSigningKey()]);
});
afterAll(() => harness.close());
afterEach(() => harness.control('reset', {}));

async function ask(form: Record<string, string>) {
  const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: bot.appId, scope, ...form }).toString();
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return harness.call('POST', `${harness.sandbox.url}/${tenant.id}/oauth2/v2.0/token`, { body, headers });
}

const askWith = (assertion: string, form: Record<string, string> = {}) =>
  ask({ client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', client_assertion: assertion, ...form });
const seconds = () => Math.floor(Date.now() / 1000);

/** As MSAL signs with a certificate. */
function own(change: Record<string, unknown> = {}, options: { by?: typeof certificate; named?: typeof certificate; alg?: string; hash?: string } = {}): Promise<string> {
  const { by = certificate, alg = 'PS256', hash = 'sha256' } = options;
  const { named = by } = options;
  const claims = { iss: bot.appId, sub: bot.appId, aud: `${harness.sandbox.url}/${tenant.id}/oauth2/v2.0/token`, exp: seconds() + 600, jti: 'x', ...change };
  const thumbprint = createHash(hash).update(new X509Certificate(named.cert).raw).digest('base64url');
  const header = { alg, [hash === 'sha256' ? 'x5t#S256' : 'x5t']: thumbprint };
  return new SignJWT(claims).setProtectedHeader(header).sign(createPrivateKey(by.private));
}

/** As a workload's platform signs. */
function ofWorkload(change: Record<string, unknown> = {}, key: SigningKey = workload): Promise<string> {
  return new SignJWT({ iss: issuer, sub: subject, aud: audience, exp: seconds() + 600, ...change }).setProtectedHeader({ alg: 'RS256', kid: workload.keyId }).sign(key.privateKey);
}

const registerCertificate = () => harness.control('credentials', { client: 'bot', certificate: certificate.cert });
const registerWorkload = () => harness.control('credentials', { client: 'bot', federated: { issuer, subject, keys: { keys: [workload.jwk] } } });

describe('a certificate that is registered', () => {
  beforeEach(registerCertificate);

  it('proves the application, by either thumbprint', async () => {
    const { json } = await askWith(await own());
    expect(decodeJwt(json.access_token)).toMatchObject({ aud: 'https://api.botframework.com', appid: bot.appId });
    expect((await askWith(await own({}, { alg: 'RS256', hash: 'sha1' }))).status).toBe(200);
  });

  it.each([
    ['another certificate', () => own({}, { by: stranger }), 700027],
    ['another key under its thumbprint', () => own({}, { by: stranger, named: certificate }), 700027],
    ['another audience', () => own({ aud: 'https://login.microsoftonline.com/common/oauth2/v2.0/token' }), 700023],
    ['another subject', () => own({ sub: signIn.appId }), 700021],
    ['an assertion whose time is over', () => own({ exp: seconds() - 400 }), 700024],
    ['an assertion without an end', () => own({ exp: undefined }), 50027],
    ['no assertion', () => Promise.resolve('nonsense'), 50027],
  ])('does not prove it with %s', async (_what, assertion, code) => {
    const refused = await askWith(await assertion());
    expect(refused).toMatchObject({ status: 401, json: { error: 'invalid_client', error_codes: [code] } });
  });

  it('does not prove another application', async () => {
    const assertion = await own({ iss: signIn.appId, sub: signIn.appId });
    expect((await askWith(assertion, { client_id: signIn.appId })).json.error_codes).toEqual([700027]);
  });

  it('is none any more after a reset', async () => {
    await harness.control('reset', {});
    expect((await askWith(await own())).json.error_codes).toEqual([700027]);
  });
});

describe('a federated credential', () => {
  it('proves the application when issuer, subject and audience are those that were registered', async () => {
    await registerWorkload();
    expect((await askWith(await ofWorkload())).status).toBe(200);
  });

  it.each([
    ['another issuer', () => ofWorkload({ iss: 'https://oidc.example/other' }), 700211],
    ['another audience', () => ofWorkload({ aud: 'api://other' }), 700212],
    ['another subject', () => ofWorkload({ sub: 'system:serviceaccount:leads:other' }), 700213],
    ['another key', async () => ofWorkload({}, await makeSigningKey()), 700027],
    ['a token whose time is over', () => ofWorkload({ exp: seconds() - 400 }), 700024],
  ])('does not prove it with %s', async (_what, assertion, code) => {
    await registerWorkload();
    expect((await askWith(await assertion())).json).toMatchObject({ error: 'invalid_client', error_codes: [code] });
  });

  it('is not there unless it is registered', async () => {
    expect((await askWith(await ofWorkload())).json.error_codes).toEqual([70021]);
  });
});

it('no proof at all is refused', async () => {
  expect((await ask({})).json.error_codes).toEqual([7000218]);
  expect((await ask({ client_assertion: 'x' })).json.error_codes).toEqual([900144]);
});

it.each([
  ['both at once', { client: 'bot', certificate: '', federated: { issuer, subject } }],
  ['neither', { client: 'bot' }],
  ['what is no certificate', { client: 'bot', certificate: 'x' }],
  ['an unknown client', { client: 'lead writer', federated: { issuer, subject } }],
])('the control refuses %s', async (_what, body) => {
  expect((await harness.control('credentials', body)).status).toBe(400);
});

describe('the endpoint of managed identities', () => {
  const { identityHeader, good } = {
    identityHeader: { 'x-identity-header': managedIdentity.header },
    good: { resource: 'api://AzureADTokenExchange', 'api-version': '2019-08-01', client_id: managedIdentity.clientId },
  };
  const get = (query: Record<string, string> = {}, headers: Record<string, string> = identityHeader) =>
    harness.call('GET', `${harness.sandbox.identityEnvironment.IDENTITY_ENDPOINT}?${new URLSearchParams({ ...good, ...query }).toString()}`, { headers });

  it('gives a token that an application may trust', async () => {
    await harness.control('credentials', { client: 'bot', federated: { issuer: `https://login.microsoftonline.com/${tenant.id}/v2.0`, subject: managedIdentity.principalId } });
    const { json } = await get();
    expect(json).toMatchObject({ token_type: 'Bearer', client_id: managedIdentity.clientId, expires_on: expect.stringMatching(/^\d{10}$/u) });
    expect((await askWith(json.access_token)).status).toBe(200);
  });

  it.each([
    ['without the header', {}, {}, 401],
    ['of another version', { 'api-version': '2017-09-01' }, identityHeader, 400],
    ['for an identity that it does not have', { client_id: signIn.appId }, identityHeader, 400],
    ['for an API that it does not know', { resource: 'https://vault.example' }, identityHeader, 400],
  ])('refuses a request %s', async (_what, query, headers, status) => {
    expect((await get(query, headers)).status).toBe(status);
  });
});
