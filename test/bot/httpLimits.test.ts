import { createServer, request as httpRequest, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';

import { keepConnection, limitHttp } from '../../src/bot/httpLimits.ts';
import { type BotHarness, startBotHarness } from './botHarness.ts';

/** Writes to a port and answers with all that came until the other side closed. */
async function raw(port: number, ...pieces: string[]): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, '127.0.0.1', () => {
      for (const piece of pieces) socket.write(piece);
    });
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', () => {});
    socket.on('close', () => resolve(Buffer.concat(chunks).toString()));
  });
}

async function portOf(server: Server): Promise<number> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  // Listening on a port: the address is no pipe.
  return (server.address() as AddressInfo).port;
}

describe('A connection', () => {
  let server: Server;
  let port = 0;
  beforeEach(async () => {
    server = createServer((request, response) => {
      if (request.url === '/known') keepConnection(response);
      request.resume();
      request.on('end', () => response.end('whole'));
    });
    limitHttp(server, { headersMs: 60, bodyMs: 60, lingerMs: 20 });
    port = await portOf(server);
  });
  afterEach(() => {
    jest.useRealTimers();
    server.close();
    server.closeAllConnections();
  });

  test('that sends nothing is cut', async () => {
    expect(await raw(port)).toBe('');
  });

  test('whose headers never end is cut', async () => {
    expect(await raw(port, 'GET / HTTP/1.1\r\nHost: x\r\n', 'X-A: 1\r\n')).toBe('');
  });

  test('whose body never ends is cut', async () => {
    expect(await raw(port, 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n', '{')).toBe('');
  });

  test('whose body was answered early is cut soon', async () => {
    const other = createServer((_request, response) => {
      // Else Node closes it with the answer.
      keepConnection(response);
      response.end('enough');
    });
    limitHttp(other, { headersMs: 60_000, bodyMs: 60_000, lingerMs: 20 });
    const answer = await raw(await portOf(other), 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n', '{');
    other.close();
    expect(answer).toContain('enough');
  });

  test('whose headers have come has its own time for the body', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance', 'Date'] });
    const other = createServer();
    const arrived = new Promise<void>((resolve) => {
      other.on('request', (request, response) => {
        request.resume().on('end', () => response.end('whole'));
        resolve();
      });
    });
    limitHttp(other, { headersMs: 1_000, bodyMs: 3_000, lingerMs: 20 });
    const socket = connect(await portOf(other), '127.0.0.1');
    const answer = text(socket).catch(String);
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n');
    await arrived;
    jest.advanceTimersByTime(2_000);
    socket.write('{}');
    const heard = await answer;
    other.close();
    expect(heard).toContain('whole');
  });

  test('is closed after its answer, unless whoever sent the request is known', async () => {
    const answer = await raw(port, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(answer).toMatch(/^connection: close/imu);
    expect(answer).toContain('whole');
  });

  test('is closed where its client wants that, known or not', async () => {
    expect(await raw(port, 'GET /known HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')).toMatch(/^connection: close/imu);
  });

  test('that waits for leave to send its body has the same time for it', async () => {
    const other = createServer().on('checkContinue', (_request, response: ServerResponse) => response.writeContinue());
    limitHttp(other, { headersMs: 60_000, bodyMs: 60, lingerMs: 20 });
    const answer = await raw(await portOf(other), 'POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1000\r\n\r\n', '{');
    other.close();
    expect(answer).toContain('100 Continue');
  });

  test('of somebody known is kept for the next request', async () => {
    const answered = await new Promise<string>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => socket.write('GET /known HTTP/1.1\r\nHost: x\r\n\r\n'));
      let heard = '';
      socket.on('data', (data: Buffer) => {
        heard += data.toString();
        if (heard.split('whole').length === 2 && !heard.includes('again')) {
          heard += 'again';
          socket.write('GET /known HTTP/1.1\r\nHost: x\r\n\r\n');
        }
        if (heard.split('whole').length === 3) socket.destroy();
      });
      socket.on('close', () => resolve(heard));
    });
    expect(answered.match(/200 OK/gu)).toHaveLength(2);
  });

  test('has bounds of its own', () => {
    const { maxConnections, maxHeadersCount, keepAliveTimeout, maxRequestsPerSocket } = server;
    expect({ maxConnections, maxHeadersCount, keepAliveTimeout, maxRequestsPerSocket }).toEqual({
      maxConnections: 1_000, maxHeadersCount: 100, keepAliveTimeout: 65_000, maxRequestsPerSocket: 1_000,
    });
  });
});

/** Sends one request and stays, whatever the other side does; resolves with the answer's first bytes. */
async function answerAndStay(port: number, request: string, sockets: Socket[]): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }, () => socket.write(request));
    sockets.push(socket);
    socket.once('data', (data: Buffer) => resolve(data.toString()));
    socket.on('error', () => resolve('')).on('close', () => resolve(''));
  });
}

