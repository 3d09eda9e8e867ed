import { decodeJwt } from 'jose';
import { personas, tenant } from '../../sandbox/personas.ts';
import { registrations } from '../../sandbox/registrations.ts';
import { graphScope, startTenant, type TenantHarness } from './tenantHarness.ts';

let harness: TenantHarness;

beforeAll(async () => {
  harness = await startTenant();
});
afterAll(() => harness.close());

/** Asks the token endpoint by hand, for what `@azure/identity` would not send. */
function askForToken(form: Record<string, string>, tenantName: string = tenant.id) {
  const body = new URLSearchParams(form).toString();
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return harness.call('POST', `${harness.sandbox.url}/${tenantName}/oauth2/v2.0/token`, { body, headers });
}

const botForm = { grant_type: 'client_credentials', client_id: registrations.bot.appId, client_secret: registrations.bot.secret };
const onBehalfOfForm = {
  grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
  requested_token_use: 'on_behalf_of',
  client_id: registrations.signIn.appId,
  client_secret: registrations.signIn.secret,
};

async function registerApplication(): Promise<{ id: string; appId: string; secret: string }> {
  const created = await harness.graph('alex', 'POST', '/applications', { body: { displayName: 'Lead writer' } });
  const { id, appId } = created.json;
  await harness.advance('PT4S');
  await harness.graph('alex', 'POST', '/servicePrincipals', { body: { appId } });
  const key = await harness.graph('alex', 'POST', `/applications/${id}/addPassword`, { body: { passwordCredential: { displayName: 'key' } } });
  return { id, appId, secret: key.json.secretText };
}

describe('the libraries that the bot uses get their tokens', () => {
  it('ClientSecretCredential for the bot itself', async () => {
    const claims = decodeJwt(await harness.botToken());

    expect(claims).toMatchObject({ aud: 'https://api.botframework.com', appid: registrations.bot.appId, tid: tenant.id, idtyp: 'app' });
  });

  it('OnBehalfOfCredential for Graph, with exactly the consented scopes', async () => {
    const claims = decodeJwt(await harness.delegatedToken('priya', graphScope));

    expect(claims).toMatchObject({ aud: 'https://graph.microsoft.com', oid: personas.priya.objectId, idtyp: 'user' });
    expect(claims['scp']).toBe(
      'User.Read User.ReadBasic.All User.ReadWrite.All User-PasswordProfile.ReadWrite.All Organization.Read.All Domain.Read.All ' +
        'LicenseAssignment.ReadWrite.All Application.ReadWrite.All RoleManagement.Read.Directory',
    );
  });

  it.each(['https://service.powerapps.com/.default', 'https://service.powerapps.com//.default'])('OnBehalfOfCredential for the Power Platform by %s', async (scope) => {
    const claims = decodeJwt(await harness.delegatedToken('priya', scope));

    expect(claims).toMatchObject({ aud: scope.slice(0, -'/.default'.length), oid: personas.priya.objectId, idtyp: 'user', scp: 'User' });
  });

  it.each(['contoso', 'contoso-test', 'nolead'] as const)('OnBehalfOfCredential for the environment %s', async (name) => {
    const { url } = harness.sandbox.environments[name];

    expect(decodeJwt(await harness.delegatedToken('alex', `${url}/.default`))).toMatchObject({ aud: url, scp: 'user_impersonation' });
    expect(decodeJwt(await harness.delegatedToken('alex', `${url}/user_impersonation`))).toMatchObject({ aud: url });
  });

  it("none for an environment of another tenant: its resource is not known here", async () => {
    const { url } = harness.sandbox.environments.foreign;

    await expect(harness.delegatedToken('alex', `${url}/.default`)).rejects.toThrow(/AADSTS500011/);
    expect((await harness.call('GET', `${url}/api/data/v9.2/WhoAmI`, { token: await harness.delegatedToken('alex', graphScope) })).status).toBe(401);
  });

  it('OnBehalfOfCredential for discovery', async () => {
    const { scope } = harness.sandbox.cloud.discovery;

    expect(decodeJwt(await harness.delegatedToken('alex', scope))).toMatchObject({ aud: 'https://globaldisco.crm.dynamics.com' });
  });

  it('ClientSecretCredential for an application made in Graph', async () => {
    const { appId, secret } = await registerApplication();
    const scope = `${harness.sandbox.environments.contoso.url}/.default`;
    await harness.advance('PT4S');

    const claims = decodeJwt(await harness.applicationToken(appId, secret, scope));

    expect(claims).toMatchObject({ aud: harness.sandbox.environments.contoso.url, appid: appId, idtyp: 'app' });
    expect(claims['scp']).toBeUndefined();
  });
});

