import { createHash } from 'node:crypto';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { solutionFile } from '../../sandbox/solution/files.ts';
import { createSender, createSolutionSource } from '../../src/microsoft/index.ts';
import { type FaultyCloud, openFaultyCloud } from './faultyCloud.ts';
import { noSleep } from './tenant.ts';

const send = createSender({ timing: { sleep: noSleep } });
const { zip: content, sha256 } = solutionFile('good');
const hashOf = (bytes: string) => createHash('sha256').update(bytes).digest('hex');

let folder: string;
let faulty: FaultyCloud;

beforeAll(async () => {
  faulty = await openFaultyCloud();
});
afterAll(() => faulty.close());
beforeEach(async () => {
  faulty.reset();
  folder = await mkdtemp(join(tmpdir(), 'lead-setup-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function fileWith(text: string | Buffer): Promise<string> {
  const path = join(folder, 'solution.zip');
  await writeFile(path, text);
  return path;
}

test('without a configured file there is none', async () => {
  await expect(createSolutionSource(send, undefined).read()).resolves.toBeUndefined();
});

test('a file whose hash is the pinned one is read once', async () => {
  const path = await fileWith(content);
  const source = createSolutionSource(send, { source: path, sha256: sha256.toUpperCase() });
  const first = await source.read();
  expect(first?.sha256).toBe(sha256);
  await rm(path);
  await expect(source.read()).resolves.toBe(first);
});

test('a file that was altered is E-SOL-HASH and is read anew next time', async () => {
  const path = await fileWith('altered');
  const source = createSolutionSource(send, { source: path, sha256 });
  await expect(source.read()).rejects.toMatchObject({ code: 'E-SOL-HASH', values: { source: path, expected: sha256 } });
  await fileWith(content);
  await expect(source.read()).resolves.toMatchObject({ sha256 });
});

test('a file that was vouched for and is no solution is E-SOL-UNREADABLE', async () => {
  const source = createSolutionSource(send, { source: await fileWith('<html>'), sha256: hashOf('<html>') });
  await expect(source.read()).rejects.toMatchObject({ code: 'E-SOL-UNREADABLE', upstream: { noticed: { key: 'noticed.solution.noZip' } } });
});

test('a missing file is E-SOL-FILE', async () => {
  const source = createSolutionSource(send, { source: join(folder, 'none.zip'), sha256 });
  await expect(source.read()).rejects.toMatchObject({ code: 'E-SOL-FILE', upstream: { service: 'solutionSource', noticed: { key: 'noticed.unreadable', values: { code: 'ENOENT' } } } });
});

test('a file without a usable hash is refused at once', () => {
  expect(() => createSolutionSource(send, { source: 'x.zip', sha256: '' })).toThrow('64 hexadecimal digits');
});

test('a huge file is never read', async () => {
  const path = await fileWith(content);
  await truncate(path, 21 * 1024 * 1024);
  await expect(createSolutionSource(send, { source: path, sha256 }).read()).rejects.toMatchObject({ code: 'E-SOL-FILE' });
});

describe('over https', () => {
  const read = (query = '') => createSolutionSource(send, { source: `${faulty.environment.url}/solution.zip${query}`, sha256 }).read();

  test('the file is fetched and checked', async () => {
    faulty.api({ status: 200, headers: { 'content-type': 'application/zip' }, body: content });
    await expect(read()).resolves.toMatchObject({ sha256 });
  });

  test('a redirect to another host is refused, by its name', async () => {
    faulty.api({ status: 302, headers: { location: 'https://evil.example/solution.zip?sig=secret' } });
    await expect(read()).rejects.toMatchObject({
      code: 'E-SOL-FILE', upstream: { noticed: { key: 'noticed.redirectedElsewhere', values: { host: 'evil.example' } } },
    });
    expect(faulty.requests).toHaveLength(1);
  });

  test.each([
    ['another port of the same host', 'https://localhost:1/solution.zip', 'redirectedElsewhere'],
    ['a host whose name begins with a trusted one', 'https://localhost.evil.example/solution.zip', 'redirectedElsewhere'],
    ['plain http', 'http://localhost/solution.zip', 'redirectNotHttps'],
    ['a file', 'file:///etc/passwd', 'redirectNotHttps'],
    ['a user’s name before the host', 'https://localhost@evil.example/', 'redirectNotHttps'],
    ['no address', 'https://', 'redirectNotHttps'],
  ])('a redirect to %s is refused', async (_what, location, key) => {
    faulty.api({ status: 307, headers: { location } });
    await expect(read()).rejects.toMatchObject({ code: 'E-SOL-FILE', upstream: { noticed: { key: `noticed.${key}` } } });
    expect(faulty.requests).toHaveLength(1);
  });

  test('a redirect on the same host is followed, relative or whole', async () => {
    faulty.api({ status: 301, headers: { location: '/new/solution.zip' } }, { status: 308, headers: { location: `${faulty.environment.url}/newer.zip` } }, { status: 200, body: content });
    await expect(read()).resolves.toMatchObject({ sha256 });
    expect(faulty.requests).toEqual(['GET /solution.zip', 'GET /new/solution.zip', 'GET /newer.zip']);
  });

  test('a redirect is followed to a host that was named, and takes no cookie along', async () => {
    const other = await openFaultyCloud();
    const headers: object[] = [];
    other.onRequest = (sent) => headers.push(sent);
    other.api({ status: 200, body: content });
    faulty.api({ status: 302, headers: { location: `${other.environment.url}/solution.zip`, 'set-cookie': 'session=1' } });
    const hosts = [new URL(other.environment.url).host];
    await expect(createSolutionSource(send, { source: `${faulty.environment.url}/solution.zip`, sha256, hosts }).read()).resolves.toMatchObject({ sha256 });
    expect(headers).toHaveLength(1);
    for (const name of ['cookie', 'authorization', 'referer']) expect(headers[0]).not.toHaveProperty(name);
    await other.close();
  });

  test('what leads on and on is given up after three redirects', async () => {
    faulty.api({ status: 302, headers: { location: '/solution.zip' } });
    await expect(read()).rejects.toMatchObject({ code: 'E-SOL-FILE', upstream: { noticed: { key: 'noticed.redirectedTooOften' } } });
    expect(faulty.requests).toHaveLength(4);
  });

  test('what says that it is larger than 20 MB is not read at all', async () => {
    faulty.api({ status: 200, headers: { 'content-length': String(21 * 1024 * 1024) }, body: 'x' });
    await expect(read()).rejects.toMatchObject({ code: 'E-SOL-FILE', upstream: { noticed: { key: 'noticed.tooLarge' } } });
  });

  test('a file that is gone says so, without the signature in its address', async () => {
    faulty.api({ status: 404, headers: { 'content-type': 'text/html' }, body: '<html>' });
    await expect(read('?sig=secret')).rejects.toMatchObject({
      code: 'E-SOL-FILE',
      values: { source: `${faulty.environment.url}/solution.zip` },
      upstream: { status: 404, message: 'HTTP 404' },
    });
  });

  test('more than 20 MB is cut off', async () => {
    faulty.api({ status: 200, body: 'x'.repeat(21 * 1024 * 1024) });
    await expect(read()).rejects.toMatchObject({ code: 'E-SOL-FILE' });
    expect(faulty.requests).toHaveLength(1);
  });

  test('plain http is refused', async () => {
    const source = createSolutionSource(send, { source: 'http://localhost/solution.zip', sha256 });
    await expect(source.read()).rejects.toMatchObject({ code: 'E-SOL-FILE' });
  });
});
