import { createServer, type Server } from 'node:https';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';

import { ClientSecretCredential } from '@azure/identity';
import { SecretClient } from '@azure/keyvault-secrets';
import { ConfidentialClientApplication } from '@azure/msal-node';
import { ConnectorClient, MicrosoftAppCredentials } from 'botframework-connector';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { z } from 'zod';

import { loadCertificate } from '../../sandbox/certificate.ts';
import { openFiles } from '../../sandbox/files.ts';
import { createBrowserSignIn } from '../../src/microsoft/browserSignIn.ts';
import { newTrace } from '../../src/microsoft/correlation.ts';
import { createDataverseClient } from '../../src/microsoft/dataverse/index.ts';
import { download, post } from '../../src/microsoft/download.ts';
import { createGraph } from '../../src/microsoft/graph/index.ts';
import { createSender, publicCloud } from '../../src/microsoft/index.ts';
import { guardOutgoing } from '../../src/microsoft/outgoing.ts';
import { failureOf } from '../microsoft/counting.ts';

/** What arrived at the second host. */
const arrived: string[] = [];
let first: Server;
let second: Server;
let status = 307;
let folder = '';
let origin = '';
let endGuard = (): void => {};
let asked = 0;

const portOf = (server: Server): number => {
  // Listening on a port: the address is no pipe.
  const { port } = server.address() as AddressInfo;
  return port;
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lead-setup-'));
  const { privateKey, certificate } = await loadCertificate(await openFiles(folder));
  setDefaultCACertificates([...getCACertificates('default'), certificate]);
  const tls = { key: privateKey, cert: certificate };
  second = createServer(tls, (request, response) => {
    arrived.push(`${request.method} ${request.headers.authorization ?? ''}`);
    response.end('{}');
  });
  first = createServer(tls, (request, response) => {
    asked += 1;
    request.resume();
    response.writeHead(status, { location: `https://localhost:${portOf(second)}${request.url}` }).end();
  });
  for (const server of [first, second]) {
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
  }
  origin = `https://localhost:${portOf(first)}`;
});
afterAll(() => {
  for (const server of [first, second]) {
    server.close();
    server.closeAllConnections();
  }
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  arrived.length = 0;
  asked = 0;
  endGuard = guardOutgoing({ allowLoopback: true, mayReach: (_host, port) => port === portOf(first) });
});
afterEach(() => endGuard());

const tenantId = '7d1c4e0a-93b5-4c62-8f0e-2a5b6c7d8e9f';
const token = { get: async () => 'a-token', forget: () => {}, person: undefined };
const noRetries = { retryOptions: { maxRetries: 0 } };
const send = createSender({ timing: { sleep: async () => {} } });
const common = { name: 'test', kind: 'once', answer: z.unknown() } as const;
const signal = () => AbortSignal.timeout(5000);

const ways: [string, () => Promise<unknown>][] = [
  ['Graph', () => createGraph({ ...publicCloud, graph: { url: `${origin}/v1.0`, scope: 's' } }, send, () => token)({ ...common, scope: 'User.Read', path: '/me', send: (request) => request.get() })],
  ['Dataverse', () => createDataverseClient(origin, send, token)({ ...common, send: (api, options) => api.retrieveMultiple({ ...options, collection: 'roles' }) })],
  ['discovery', () => download(`${origin}/x`, { signal: signal(), token: 'a-token', maxBytes: 1000 })],
  ['the admin API', () => post(`${origin}/x`, { signal: signal(), trace: newTrace('powerPlatform'), token: 'a-token', body: {} })],
  ['@azure/identity', () => new ClientSecretCredential(tenantId, tenantId, 's', { authorityHost: origin, disableInstanceDiscovery: true, ...noRetries }).getToken('https://x/.default')],
  ['@azure/keyvault-secrets', () =>
    new SecretClient(origin, { getToken: async () => ({ token: 'a-token', expiresOnTimestamp: Date.now() + 3_600_000 }) }, { disableChallengeResourceVerification: true, ...noRetries }).getSecret('key')],
  ['@azure/msal-node', () =>
    new ConfidentialClientApplication({
      auth: { clientId: tenantId, clientSecret: 's', authority: `${origin}/${tenantId}`, knownAuthorities: [new URL(origin).host] },
    }).acquireTokenByClientCredential({ scopes: ['https://x/.default'] })],
  ['signing in in the browser', () =>
    createBrowserSignIn({
      cloud: { ...publicCloud, entra: { ...publicCloud.entra, authorityHost: origin, instanceDiscovery: false } },
      send, scope: 's', client: { tenantId, clientId: tenantId, proof: { kind: 'secret', secret: 's' } },
    }).redeem('a-code', { redirectUri: `${origin}/back`, state: 's', nonce: 'n', codeVerifier: 'v'.repeat(43), codeChallenge: 'c', choosesAccount: false })],
  ['the connector', () => new ConnectorClient(new MicrosoftAppCredentials('', ''), { baseUri: origin, ...noRetries }).conversations.getConversationMembers('a', { abortSignal: signal() })],
  ['jose', () => jwtVerify(`${Buffer.from('{"alg":"RS256","kid":"k"}').toString('base64url')}.e30.AA`, createRemoteJWKSet(new URL(origin)))],
];

describe.each(ways)('%s', (_name, call) => {
  test.each([301, 302, 303, 307, 308])('follows a redirect with %i to no other host', async (code) => {
    status = code;
    await failureOf(call);
    expect(asked).toBeGreaterThan(0);
    expect(arrived).toEqual([]);
  });
});

describe('Without the guard', () => {
  beforeEach(() => endGuard());

  test.each(ways.filter(([name]) => ['Graph', 'Dataverse', 'discovery', 'the admin API', 'signing in in the browser'].includes(name)))('%s gives no token away either', async (_name, call) => {
    status = 307;
    await failureOf(call);
    expect(asked).toBeGreaterThan(0);
    expect(arrived).toEqual([]);
  });

  test('the second host is one that could be reached', async () => {
    status = 307;
    await fetch(origin, { method: 'POST', body: 'x' });
    expect(arrived).toEqual(['POST ']);
  });
});
