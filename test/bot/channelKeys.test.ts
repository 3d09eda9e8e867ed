import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { makeSigningKey, type SigningKey } from '../../sandbox/signingKeys.ts';
import { ChannelKeys, keyTimes } from '../../src/bot/channelKeys.ts';
import { createLog } from '../../src/log.ts';
import { startTenant, type TenantHarness } from '../sandbox/tenantHarness.ts';

let tenant: TenantHarness;
let server: Server;
let origin: string;
let good: SigningKey;
const answers = new Map<string, { until?: Promise<unknown>; status?: number; headers?: Record<string, string>; body?: string }>();

async function answer(path: string, response: ServerResponse): Promise<void> {
  const { until, status = 200, headers = {}, body = '' } = answers.get(path) ?? { status: 404 };
  await until;
  response.writeHead(status, headers);
  response.end(body);
}

beforeAll(async () => {
  [tenant, good] = await Promise.all([startTenant(), makeSigningKey()]);
  const file = (name: string) => readFileSync(join(tenant.dataDir, 'sandbox', name));
  server = createServer({ key: file('tls-key.pem'), cert: file('ca.pem') }, (request, response) => void answer(request.url ?? '', response));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  origin = `https://localhost:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await tenant.close();
});
beforeEach(() => {
  answers.set('/metadata', { body: JSON.stringify({ jwks_uri: `${origin}/keys` }) });
  answers.set('/keys', { body: keySet({ ...good.jwk, endorsements: ['msteams'] }) });
  answers.set('/elsewhere', { body: JSON.stringify({ jwks_uri: `${origin}/keys` }) });
});

function keySet(...keys: readonly object[]): string {
  return JSON.stringify({ keys });
}

function newKeys(now: () => number = Date.now) {
  const lines: string[] = [];
  const log = createLog('debug', { write: (line: string) => void lines.push(line) });
  const keys = new ChannelKeys({ metadataUrl: `${origin}/metadata`, log, deadline: () => AbortSignal.timeout(15_000), now });
  return { keys, lines };
}

it('knows the keys that the metadata leads to, and for which channels', async () => {
  expect(await newKeys().keys.find(good.keyId)).toMatchObject({ endorsements: ['msteams'] });
  expect(await newKeys().keys.find('another')).toBeUndefined();
});

it('takes the good keys of a set and leaves out the others', async () => {
  const odd = [{ kty: 'oct', kid: 'shared', k: 'c2VjcmV0' }, { kty: 'RSA', kid: 'broken', n: '!', e: '?' }, { kty: 'RSA', n: 'AQAB', e: 'AQAB' }, 'no key'] as object[];
  answers.set('/keys', { body: keySet(...odd, good.jwk) });
  const { keys, lines } = newKeys();
  expect(await keys.find(good.keyId)).toMatchObject({ endorsements: [] });
  expect(await keys.find('shared')).toBeUndefined();
  expect(lines).toEqual([]);
});

it('does not wait for metadata that failed before, when the key is known all the same', async () => {
  let nowMs = 0;
  const { keys, lines } = newKeys(() => nowMs);
  await keys.find(good.keyId);
  answers.set('/metadata', { status: 503 });
  nowMs = keyTimes.renewAfterMs;
  expect(await keys.find(good.keyId)).toBeDefined();
  expect(lines).toHaveLength(1);

  let release = (): void => undefined;
  const until = new Promise<void>((resolve) => {
    release = resolve;
  });
  answers.set('/metadata', { until, status: 503 });
  nowMs += keyTimes.pauseMs;
  expect(await keys.find(good.keyId)).toBeDefined();
  expect(lines).toHaveLength(1);
  release();
});

it.each([
  ['metadata that is no JSON', '/metadata', { body: '<html>' }],
  ['metadata without an address of keys', '/metadata', { body: '{}' }],
  ['keys at an address without TLS', '/metadata', { body: '{"jwks_uri":"http://localhost/keys"}' }],
  ['metadata that leads elsewhere', '/metadata', { status: 302, headers: { location: '/elsewhere' } }],
  ['keys that are no list', '/keys', { body: '{"keys":{}}' }],
  ['an empty list of keys', '/keys', { body: '{"keys":[]}' }],
  ['a list of no key for signatures', '/keys', { body: '{"keys":[{"kty":"oct","kid":"shared","k":"c2VjcmV0"}]}' }],
  ['keys that are not there', '/keys', { status: 404 }],
])('has no key, and a line in the log, with %s', async (_what, path, odd) => {
  answers.set(path, odd);
  const { keys, lines } = newKeys();
  expect(await keys.find(good.keyId)).toBeUndefined();
  expect(lines).toEqual([expect.stringContaining('keys could not be read')]);
});

it('goes on with known keys for a day of failing metadata, and not a moment longer', async () => {
  let nowMs = 0;
  const { keys } = newKeys(() => nowMs);
  await keys.find(good.keyId);
  answers.set('/metadata', { status: 503 });
  const dayMs = 24 * 60 * 60_000;
  nowMs = dayMs - 1;
  expect(await keys.find(good.keyId)).toBeDefined();
  nowMs = dayMs + keyTimes.pauseMs;
  expect(await keys.find(good.keyId)).toBeUndefined();
});

it('reads no keys over plain http', async () => {
  answers.set('/metadata', { body: JSON.stringify({ jwks_uri: `${origin.replace('https:', 'http:')}/keys` }) });
  const { keys, lines } = newKeys();
  expect(await keys.find(good.keyId)).toBeUndefined();
  expect(lines.join('\n')).toMatch(/jwks_uri|metadata/u);
});
