import * as fc from 'fast-check';

import { createLog } from '../src/log.ts';
import { SetupError } from '../src/setup/errors.ts';

function logged(detail: object): string {
  const lines: string[] = [];
  createLog('info', { write: (line: string) => void lines.push(line) }).info(detail, 'said');
  return lines.join('');
}

it.each([
  { authorization: 'hush' },
  { headers: { authorization: 'hush' } },
  { request: { headers: { authorization: 'hush' } } },
  { token: 'hush' },
  { credentials: { clientSecret: 'hush', password: 'hush' } },
  { activity: { type: 'message', value: 'hush', text: 'hush', attachments: ['hush'] } },
])('%j is not written', (detail) => {
  expect(logged(detail)).toContain('said');
  expect(logged(detail)).not.toContain('hush');
});

it('an error says what it is and what caused it, not what hangs on it', () => {
  const cause = Object.assign(new Error('inner'), { code: 'ECONNRESET', request: { headers: { authorization: 'hush' } } });
  const line = logged({ err: new Error('outer', { cause }) });
  expect(line).toContain('outer');
  expect(line).toContain('ECONNRESET');
  expect(line).not.toContain('hush');
});

it('a line has its time in UTC, to the millisecond', () => {
  const before = Date.now();
  const { time } = JSON.parse(logged({})) as { time: string };
  expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/u);
  expect(Date.parse(time)).toBeGreaterThanOrEqual(before);
  expect(Date.parse(time)).toBeLessThanOrEqual(Date.now());
});

it('a line goes to standard output, and nowhere else', () => {
  const out = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  const err = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  createLog('info').warn({ note: 'one' }, 'said');
  const [said, elsewhere] = [out.mock.calls.map(([text]) => String(text)), err.mock.calls.length];
  jest.restoreAllMocks();
  expect(said).toEqual([expect.stringMatching(/^\{.*"note":"one".*\}\n$/u)]);
  expect(elsewhere).toBe(0);
});

describe('inside a text', () => {
  it.each([
    ['Bearer hush.hush-hush~1', 'Bearer [hidden]'],
    ['GET https://blob.example/a.zip?sv=1&sig=hush%2Fhush&se=2', 'https://blob.example/a.zip?sv=1&sig=[hidden]&se=2'],
    ['https://bot.example/sign-in/back?code=0.hush&state=hush&session_state=hush', 'back?code=[hidden]'],
    ['https://login.example/authorize?claims=%7B%22hush%22%7D', 'claims=[hidden]'],
    ['{"access_token":"hush","expires_in":3599}', '"access_token":"[hidden]","expires_in":3599'],
    ['client_secret=hush&grant_type=x', 'client_secret=[hidden]&grant_type=x'],
    ['Cookie: sid=hush; other=hush', 'Cookie: [hidden]'],
    ['eyJhbGciOiJub25lIn0.eyJodXNoIjoiaHVzaCJ9.hush', '[hidden]'],
    ['Abc8Q~0123456789012345678901234hushHUSH', '[hidden]'],
    ['https://user:hush@host.example/', 'https://[hidden]@host.example/'],
  ])('%s', (text, left) => {
    for (const line of [logged({ note: text }), logged({ err: new Error(text) }), logged({ err: new Error('outer', { cause: new Error(text) }) }), saidOnly(text)]) {
      expect(line).not.toMatch(/hush/iu);
      expect(JSON.parse(line)).toBeTruthy();
    }
    expect(logged({ note: text })).toContain(JSON.stringify(left).slice(1, -1));
  });

  it('what is long is cut in no time', () => {
    const began = performance.now();
    expect(logged({ note: 'a'.repeat(1_000_000), other: '://'.repeat(300_000) }).length).toBeLessThan(30_000);
    expect(performance.now() - began).toBeLessThan(1000);
  });
});

function saidOnly(text: string): string {
  const lines: string[] = [];
  const log = createLog('info', { write: (line: string) => void lines.push(line) });
  log.info(text);
  log.info('%s', text);
  log.error(new Error(text));
  log.error({ err: new Error(text) });
  expect(lines).toHaveLength(4);
  return `[${lines.join(',')}]`;
}

