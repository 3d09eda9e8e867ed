import { ConfidentialClientApplication, CryptoProvider } from '@azure/msal-node';
import { decodeJwt } from 'jose';
import { type PersonaName, personas, tenant } from '../../sandbox/personas.ts';
import { registrations } from '../../sandbox/registrations.ts';
import { graphScope, type Reply, startTenant, type TenantHarness } from './tenantHarness.ts';

const { signIn } = registrations;
const redirectUri = 'https://bot.example.com/sign-in/callback';
const consentedUri = 'https://bot.example.com/sign-in/consented';
const scope = `${signIn.applicationIdUri}/access_as_user`;
const secondFactor = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}';

let harness: TenantHarness;

beforeAll(async () => {
  harness = await startTenant('https://bot.example.com/api/messages');
});
afterAll(() => harness.close());
beforeEach(() => harness.control('reset', {}));

/** What a browser gets, without following where it is sent. */
async function browse(url: string, account?: PersonaName | 'cancel'): Promise<{ status: number; text: string; location: URL | null }> {
  const form = account === undefined ? {} : { method: 'POST', body: new URLSearchParams({ account }) };
  const answer = await fetch(url, { ...form, redirect: 'manual' });
  return { status: answer.status, text: await answer.text(), location: URL.parse(answer.headers.get('location') ?? '') };
}

const authorizeUrl = (given: Record<string, string | undefined> = {}) => {
  const parameters = {
    client_id: signIn.appId, redirect_uri: redirectUri, response_type: 'code', scope: `${scope} openid profile offline_access`,
    state: 'state-1', nonce: 'nonce-1', code_challenge: challenge, code_challenge_method: 'S256', ...given,
  };
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) query.set(name, value);
  return `${harness.sandbox.url}/${tenant.id}/oauth2/v2.0/authorize?${query.toString()}`;
};
const verifier = 'v'.repeat(64);
let challenge = '';
beforeAll(async () => {
  challenge = Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(verifier))).toString('base64url');
});

function askForToken(form: Record<string, string>): Promise<Reply> {
  const body = new URLSearchParams({ client_id: signIn.appId, client_secret: signIn.secret, ...form }).toString();
  return harness.call('POST', `${harness.sandbox.url}/${tenant.id}/oauth2/v2.0/token`, { body, headers: { 'content-type': 'application/x-www-form-urlencoded' } });
}
const redeem = (code: string, given: Record<string, string> = {}) =>
  askForToken({ grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier, ...given });
const codeFor = async (account: PersonaName, given: Record<string, string> = {}) =>
  (await browse(authorizeUrl(given), account)).location?.searchParams.get('code') ?? '';
