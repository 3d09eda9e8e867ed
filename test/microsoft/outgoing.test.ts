import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { connect, createServer, type LookupFunction, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { networkFailure } from '../../src/microsoft/failure.ts';
import { AddressError, asOwnIdentity, guardOutgoing, type OutgoingRules } from '../../src/microsoft/outgoing.ts';
import { failureOf, leadingTo, listening, over, startCounting } from './counting.ts';

let counting: Awaited<ReturnType<typeof startCounting>>;
let endGuard = (): void => {};

beforeAll(async () => {
  counting = await startCounting();
});
afterAll(() => counting.close());
beforeEach(() => counting.forget());
afterEach(() => endGuard());

function guard(rules: Partial<OutgoingRules> = {}): void {
  endGuard = guardOutgoing({ allowLoopback: false, lookup: leadingTo('127.0.0.1'), ...rules });
}

describe('An address that is refused', () => {
  test.each([
    ['a private address', ['10.1.2.3']],
    ['a private address behind a public one', ['20.190.128.1', '10.1.2.3']],
    ['this machine behind a public address', ['20.190.128.1', '127.0.0.1']],
    ['this machine in another dress', ['::ffff:127.0.0.1']],
  ])('is what a name leads to: %s', async (_what, addresses) => {
    guard({ lookup: leadingTo(...addresses) });
    expect(networkFailure(await failureOf(() => over(http, { host: 'name.example', port: counting.port })))).toMatchObject({ kind: 'unsent', code: 'ERR_ADDRESS_REFUSED' });
    expect(counting.connections()).toBe(0);
  });

  test.each(['127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '2130706433', '0x7f.1', '127.1', '0'])('is written out: %s', async (host) => {
    guard({ lookup: leadingTo('127.0.0.1') });
    const { hostname } = new URL(`http://${host}/`);
    const asked = failureOf(() => over(http, { host: hostname.replaceAll(/[[\]]/gu, ''), port: counting.port }));
    expect(networkFailure(await asked)).toMatchObject({ kind: 'unsent', code: 'ERR_ADDRESS_REFUSED' });
    expect(await failureOf(() => fetch(`http://${host}:${counting.port}/`))).toBeDefined();
    expect(counting.connections()).toBe(0);
  });

  test('is told apart when fetch wraps it', () => {
    const wrapped = new TypeError('fetch failed', { cause: new AddressError('name.example') });
    expect(networkFailure(wrapped)).toMatchObject({ kind: 'unsent', code: 'ERR_ADDRESS_REFUSED' });
  });

  test('says so without what was to be sent', async () => {
    guard();
    const error = await failureOf(() => over(http, { host: '127.0.0.1', port: counting.port, path: '/secret' }));
    expect(error).toBeInstanceOf(AddressError);
    expect(String(error)).toBe('AddressError: 127.0.0.1 is not an address of the public network: nothing is sent there.');
  });

  test.each([
    ['a port alone', () => connect(counting.port)],
    ['a port and a host', () => connect(counting.port, '127.0.0.1')],
    ['options', () => connect({ port: counting.port, host: '127.0.0.1' })],
    ['options of one address', () => connect({ port: counting.port, host: 'name.example', autoSelectFamily: false })],
    ['a socket’s own port', () => new Socket().connect(counting.port)],
    ['a socket’s own port in a text', () => new Socket().connect(`${counting.port}`)],
    ['a socket’s own port and host', () => new Socket().connect(counting.port, 'name.example')],
  ])('is refused however a socket is opened: %s', async (_what, open) => {
    guard();
    const error = await new Promise((resolve) => {
      open().on('error', resolve);
    });
    expect(error).toBeInstanceOf(AddressError);
    expect(counting.connections()).toBe(0);
  });
});

test.each([
  ['a port alone', 'localhost', (port: number) => new Socket().connect(port)],
  ['a port and a host', 'name.example', (port: number) => new Socket().connect(port, 'name.example')],
  ['a port, a host and a listener', 'name.example', (port: number) => new Socket().connect(port, 'name.example', () => {})],
])('the host that is judged is the one that is given, or this machine: %s', async (_what, host, open) => {
  const asked: unknown[] = [];
  guard({ mayReach: (...hostAndPort) => asked.push(hostAndPort) < 0 });
  await new Promise((resolve) => {
    open(counting.port).on('error', resolve);
  });
  expect(asked).toEqual([[host, counting.port]]);
});

test.each([
  ['options', (port: number, listener: () => void) => new Socket().connect({ port, host: '127.0.0.1' }, listener)],
  ['a port and a host', (port: number, listener: () => void) => new Socket().connect(port, '127.0.0.1', listener)],
])('whoever waits for a connection that may be made is told of it: %s', async (_what, open) => {
  guard({ allowLoopback: true });
  await new Promise<void>((resolve, reject) => {
    const socket = open(counting.port, () => resolve(void socket.destroy())).on('error', reject);
  });
  expect(counting.connections()).toBe(1);
});

test('a name is asked for once, and what was judged is what is connected to', async () => {
  const answers = ['127.0.0.1', '10.0.0.1'];
  const lookup: LookupFunction = (hostname, options, callback) => leadingTo(answers.shift() ?? '10.0.0.1')(hostname, options, callback);
  guard({ allowLoopback: true, lookup });
  await failureOf(() => over(http, { host: 'name.example', port: counting.port }));
  expect({ connections: counting.connections(), left: answers.length }).toEqual({ connections: 1, left: 1 });
});

test('a host and port that are none of the cloud’s are refused, whatever they lead to', async () => {
  const asked: unknown[] = [];
  guard({ allowLoopback: true, mayReach: (...hostAndPort) => asked.push(hostAndPort) > 1 });
  const ask = async () => failureOf(() => over(http, { host: 'name.example', port: counting.port }));
  expect(String(await ask())).toBe('AddressError: name.example is no host of this cloud: nothing is sent there.');
  expect(counting.connections()).toBe(0);
  expect(await ask()).not.toBeInstanceOf(AddressError);
  expect(counting.connections()).toBe(1);
  expect(asked).toEqual([['name.example', counting.port], ['name.example', counting.port]]);
});

test.each([
  ['opened by address', (path: string) => connect(path)],
  ['connected later', (path: string) => new Socket().connect(path)],
])('sockets of the file system are left alone: %s', async (_how, open) => {
  const folder = mkdtempSync(join(tmpdir(), 'lead-setup-'));
  const local = createServer((socket) => socket.end('hi'));
  const path = join(folder, 'socket');
  await new Promise<void>((resolve) => {
    local.listen(path, resolve);
  });
  guard();
  const heard = await new Promise((resolve, reject) => {
    open(path).on('data', (data: Buffer) => resolve(data.toString())).on('error', reject);
  });
  expect(heard).toBe('hi');
  local.close();
  rmSync(folder, { recursive: true });
});

test('where the bot has no identity of its own, nothing is reached for it', async () => {
  guard();
  expect(await asOwnIdentity(() => failureOf(() => over(http, { host: '127.0.0.1', port: counting.port })))).toBeInstanceOf(AddressError);
});

test('the guard ends', async () => {
  guard();
  endGuard();
  await failureOf(() => over(http, { host: '127.0.0.1', port: counting.port }));
  expect(counting.connections()).toBe(1);
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
    expect(await ask({ agent })).toBeInstanceOf(AddressError);
    expect(heard).toBe(1);
  });

  test('opens no other port and no other name', async () => {
    expect(await asOwnIdentity(() => ask({ port: counting.port }))).toBeInstanceOf(AddressError);
    expect(await asOwnIdentity(() => ask({ host: 'name.example' }))).toBeInstanceOf(AddressError);
    expect({ heard, connections: counting.connections() }).toEqual({ heard: 0, connections: 0 });
  });
});