it.each([
  ['an answer', new Response('hush', { headers: { 'x-secret': 'hush' } })],
  ['a request', new Request('https://host.example/?token=hush')],
  ['bytes', Buffer.from('hush')],
  ['a map', new Map([['a', 'hush']])],
  ['an address', new URL('https://host.example/a?code=hush#hush')],
  ['a class of anybody', new (class Session { readonly note = 'hush'; })()],
])('%s is told by what it is', (_what, given) => {
  expect(logged({ given })).not.toMatch(/hush|104,117/u);
});

it('an error says with what Microsoft found it, and under which ids', () => {
  const upstream = { service: 'graph', status: 403, code: 'Authorization_RequestDenied', message: 'no', requestId: 'r-1', clientRequestId: 'c-1' } as const;
  expect(JSON.parse(logged({ err: new SetupError('E-REFUSED', { upstream }) }))).toMatchObject({
    err: { name: 'SetupError', code: 'E-REFUSED', upstream: { service: 'graph', status: 403, code: 'Authorization_RequestDenied', requestId: 'r-1', clientRequestId: 'c-1' } },
  });
});

describe('whatever is logged', () => {
  const names = ['token', 'access_token', 'Refresh-Token', 'clientSecret', 'client_secret', 'password', 'adminPassword', 'Authorization', 'x-api-key', 'Set-Cookie', 'cookies', 'credentials', 'client_assertion', 'key', 'sig', 'claims', 'state', 'code', 'text', 'value', 'codeVerifier', 'privateKey', 'SEALING_KEY'];
  const secret = 'hush-0.AXoA-hush';
  const shapes = fc.letrec<{ shape: unknown }>((tie) => ({
    shape: fc.oneof(
      { depthSize: 'small', maxDepth: 8 },
      fc.record({ name: fc.constantFrom(...names), value: fc.constantFrom<unknown>(secret, [secret], { a: secret }, { toString: () => secret }) }).map(({ name, value }) => ({ [name]: value })),
      fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withNullPrototype: true, withTypedArray: true, withSparseArray: true }),
      fc.array(tie('shape'), { maxLength: 3 }),
      fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('err', 'cause', 'level', 'msg', '__proto__', 'toJSON')), tie('shape'), { maxKeys: 4 }),
      tie('shape').map((cause) => new Error('outer', { cause })),
      tie('shape').map((extra) => Object.assign(new Error('outer'), { request: extra, [names[0] ?? '']: secret })),
    ),
  })).shape;

  it('is one line of JSON, without what stands under a secret’s name', () => {
    fc.assert(fc.property(shapes, (shape) => {
      const line = logged({ shape, err: shape });
      expect(JSON.parse(line)).toMatchObject({ msg: 'said' });
      expect(line).not.toContain('hush');
    }), { numRuns: 500 });
  });

  it('as the whole of it, too', () => {
    fc.assert(fc.property(shapes.filter((shape) => typeof shape === 'object' && shape !== null), (shape) => {
      const line = logged(shape);
      expect(() => JSON.parse(line) as unknown).not.toThrow();
      expect(line).not.toContain('hush');
    }), { numRuns: 300 });
  });
});

it.each(hostile().map((shape, index) => [index, shape]))('what refuses to be read does not stop the log (%i)', (_index, shape) => {
  for (const detail of [{ shape }, { err: shape }, { deep: [{ shape }] }, shape as object]) {
    const line = logged(detail);
    expect(JSON.parse(line)).toMatchObject({ msg: 'said' });
    expect(line).not.toContain('hush');
  }
});

function hostile(): unknown[] {
  const refuse = () => {
    throw new Error('hush');
  };
  const circle: Record<string, unknown> = { name: 'round' };
  circle['itself'] = circle;
  const proxy = new Proxy({}, { get: refuse, ownKeys: refuse, getPrototypeOf: refuse, has: refuse });
  return [circle, proxy, { get note() { return refuse(); } }, { toJSON: refuse }, Object.assign(new Error('e'), { cause: proxy }), new Proxy(new Error('e'), { get: refuse }), () => 'hush', Symbol('hush')];
}
