import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { type AddressInfo, connect, createServer, type LookupFunction, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ClientSecretCredential } from '@azure/identity';
import { SecretClient } from '@azure/keyvault-secrets';
import { ConfidentialClientApplication } from '@azure/msal-node';
import { Client } from '@microsoft/microsoft-graph-client';
import axios from 'axios';
import { ConnectorClient, MicrosoftAppCredentials } from 'botframework-connector';
import { DynamicsWebApi } from 'dynamics-web-api';
import { createRemoteJWKSet, jwtVerify, SignJWT } from 'jose';
import { Agent, fetch as undiciFetch } from 'undici';

import { networkFailure } from '../../src/microsoft/failure.ts';
import { AddressRefused, asOwnIdentity, guardOutgoing, type OutgoingRules } from '../../src/microsoft/outgoing.ts';

let server: Server;
let port: number;
let connections = 0;
let endGuard = (): void => {};

beforeAll(async () => {
  server = createServer((socket) => {
    connections += 1;
    socket.on('error', () => {});
    socket.destroy();
  });
  port = await listening(server);
});
afterAll(() => server.close());
beforeEach(() => {
  connections = 0;
});
afterEach(() => endGuard());

async function listening(what: Server): Promise<number> {
  await new Promise<void>((resolve) => {
    what.listen(0, '127.0.0.1', resolve);
  });
  const address = what.address() as AddressInfo;
  return address.port;
}

/** Every name leads to these addresses. */
function leadingTo(...addresses: string[]): LookupFunction {
  const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  return (_hostname, options, callback) => (options.all ? callback(null, found) : callback(null, found[0]!.address, found[0]!.family));
}

function guard(rules: Partial<OutgoingRules> = {}): void {
  endGuard = guardOutgoing({ allowLoopback: false, lookup: leadingTo('127.0.0.1'), ...rules });
}

async function failureOf(work: () => Promise<unknown>): Promise<unknown> {
  return work().then(
    () => undefined,
    (error: unknown) => error,
  );
}

async function over(client: typeof http | typeof https, options: http.RequestOptions): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    client.get(options, (response) => response.resume().on('end', resolve)).on('error', reject);
  });
}

const tenantId = '7d1c4e0a-93b5-4c62-8f0e-2a5b6c7d8e9f';
const token = { getToken: async () => ({ token: 'a-token', expiresOnTimestamp: Date.now() + 3_600_000 }) };
const root = (): string => `https://name.example:${port}`;
const noRetries = { retryOptions: { maxRetries: 0 } };

/** Everything here that makes requests, each as its library makes them. */
const ways: [string, () => Promise<unknown>][] = [
  ['fetch', () => fetch(root())],
  ['fetch of undici, with an agent of its own', () => undiciFetch(root(), { dispatcher: new Agent() })],
  ['node:http', () => over(http, { host: 'name.example', port })],
  ['node:https', () => over(https, { host: 'name.example', port })],
  ['node:https with an agent of its own', () => over(https, { host: 'name.example', port, agent: new https.Agent({ keepAlive: true }) })],
  ['@azure/identity', () =>
    new ClientSecretCredential(tenantId, tenantId, 's', { authorityHost: root(), disableInstanceDiscovery: true, ...noRetries }).getToken('https://x/.default')],
  ['@azure/keyvault-secrets', () => new SecretClient(root(), token, { disableChallengeResourceVerification: true, ...noRetries }).getSecret('key')],
  ['@azure/msal-node', () =>
    new ConfidentialClientApplication({
      auth: { clientId: tenantId, clientSecret: 's', authority: `${root()}/${tenantId}`, knownAuthorities: [`name.example:${port}`] },
    }).acquireTokenByClientCredential({ scopes: ['https://x/.default'] })],
  ['@microsoft/microsoft-graph-client', () =>
    Client.init({ baseUrl: root(), customHosts: new Set(['name.example']), authProvider: (done) => done(null, 'a-token') }).api('/me').get()],
  ['dynamics-web-api', () => new DynamicsWebApi({ serverUrl: root(), dataApi: { version: '9.2' } }).callFunction({ name: 'WhoAmI', token: 'a-token' })],
  ['botframework-connector', () =>
    new ConnectorClient(new MicrosoftAppCredentials('', ''), { baseUri: root(), ...noRetries }).conversations.getConversationMembers('a')],
  ['axios, which botbuilder brings', () => axios.get(root())],
  ['jose', async () => {
    const signed = await new SignJWT({}).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode('x'.repeat(32)));
    await jwtVerify(signed.replace(/^[^.]+/u, Buffer.from('{"alg":"RS256","kid":"k"}').toString('base64url')), createRemoteJWKSet(new URL(root())));
  }],
];

