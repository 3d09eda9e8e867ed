import { inspect } from 'node:util';

import { createMicrosoft } from '../../src/microsoft/index.ts';
import { SetupError } from '../../src/setup/errors.ts';
import type { VaultSecret } from '../../src/setup/ports/microsoft.ts';
import { type FaultyCloud, openFaultyCloud, type Scripted, tenantId } from './faultyCloud.ts';

const actor = { tenantId, objectId: 'a1e10000-0000-4000-8000-000000000001', channelUserId: '29:a', channelId: 'msteams', name: 'Alex' };
const assertion = ['{}', JSON.stringify({ tid: actor.tenantId, oid: actor.objectId }), 's'].map((part) => Buffer.from(part).toString('base64url')).join('.');
const value = 'the-key~itself';
const secret = { endsAt: '2028-01-01T00:00:00.000Z', tags: { run: 'r1' } };

let faulty: FaultyCloud;
let vault: VaultSecret;

beforeAll(async () => {
  faulty = await openFaultyCloud();
});
afterAll(() => faulty.close());
beforeEach(() => {
  faulty.reset();
  vault = at(faulty.environment.url)!;
});

/** The secret `lead-key` of a vault of a cloud whose vaults are the faulty server and one that no name leads to. */
function at(address: string, name = 'lead-key'): VaultSecret | undefined {
  const vaultHost = `^(?:${new URL(faulty.environment.url).host}|none\\.vault\\.invalid)$`;
  const microsoft = createMicrosoft({
    cloud: { ...faulty.cloud, keyVault: { ...faulty.cloud.keyVault, vaultHost, verifiesChallengeResource: false } },
    assertions: { assertionFor: () => Promise.resolve(assertion) },
    signInApp: { clientId: 'c1e10000-0000-4000-8000-000000000001', proof: { kind: 'secret', secret: 'sign-in~secret' } },
    timing: { sleep: () => Promise.resolve() },
  });
  return microsoft.vaultSecret(actor, address, name);
}

const challenge: Scripted = { status: 401, headers: { 'www-authenticate': `Bearer authorization="https://login.example/${tenantId}", resource="https://vault.azure.net"` }, body: { error: { code: 'Unauthorized', message: 'AKV10000' } } };
const refusal = (status: number, code: string, inner?: string): Scripted => ({
  status,
  headers: { 'x-ms-request-id': 'r-9' },
  body: { error: { code, message: 'The vault said no.', ...(inner !== undefined && { innererror: { code: inner } }) } },
});
const put: Scripted = { status: 200, body: { value, id: 'https://contoso.vault.azure.net/secrets/lead-key/0123456789abcdef0123456789abcdef', attributes: { enabled: true } } };

async function failureOf(call: Promise<unknown>): Promise<SetupError> {
  const error: unknown = await call.then(() => undefined, (reason: unknown) => reason);
  if (!(error instanceof SetupError)) throw new Error('It did not fail as it should', { cause: error });
  return error;
}

test.each([
  [refusal(403, 'Forbidden', 'ForbiddenByRbac'), 'E-VAULT-REFUSED', 'ForbiddenByRbac'],
  [refusal(403, 'Forbidden', 'ForbiddenByFirewall'), 'E-VAULT-REFUSED', 'ForbiddenByFirewall'],
  [refusal(409, 'Conflict', 'ObjectIsDeletedButRecoverable'), 'E-VAULT-NAME', 'ObjectIsDeletedButRecoverable'],
  [refusal(409, 'Conflict', 'ObjectIsBeingDeleted'), 'E-REFUSED', 'ObjectIsBeingDeleted'],
  [refusal(400, 'BadParameter'), 'E-REFUSED', 'BadParameter'],
  [refusal(429, 'Throttled'), 'E-BUSY', 'Throttled'],
  [refusal(500, 'InternalError'), 'E-UNCLEAR', 'InternalError'],
])('a put that is answered with %j is told as %s with %s, and nothing of it holds the secret', async (answer, code, said) => {
  faulty.api(challenge, answer, challenge, answer, challenge, answer, challenge, answer);
  const failure = await failureOf(vault.put(value, secret));
  expect(failure).toMatchObject({ code, upstream: { service: 'keyVault', requestId: 'r-9', message: 'The vault said no.', code: said } });
  expect(inspect(failure, { depth: 20, showHidden: true })).not.toContain(value);
});

test('a put whose answer does not come is unclear, sent once, and holds nothing of the secret', async () => {
  faulty.api(challenge, 'cut');
  const failure = await failureOf(vault.put(value, secret));
  expect(failure.code).toBe('E-UNCLEAR');
  expect(inspect(failure, { depth: 20, showHidden: true })).not.toContain(value);
  expect(faulty.requests).toEqual(['PUT /secrets/lead-key', 'PUT /secrets/lead-key']);
});

test('a put gives the version alone, under our own id, and asks for a token only when the vault is called', async () => {
  const ids = new Set<unknown>();
  faulty.onRequest = (headers) => ids.add(headers['x-ms-client-request-id']);
  faulty.api(challenge, put);
  expect(faulty.tokenRequests).toEqual([]);
  expect(await vault.put(value, secret)).toEqual({ version: '0123456789abcdef0123456789abcdef' });
  expect([...ids]).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/u)]);
  expect(faulty.tokenRequests).toHaveLength(1);
});

test('a vault of another organization takes no token of this one: there is none for these people', async () => {
  faulty.api(challenge);
  expect((await failureOf(vault.versions())).code).toBe('E-VAULT-MISSING');
});

test('so it is where no name leads', async () => {
  expect((await failureOf(at('https://none.vault.invalid')!.versions())).code).toBe('E-VAULT-MISSING');
});

test('a proof that the vault asks for is the person’s to give', async () => {
  const claims = JSON.stringify({ access_token: { acrs: { essential: true, value: 'c1' } } });
  const wanted: Scripted = { status: 401, headers: { 'www-authenticate': `Bearer realm="", authorization_uri="https://login.example", error="insufficient_claims", claims="${Buffer.from(claims).toString('base64')}"` } };
  faulty.api(challenge, wanted);
  expect(await failureOf(vault.versions())).toMatchObject({ code: 'E-CLAIMS', claims, person: actor.objectId });
});

test.each([[404, false], [403, false], [200, true]])('a name whose deleted secret is answered with %s is taken by it: %s', async (status, isTaken) => {
  faulty.api(challenge, status === 200 ? { status, body: { id: 'https://contoso.vault.azure.net/secrets/lead-key', attributes: {} } } : refusal(status, 'SecretNotFound'));
  expect(await vault.isDeleted()).toBe(isTaken);
});

test.each(['https://elsewhere.example', 'http://none.vault.invalid', 'https://none.vault.invalid:8443', 'https://a@none.vault.invalid', 'https://none.vault.invalid/secrets', 'https://none.vault.invalid.evil.example', ''])('%j is no vault: nothing is asked for', (address) => {
  expect(at(address)).toBeUndefined();
  expect(faulty.tokenRequests).toEqual([]);
});

test.each(['', 'o_ne', '../versions', 'x'.repeat(128)])('%j is no name of a secret', (name) => {
  expect(at(faulty.environment.url, name)).toBeUndefined();
});