describe('a new key and a new application take their time', () => {
  it('a key is wrong at first, then right, then expired, then removed', async () => {
    const { id, appId, secret } = await registerApplication();
    const form = { ...botForm, client_id: appId, client_secret: secret, scope: `${harness.sandbox.environments.contoso.url}/.default` };

    expect((await askForToken(form)).json).toMatchObject({ error: 'invalid_client', error_codes: [7000215] });
    await harness.advance('PT4S');
    expect((await askForToken(form)).status).toBe(200);
    expect((await askForToken({ ...form, client_secret: 'another' })).json.error_codes).toEqual([7000215]);
    await harness.advance('P3Y');
    expect((await askForToken(form)).json.error_codes).toEqual([7000222]);
    const [{ keyId }] = (await harness.graph('alex', 'GET', `/applications/${id}`)).json.passwordCredentials;
    await harness.graph('alex', 'POST', `/applications/${id}/removePassword`, { body: { keyId } });
    expect((await askForToken(form)).json.error_codes).toEqual([7000215]);
  });

  it('an application is unknown at first, then lacks its service principal', async () => {
    const { json: application } = await harness.graph('alex', 'POST', '/applications', { body: { displayName: 'Fresh' } });
    const key = await harness.graph('alex', 'POST', `/applications/${application.id}/addPassword`, {});
    const form = { ...botForm, client_id: application.appId, client_secret: key.json.secretText, scope: graphScope };

    expect((await askForToken(form)).json).toMatchObject({ error: 'unauthorized_client', error_codes: [700016] });
    await harness.advance('PT4S');
    expect((await askForToken(form)).json.error_codes).toEqual([7000229]);
  });
});

describe('refusals of the token endpoint', () => {
  it('have the body that clients parse', async () => {
    const refused = await askForToken({ ...botForm, client_secret: 'wrong', scope: 'https://api.botframework.com/.default' });

    expect(refused.status).toBe(401);
    expect(refused.json).toMatchObject({
      error: 'invalid_client',
      error_description: expect.stringMatching(/^AADSTS7000215: Invalid client secret provided\. .* Trace ID: \S+ Correlation ID: \S+ Timestamp: \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/),
      error_codes: [7000215],
      trace_id: expect.any(String),
      correlation_id: expect.any(String),
      error_uri: 'https://login.microsoftonline.com/error?code=7000215',
    });
  });

  it.each([
    ['no grant type', {}, 900144],
    ['a grant type that is not offered', { ...botForm, grant_type: 'password' }, 70003],
    ['no client', { grant_type: 'client_credentials' }, 900144],
    ['an unknown client', { ...botForm, client_id: '00000000-0000-4000-8000-000000000000', scope: graphScope }, 700016],
    ['no scope', botForm, 900144],
    ['a scope without /.default', { ...botForm, scope: 'https://graph.microsoft.com/User.Read' }, 1002012],
    ['a resource that the tenant does not know', { ...botForm, scope: 'https://other.crm.dynamics.com/.default' }, 500011],
  ])('%s', async (_, form, code) => {
    expect((await askForToken(form)).json.error_codes).toEqual([code]);
  });

  it('another tenant', async () => {
    expect((await askForToken(botForm, 'fabrikam.onmicrosoft.com')).json.error_codes).toEqual([90002]);
  });
});

describe('on-behalf-of is refused', () => {
  const ask = async (form: Record<string, string>) =>
    (await askForToken({ ...onBehalfOfForm, assertion: await harness.assertion('alex'), scope: graphScope, ...form })).json;

  it('for an assertion that this tenant did not sign', async () => {
    const [head, , signature] = (await harness.assertion('alex')).split('.');
    const forged = Buffer.from(JSON.stringify({ aud: registrations.signIn.appId, oid: personas.alex.objectId })).toString('base64url');

    expect((await ask({ assertion: `${head}.${forged}.${signature}` })).error_codes).toEqual([50013]);
    expect((await ask({ assertion: 'nonsense' })).error_codes).toEqual([50013]);
  });

  it('for a token that was made for another audience', async () => {
    expect((await ask({ assertion: await harness.delegatedToken('alex', graphScope) })).error_codes).toEqual([500131]);
  });

  it('for a client that the assertion was not made for', async () => {
    expect((await ask({ client_id: registrations.bot.appId, client_secret: registrations.bot.secret })).error_codes).toEqual([500131]);
  });

  it('for an assertion older than an hour', async () => {
    const assertion = await harness.assertion('alex');
    await harness.advance('PT61M');

    expect((await ask({ assertion })).error_codes).toEqual([500133]);
  });

  it('for a scope that nobody consented to', async () => {
    expect(await ask({ scope: 'https://graph.microsoft.com/Directory.ReadWrite.All' })).toMatchObject({ error: 'invalid_grant', suberror: 'consent_required', error_codes: [65001] });
  });

  it('for two resources at once', async () => {
    expect((await ask({ scope: `https://graph.microsoft.com/User.Read ${harness.sandbox.environments.contoso.url}/user_impersonation` })).error_codes).toEqual([28000]);
  });
});

it('publishes metadata and keys', async () => {
  const { json: metadata } = await harness.call('GET', `${harness.sandbox.url}/${tenant.id}/v2.0/.well-known/openid-configuration`);
  const { json: keys } = await harness.call('GET', metadata.jwks_uri);

  expect(metadata.token_endpoint).toBe(`${harness.sandbox.url}/${tenant.id}/oauth2/v2.0/token`);
  expect(keys.keys).toEqual([expect.objectContaining({ kty: 'RSA', use: 'sig', alg: 'RS256', kid: expect.any(String) })]);
  expect(keys.keys[0]).not.toHaveProperty('d');
});