describe('The bot', () => {
  let bot: BotHarness;
  let port = 0;
  beforeAll(async () => {
    bot = await startBotHarness();
    port = Number(new URL(bot.botUrl).port);
    await bot.say('help');
  });
  afterAll(() => bot.stop());
  const head = (...lines: string[]) => ['POST /api/messages HTTP/1.1', 'Host: x', 'Connection: close', `Authorization: ${bot.lastAuthorization()}`, 'Content-Type: application/json', ...lines, '', ''].join('\r\n');
  const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d+)/u.exec(answer)?.[1]);

  test.each([
    ['ten thousand headers', () => head(...Array.from({ length: 10_000 }, (_none, index) => `X-${index}: 1`)), 431],
    ['a header without end', () => head(`X-Long: ${'x'.repeat(20_000)}`), 431],
    ['two lengths', () => `${head('Content-Length: 2', 'Content-Length: 4')}{}{}`, 400],
    ['a length and chunks', () => `${head('Content-Length: 2', 'Transfer-Encoding: chunked')}2\r\n{}\r\n0\r\n\r\n`, 400],
    ['chunks without number', () => `${head('Transfer-Encoding: chunked')}${`4000\r\n${'x'.repeat(0x4000)}\r\n`.repeat(20)}0\r\n\r\n`, 413],
    ['a chunk with a wrong length', () => `${head('Transfer-Encoding: chunked')}zz\r\n{}\r\n`, 400],
    ['a deep body', () => `${head('Content-Length: 200000')}${'['.repeat(100_000)}${']'.repeat(100_000)}`, 400],
    ['a deep value', () => {
      const body = JSON.stringify(bot.envelope({ type: 'message', text: 'help', value: 0 })).replace('"value":0', `"value":${'['.repeat(50_000)}${']'.repeat(50_000)}`);
      return `${head(`Content-Length: ${Buffer.byteLength(body)}`)}${body}`;
    }, 200],
    ['an unknown method', () => 'BREW /api/messages HTTP/1.1\r\nHost: x\r\n\r\n', 400],
    ['a method that is not taken', () => 'DELETE /api/messages HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 405],
    ['an unknown path', () => 'GET /%2e%2e/etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 404],
    ['a path that cannot be read', () => 'GET /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 404],
  ])('answers %s shortly, and goes on', async (_what, request, status) => {
    const answer = await raw(port, request());
    expect(statusOf(answer)).toBe(status);
    expect(answer).not.toMatch(/\bat \S+:\d+|node_modules/u);
    expect(answer.length).toBeLessThan(2_000);
    expect((await fetch(`${bot.botUrl}/healthz`)).status).toBe(200);
  });

  test.each([
    ['GET', '/healthz'],
    ['GET', '/readyz'],
    ['GET', '/elsewhere'],
    ['PUT', '/api/messages'],
    ['POST', '/api/messages'],
  ])('has its security headers on the answer to %s %s', async (method, path) => {
    const { headers } = await fetch(`${bot.botUrl}${path}`, { method });
    expect(Object.fromEntries(headers)).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'strict-transport-security': 'max-age=31536000',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
    expect([headers.get('server'), headers.get('x-powered-by')]).toEqual([null, null]);
  });

  test.each([
    ['an unknown path', 'GET /elsewhere HTTP/1.1\r\nHost: x\r\n\r\n', 404],
    ['a method that is not taken', 'PUT /api/messages HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n', 405],
    ['no token', 'POST /api/messages HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}', 401],
    ['no token, asking for leave to go on', 'POST /api/messages HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n', 401],
    ['a page that is not there', 'GET /sign-in/callback?state=x HTTP/1.1\r\nHost: x\r\n\r\n', 404],
    ['whether it is well', 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n', 200],
    ['whether it is ready', 'HEAD /readyz HTTP/1.1\r\nHost: x\r\n\r\n', 200],
  ])('keeps no connection of a stranger: %s', async (_what, request, status) => {
    const answer = (await raw(port, request)).replace('HTTP/1.1 100 Continue\r\n\r\n', '');
    expect(statusOf(answer)).toBe(status);
    expect(answer).toMatch(/^connection: close/imu);
  });

  test('hears the channel while a thousand strangers stay connected, and keeps its connection', async () => {
    const strangers: Socket[] = [];
    const refused = await Promise.all(Array.from({ length: 1_000 }, async () => answerAndStay(port, 'GET /elsewhere HTTP/1.1\r\nHost: x\r\n\r\n', strangers)));
    expect(new Set(refused.map(statusOf))).toEqual(new Set([404]));
    const body = JSON.stringify(bot.envelope({ type: 'message', text: 'help' }));
    const turn = await answerAndStay(port, `${head(`Content-Length: ${Buffer.byteLength(body)}`).replace('Connection: close\r\n', '')}${body}`, strangers);
    for (const socket of strangers) socket.destroy();
    expect(statusOf(turn)).toBe(200);
    expect(turn).toMatch(/^connection: keep-alive/imu);
  });

  test('has them on the answer to a turn too', async () => {
    const answer = await new Promise<Record<string, unknown>>((resolve) => {
      const body = JSON.stringify(bot.envelope({ type: 'message', text: 'help' }));
      const options = { method: 'POST', headers: { authorization: bot.lastAuthorization(), 'content-type': 'application/json' } };
      httpRequest(`${bot.botUrl}/api/messages`, options, ({ statusCode, headers }) => resolve({ statusCode, ...headers })).end(body);
    });
    expect(answer).toMatchObject({ statusCode: 200, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
  });
});
