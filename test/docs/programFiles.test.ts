import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../../src');
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
const sources = files.map((name) => ({ name, text: readFileSync(join(root, name), 'utf8') }));
const having = (pattern: RegExp) => sources.filter(({ text }) => pattern.test(text)).map(({ name }) => name);

describe('The program', () => {
  test('is what is looked at here', () => {
    expect(files.length).toBeGreaterThan(200);
    expect(having(/from 'node:crypto'/u)).toContain('bot/unclaimedCodes.ts');
  });

  test('starts no other program and evaluates no text', () => {
    expect(having(/node:(?:child_process|cluster|worker_threads|vm|module)'|\beval\(|new Function\(/u)).toEqual([]);
  });

  test('takes chance from node:crypto alone', () => {
    expect(having(/Math\.random/u)).toEqual([]);
  });

  test('names no hash but SHA-256 and no cipher but AES-256-GCM', () => {
    const named = sources.flatMap(({ text }) => [...text.matchAll(/\bcreate(?:Hash|Hmac|Cipheriv|Decipheriv|Sign|Verify)\(([^,)]+)/gu)].map(([, first]) => first));
    const constants = sources.flatMap(({ text }) => [...text.matchAll(/const algorithm = (\S+);/gu)].map(([, value]) => value));
    expect(new Set([...named, ...constants])).toEqual(new Set([`'sha256'`, 'algorithm', `'aes-256-gcm'`]));
  });
});
