import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..');
const sources = globSync('src/**/*.ts', { cwd: root }).map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
const filesWith = (pattern: RegExp) => sources.filter(({ text }) => pattern.test(text)).map(({ path }) => path);

test('the sources are found', () => expect(sources.length).toBeGreaterThan(200));
test('the bot starts no other program', () => expect(filesWith(/node:(?:child_process|cluster|worker_threads|vm)\b/u)).toEqual([]));
test('the bot reads no header that a proxy would set', () => expect(filesWith(/['"](?:x-forwarded[\w-]*|forwarded|x-real-ip|x-client-ip)['"]/iu)).toEqual([]));
test('chance comes from the operating system’s generator', () => expect(filesWith(/Math\.random/u)).toEqual([]));

test('the bot names no hash but SHA-256 and no cipher but AES-256-GCM', () => {
  const firsts = (pattern: RegExp) => sources.flatMap(({ text }) => [...text.matchAll(pattern)].map(([, first]) => first));
  const named = firsts(/\bcreate(?:Hash|Hmac|Cipheriv|Decipheriv|Sign|Verify)\(([^,)]+)/gu);
  expect(new Set([...named, ...firsts(/const algorithm = (\S+);/gu)])).toEqual(new Set([`'sha256'`, 'algorithm', `'aes-256-gcm'`]));
});