const onBehalfOf = (assertion: string, wanted = graphScope) =>
  askForToken({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', requested_token_use: 'on_behalf_of', assertion, scope: wanted });

describe('signing in in a browser', () => {
  it('works with MSAL, with PKCE, and is renewed silently', async () => {
    const authority = `${harness.sandbox.url}/${tenant.id}`;
    const client = new ConfidentialClientApplication({ auth: { clientId: signIn.appId, clientSecret: signIn.secret, authority, knownAuthorities: [new URL(authority).host] } });
    const keys = await new CryptoProvider().generatePkceCodes();
    const url = await client.getAuthCodeUrl({ scopes: [scope], redirectUri, state: 'state-1', nonce: 'nonce-1', codeChallenge: keys.challenge, codeChallengeMethod: 'S256', prompt: 'select_account' });
    const { location } = await browse(url, 'tomas');
    const signedIn = await client.acquireTokenByCode({ code: location?.searchParams.get('code') ?? '', codeVerifier: keys.verifier, redirectUri, scopes: [scope], nonce: 'nonce-1' });
    expect(signedIn.account).toMatchObject({ localAccountId: personas.tomas.objectId, tenantId: tenant.id, username: personas.tomas.userPrincipalName });

    const renewed = await client.acquireTokenSilent({ account: signedIn.account!, scopes: [scope], forceRefresh: true });
    expect(decodeJwt(renewed.accessToken)).toMatchObject({ oid: personas.tomas.objectId, aud: signIn.appId });
    expect((await onBehalfOf(renewed.accessToken)).status).toBe(200);
  });

  it('shows one button for each account, the hinted one first, and goes back with the state', async () => {
    const shown = await browse(authorizeUrl({ login_hint: personas.rita.userPrincipalName }));
    expect(shown.text).toMatch(/<h1>Sign in<\/h1>[^]*?<button[^>]*>Rita Reader/u);
    const { status, location } = await browse(authorizeUrl(), 'rita');
    expect([status, location?.origin, location?.pathname, location?.searchParams.get('state')]).toEqual([302, 'https://bot.example.com', '/sign-in/callback', 'state-1']);
  });

  it('that is cancelled goes back with the error', async () => {
    const { location } = await browse(authorizeUrl(), 'cancel');
    expect(Object.fromEntries(location?.searchParams ?? [])).toMatchObject({ error: 'access_denied', state: 'state-1' });
  });

  it.each([
    ['an address that is not registered', { redirect_uri: 'https://attacker.example/sign-in/callback' }, 'AADSTS50011'],
    ['no proof key', { code_challenge: undefined }, 'AADSTS9002325'],
    ['a plain proof key', { code_challenge_method: 'plain' }, 'AADSTS9002325'],
    ['another application', { client_id: registrations.bot.appId }, 'AADSTS700016'],
    ['a token instead of a code', { response_type: 'token' }, 'AADSTS900051'],
    ['the scope of an API', { scope: 'https://graph.microsoft.com/User.Read' }, 'AADSTS70011'],
    ['no scope', { scope: undefined }, 'AADSTS900144'],
    ['claims that are no JSON', { claims: '{' }, 'AADSTS90013'],
  ])('with %s is an error page and no redirect', async (_what, given, code) => {
    const { status, text, location } = await browse(authorizeUrl(given));
    expect([status, location]).toEqual([400, null]);
    expect(text).toContain(code);
  });
});

describe('a code', () => {
  it('is good once', async () => {
    const code = await codeFor('alex');
    const first = await redeem(code);
    expect(decodeJwt(first.json.id_token)).toMatchObject({ nonce: 'nonce-1', oid: personas.alex.objectId, aud: signIn.appId });
    expect((await redeem(code)).json).toMatchObject({ error: 'invalid_grant', error_codes: [54005] });
  });

  it.each([
    ['another verifier', { code_verifier: 'w'.repeat(64) }, 501481],
    ['another address', { redirect_uri: consentedUri }, 500112],
    ['a code that nobody gave out', { code: '0.guess' }, 9002313],
  ])('with %s is refused', async (_what, given, code) => {
    expect((await redeem(await codeFor('alex'), given)).json).toMatchObject({ error: 'invalid_grant', error_codes: [code] });
  });

  it('is good for ten minutes', async () => {
    const code = await codeFor('alex');
    await harness.advance('PT10M');
    expect((await redeem(code)).json).toMatchObject({ error: 'invalid_grant', error_codes: [70008] });
  });
});

describe('a second factor', () => {
  beforeEach(() => harness.control('sign-in', { userId: '29:priya', persona: 'priya', prompt: 'claims' }));

  it('is asked for by its claims when an API is asked for, and proven by a sign-in that carries them', async () => {
    const plain = (await redeem(await codeFor('priya'))).json.access_token;
    const refused = await onBehalfOf(plain);
    expect(refused.json).toMatchObject({ error: 'interaction_required', error_codes: [50076], suberror: 'basic_action', claims: secondFactor });

    const proven = (await redeem(await codeFor('priya', { claims: refused.json.claims }))).json.access_token;
    expect(decodeJwt((await onBehalfOf(proven)).json.access_token)).toMatchObject({ acrs: ['c1'], amr: ['pwd', 'mfa'] });
  });

  it('is wanted by an API in the middle of a token’s life, by a challenge with the same claims', async () => {
    await harness.control('evaluation', { persona: 'tomas', services: ['graph'] });
    const tokenOf = async (claims?: string) => (await onBehalfOf((await redeem(await codeFor('tomas', claims === undefined ? {} : { claims }))).json.access_token)).json.access_token;
    const ask = (token: string) => harness.call('GET', `${harness.sandbox.cloud.graph.url}/me?$select=id`, { token });
    const refused = await ask(await tokenOf());
    expect(refused.status).toBe(401);
    const claims = Buffer.from(/claims="([^"]+)"/u.exec(refused.headers.get('www-authenticate') ?? '')?.[1] ?? '', 'base64').toString();
    expect(claims).toBe(secondFactor);
    expect((await ask(await tokenOf(claims))).status).toBe(200);
  });

  it('is not asked of others', async () => {
    expect((await onBehalfOf((await redeem(await codeFor('alex'))).json.access_token)).status).toBe(200);
  });
});

it('a sign-in that was revoked is not renewed', async () => {
  const { refresh_token: refreshToken } = (await redeem(await codeFor('alex'))).json;
  expect((await askForToken({ grant_type: 'refresh_token', refresh_token: refreshToken })).status).toBe(200);
  await harness.control('revoke', { persona: 'alex' });
  expect((await askForToken({ grant_type: 'refresh_token', refresh_token: refreshToken })).json).toMatchObject({ error: 'invalid_grant', error_codes: [50173] });
});

it('another tenant’s page does not exist here', async () => {
  expect((await browse(authorizeUrl().replace(tenant.id, 'fabrikam.onmicrosoft.com'))).text).toContain('AADSTS90002');
});

describe('consent', () => {
  const consentUrl = (wanted: string, given: Record<string, string> = {}) =>
    `${harness.sandbox.url}/${tenant.id}/v2.0/adminconsent?${new URLSearchParams({ client_id: signIn.appId, scope: wanted, redirect_uri: consentedUri, state: 's', ...given }).toString()}`;
  const tokenFor = async (wanted: string) => onBehalfOf((await redeem(await codeFor('priya'))).json.access_token, wanted);
  const graph = (name: string) => `https://graph.microsoft.com/${name}`;
  beforeEach(() => harness.control('sign-in', { userId: '29:priya', persona: 'priya', prompt: 'consent' }));

  it('that nobody gave is AADSTS65001', async () => {
    expect((await tokenFor(graphScope)).json).toMatchObject({ error: 'invalid_grant', error_codes: [65001], suberror: 'consent_required' });
  });

  it('is given by an administrator to exactly what is named, and adds to what was given before', async () => {
    const { location } = await browse(consentUrl(`${graph('User.Read')} ${harness.sandbox.environments.contoso.url}/user_impersonation`), 'alex');
    expect(Object.fromEntries(location?.searchParams ?? [])).toMatchObject({ admin_consent: 'True', tenant: tenant.id, state: 's' });
    expect((await tokenFor(graph('User.Read'))).status).toBe(200);
    expect((await tokenFor(graph('Application.ReadWrite.All'))).json).toMatchObject({ error_codes: [65001] });

    await browse(consentUrl(graph('Application.ReadWrite.All')), 'tomas');
    expect(decodeJwt((await tokenFor(graphScope)).json.access_token)['scp']).toBe('User.Read Application.ReadWrite.All');
    expect((await tokenFor(`${harness.sandbox.environments.contoso.url}/user_impersonation`)).status).toBe(200);
  });

  it('is not given by people who administer nothing', async () => {
    const { status, text } = await browse(consentUrl(graph('User.Read')), 'priya');
    expect(status).toBe(400);
    expect(text).toContain('AADSTS90094');
    expect((await tokenFor(graph('User.Read'))).json).toMatchObject({ error_codes: [65001] });
  });

  it.each([
    ['everything that is registered', '.default', {}, 'AADSTS70011'],
    ['an address that is not registered', 'User.Read', { redirect_uri: 'https://attacker.example/' }, 'AADSTS50011'],
  ])('to %s is an error page', async (_what, name, given, code) => {
    expect((await browse(consentUrl(graph(name), given), 'alex')).text).toContain(code);
  });
});

it('a guest is told apart by the type of their user', async () => {
  expect((await harness.graph('gus', 'GET', '/me?$select=userType')).json).toMatchObject({ userType: 'Guest' });
  expect((await harness.graph('alex', 'GET', '/me?$select=userType')).json).toMatchObject({ userType: 'Member' });
});