describe.each(ways)('%s', (_name, call) => {
  test('calls no name that leads to this machine', async () => {
    guard();
    expect(await failureOf(call)).toBeInstanceOf(Error);
    expect(connections).toBe(0);
  });

  test('calls it where a cloud lies on this machine', async () => {
    guard({ allowLoopback: true });
    await failureOf(call);
    expect(connections).toBeGreaterThan(0);
  });
});

describe('An address that is refused', () => {
  test.each([
    ['a private address', ['10.1.2.3']],
    ['a private address behind a public one', ['20.190.128.1', '10.1.2.3']],
    ['this machine behind a public address', ['20.190.128.1', '127.0.0.1']],
    ['this machine in another dress', ['::ffff:127.0.0.1']],
  ])('is what a name leads to: %s', async (_what, addresses) => {
    guard({ lookup: leadingTo(...addresses) });
    expect(networkFailure(await failureOf(() => fetch(root())))).toMatchObject({ kind: 'unsent', code: 'ERR_ADDRESS_REFUSED' });
    expect(connections).toBe(0);
  });

  test.each(['127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '2130706433', '0x7f.1', '127.1', '0'])('is written out: %s', async (host) => {
    guard({ lookup: leadingTo('127.0.0.1') });
    expect(networkFailure(await failureOf(() => fetch(`http://${host}:${port}/`)))).toMatchObject({ kind: 'unsent', code: 'ERR_ADDRESS_REFUSED' });
    expect(connections).toBe(0);
  });

  test('says so without what was to be sent', async () => {
    guard();
    const error = await failureOf(() => over(http, { host: '127.0.0.1', port, path: '/secret' }));
    expect(error).toBeInstanceOf(AddressRefused);
    expect(String(error)).toBe('AddressRefused: 127.0.0.1 is not an address of the public network: nothing is sent there.');
  });

  test.each([
    ['a port alone', () => connect(port)],
    ['a port and a host', () => connect(port, '127.0.0.1')],
    ['options', () => connect({ port, host: '127.0.0.1' })],
  ])('is refused however a socket is opened: %s', async (_what, open) => {
    guard();
    const error = await new Promise((resolve) => {
      open().on('error', resolve);
    });
    expect(error).toBeInstanceOf(AddressRefused);
    expect(connections).toBe(0);
  });
});

test('a name is asked for once, and what was judged is what is connected to', async () => {
  const answers = ['127.0.0.1', '10.0.0.1'];
  const lookup: LookupFunction = (hostname, options, callback) => leadingTo(answers.shift() ?? '10.0.0.1')(hostname, options, callback);
  guard({ allowLoopback: true, lookup });
  await failureOf(() => over(http, { host: 'name.example', port }));
  expect({ connections, left: answers.length }).toEqual({ connections: 1, left: 1 });
});

test('sockets of the file system are left alone', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lead-setup-'));
  const local = createServer((socket) => socket.end('hi'));
  const path = join(folder, 'socket');
  await new Promise<void>((resolve) => {
    local.listen(path, resolve);
  });
  guard();
  const heard = await new Promise((resolve, reject) => {
    connect(path).on('data', (data: Buffer) => resolve(data.toString())).on('error', reject);
  });
  expect(heard).toBe('hi');
  local.close();
  rmSync(folder, { recursive: true });
});

test('the guard ends', async () => {
  guard();
  endGuard();
  await failureOf(() => over(http, { host: '127.0.0.1', port }));
  expect(connections).toBe(1);
});

describe('The endpoint of the bot’s own identity', () => {
  let machine: http.Server;
  let endpoint: URL;
  let heard = 0;
  beforeEach(async () => {
    heard = 0;
    machine = http.createServer((_request, response) => {
      heard += 1;
      response.end('{}');
    });
    endpoint = new URL(`http://127.0.0.1:${await listening(machine)}/msi/token`);
    guard({ identityEndpoint: endpoint });
  });
  afterEach(() => {
    machine.close();
    machine.closeAllConnections();
  });
  const ask = async (options: http.RequestOptions = {}) => failureOf(() => over(http, { host: endpoint.hostname, port: endpoint.port, ...options }));

  test('is reached for that identity', async () => {
    expect(await asOwnIdentity(() => ask())).toBeUndefined();
    expect(heard).toBe(1);
  });

  test('is reached by nothing else, over a connection that is still open neither', async () => {
    const agent = new http.Agent({ keepAlive: true });
    expect(await asOwnIdentity(() => ask({ agent }))).toBeUndefined();
    expect(await ask({ agent })).toBeInstanceOf(AddressRefused);
    expect(heard).toBe(1);
  });

  test('opens no other port and no other name', async () => {
    expect(await asOwnIdentity(() => ask({ port }))).toBeInstanceOf(AddressRefused);
    expect(await asOwnIdentity(() => ask({ host: 'name.example' }))).toBeInstanceOf(AddressRefused);
    expect({ heard, connections }).toEqual({ heard: 0, connections: 0 });
  });
});
