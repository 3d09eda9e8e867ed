import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { generate } from 'selfsigned';

import { personas, tenant as directory } from '../../sandbox/personas.ts';
import { registrations } from '../../sandbox/registrations.ts';
import { type BrowserSignIn, type BrowserSignInOptions, createBrowserSignIn } from '../../src/microsoft/browserSignIn.ts';
import { cloudSchema } from '../../src/microsoft/cloud.ts';
import { createSender } from '../../src/microsoft/index.ts';
import { Browser } from '../scenario/browser.ts';
import { type FaultyCloud, openFaultyCloud } from './faultyCloud.ts';
import { openTenant, type Tenant } from './tenant.ts';

const { appId: clientId, secret, applicationIdUri } = registrations.signIn;
const send = createSender({ timing: { sleep: () => Promise.resolve() } });
const options: Omit<BrowserSignInOptions, 'cloud'> = { send, client: { tenantId: directory.id, clientId, proof: { kind: 'secret', secret } }, scope: `${applicationIdUri}/access_as_user` };
const verifier = 'v'.repeat(43);
const request = {
  redirectUri: 'http://localhost:9/sign-in/callback', state: 'the-state', nonce: 'the-nonce', codeVerifier: verifier,
  codeChallenge: createHash('sha256').update(verifier).digest('base64url'), choosesAccount: false,
};

describe('Entra', () => {
  let tenant: Tenant;
  let signIn: BrowserSignIn;
  beforeAll(async () => {
    tenant = await openTenant();
    signIn = createBrowserSignIn({ ...options, cloud: cloudSchema.parse(tenant.sandbox.cloud) });
  });
  afterAll(() => tenant.close());

  /** Signs in on Entra's page, and stops where the bot would be. */
  const codeFor = async (account: string, given: object = {}): Promise<string> => {
    const browser = new Browser();
    await browser.open(await signIn.address({ ...request, ...given }));
    await browser.choose(account).catch(() => undefined);
    return new URL(browser.visited.at(-1) ?? '').searchParams.get('code') ?? '';
  };

  it('is asked with a proof key, the claims and the person’s name, for the application’s own scope', async () => {
    const address = new URL(await signIn.address({ ...request, claims: '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}', loginHint: 'alex@contoso.example' }));
    expect(address.pathname).toBe(`/${directory.id}/oauth2/v2.0/authorize`);
    expect(Object.fromEntries(address.searchParams)).toMatchObject({
      client_id: clientId, response_type: 'code', response_mode: 'query', redirect_uri: request.redirectUri, state: 'the-state', nonce: 'the-nonce',
      code_challenge: request.codeChallenge, code_challenge_method: 'S256', login_hint: 'alex@contoso.example',
    });
    // The library asks for some of its own besides.
    expect(JSON.parse(address.searchParams.get('claims') ?? '')).toMatchObject({ access_token: { acrs: { essential: true, value: 'c1' } } });
    expect(address.searchParams.get('scope')?.split(' ')).toContain(`${applicationIdUri}/access_as_user`);
    expect(address.searchParams.has('prompt')).toBe(false);
    expect(address.href).not.toContain(verifier);
  });

  it('lets the person choose where another account is wanted', async () => {
    expect(new URL(await signIn.address({ ...request, choosesAccount: true })).searchParams.get('prompt')).toBe('select_account');
  });

  it('gives a token for the application itself, says whose it is, and renews it without the person', async () => {
    const given = await signIn.redeem(await codeFor('priya'), request);
    expect(given.account).toEqual({ tenantId: directory.id, objectId: personas.priya.objectId, name: personas.priya.userPrincipalName, isGuest: false });
    expect(given.endsAt.getTime()).toBeGreaterThan(Date.now() + 50 * 60_000);
    const microsoft = tenant.newMicrosoft({ assertions: { assertionFor: () => Promise.resolve(given.token) } });
    expect(await microsoft.directory(tenant.person('priya')).organization()).toMatchObject({ tenantId: directory.id });
    const renewed = await given.renew();
    const again = tenant.newMicrosoft({ assertions: { assertionFor: () => Promise.resolve(renewed.token) } });
    expect(await again.directory(tenant.person('priya')).organization()).toMatchObject({ tenantId: directory.id });
  });

  it('gives nothing for a code twice, with another verifier, or for another nonce', async () => {
    const code = await codeFor('alex');
    await signIn.redeem(code, request);
    await expect(signIn.redeem(code, request)).rejects.toMatchObject({ code: 'E-REFUSED', upstream: { code: 'AADSTS54005' } });
    await expect(signIn.redeem(await codeFor('alex'), { ...request, codeVerifier: 'w'.repeat(43) })).rejects.toMatchObject({ code: 'E-REFUSED' });
    await expect(signIn.redeem(await codeFor('alex'), { ...request, nonce: 'another' })).rejects.toThrow('nonce_mismatch');
    await expect(signIn.redeem('garbage', request)).rejects.toMatchObject({ code: 'E-REFUSED' });
  });

  it('gives nothing with an id token that is for another application', async () => {
    const code = await codeFor('alex');
    const { fetch: really } = globalThis;
    const payload = (token: string, change: object) => {
      const [head, claims = '', signature] = token.split('.');
      return [head, Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')), ...change })).toString('base64url'), signature].join('.');
    };
    const forged = jest.spyOn(globalThis, 'fetch').mockImplementation(async (...given) => {
      const answer = await really(...given);
      if (!new URL(answer.url).pathname.endsWith('/token')) return answer;
      const tokens: { id_token: string } = JSON.parse(await answer.text());
      return Response.json({ ...tokens, id_token: payload(tokens.id_token, { aud: registrations.bot.appId }) });
    });
    await expect(signIn.redeem(code, request)).rejects.toMatchObject({ code: 'E-UNCLEAR' });
    forged.mockRestore();
  });

  it('takes an application’s certificate, and a token of an issuer that the application trusts', async () => {
    const { cert, private: key } = await generate([{ name: 'commonName', value: 'Lead Setup' }], { keySize: 2048, algorithm: 'sha256' });
    const workload = await generateKeyPair('RS256');
    const [issuer, subject] = ['https://workloads.example', 'lead-setup'];
    const jwk = { ...(await exportJWK(workload.publicKey)), kid: 'w1', alg: 'RS256', use: 'sig' };
    for (const given of [{ certificate: cert }, { federated: { issuer, subject, keys: { keys: [jwk] } } }]) await tenant.control('credentials', { client: 'signIn', ...given });
    const folder = mkdtempSync(join(tmpdir(), 'lead-setup-'));
    const file = join(folder, 'client.pem');
    writeFileSync(file, `${cert}\n${key}`);
    const assertion = () => new SignJWT().setProtectedHeader({ alg: 'RS256', kid: 'w1' }).setIssuer(issuer).setSubject(subject).setAudience('api://AzureADTokenExchange').setExpirationTime('5m').sign(workload.privateKey);
    for (const proof of [{ kind: 'certificate', file }, { kind: 'assertion', assertion }] as const) {
      const proving = createBrowserSignIn({ ...options, cloud: cloudSchema.parse(tenant.sandbox.cloud), client: { ...options.client, proof } });
      const given = await proving.redeem(await codeFor('rita'), request);
      expect(given.account.objectId).toBe(personas.rita.objectId);
      expect((await given.renew()).token).not.toBe('');
    }
    rmSync(folder, { recursive: true });
  });

  it('refuses an application that cannot prove itself, and nothing of its secret is thrown', async () => {
    const wrong = createBrowserSignIn({ ...options, cloud: cloudSchema.parse(tenant.sandbox.cloud), client: { ...options.client, proof: { kind: 'secret', secret: 'wrong~secret' } } });
    const thrown: unknown = await wrong.redeem(await codeFor('alex'), request).catch((error: unknown) => error);
    expect(thrown).toMatchObject({ code: 'E-REFUSED', upstream: { code: 'AADSTS7000215' } });
    expect(JSON.stringify(thrown)).not.toContain('wrong~secret');
  });
});

describe('Entra in trouble', () => {
  let faulty: FaultyCloud;
  let signIn: BrowserSignIn;
  beforeAll(async () => {
    faulty = await openFaultyCloud();
  });
  afterAll(() => faulty.close());
  beforeEach(() => {
    faulty.reset();
    signIn = createBrowserSignIn({ ...options, cloud: faulty.cloud });
  });

  it('that does not answer leaves open whether the code was used: it is not sent again', async () => {
    faulty.tokens('cut');
    await expect(signIn.redeem('code', request)).rejects.toMatchObject({ code: 'E-UNCLEAR' });
    expect(faulty.tokenRequests).toHaveLength(1);
  });

  it('that is busy is asked again', async () => {
    faulty.tokens({ status: 429, headers: { 'retry-after': '1' } });
    await expect(signIn.redeem('code', request)).rejects.toMatchObject({ code: 'E-BUSY' });
    expect(faulty.tokenRequests).toHaveLength(4);
  });

  it.each([
    ['no JSON', '<html>A gateway</html>'],
    ['no token', { token_type: 'Bearer' }],
  ])('that answers %s has not signed anybody in', async (_what, body) => {
    faulty.tokens({ status: 200, body });
    await expect(signIn.redeem('code', request)).rejects.toBeInstanceOf(Error);
  });
});
