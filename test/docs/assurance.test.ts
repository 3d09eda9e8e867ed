import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { besides, level2 } from './asvsLevel2.ts';

const root = join(__dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const pages = ['SECURITY.md', 'docs/threat-model.md', 'docs/asvs.md'] as const;

/** The cells of every row of every table of a page, without heads and rules. */
function rowsOf(page: string): string[][] {
  const lines = page.split('\n').filter((line) => line.startsWith('|'));
  const rows = lines.filter((line, index) => !/^[|\s-]+$/u.test(line) && !/^[|\s-]+$/u.test(lines[index + 1] ?? ''));
  return rows.map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()));
}

/** Paths of the project in code marks: `src/bot/server.ts`, `docs/adr/`, `SECURITY.md`. */
function pathsIn(page: string): string[] {
  const marked = [...page.matchAll(/`([^`\s]+)`/gu)].map(([, text = '']) => text);
  return marked.filter((text) => /^(?:src|test|docs|sandbox|scripts|bench|appPackage)\//u.test(text) || /^[\w.-]+\.(?:md|json|mjs)$/u.test(text));
}

/** Each quoted test with the file that stands before it: `test/bot/server.test.ts` “name”, “name”. */
function quotedTests(page: string): { path: string; name: string }[] {
  const cited = [...page.matchAll(/`(test\/[^`]+\.ts)`((?:,? “[^”]+”)+)/gu)];
  return cited.flatMap(([, path = '', names = '']) => [...names.matchAll(/“([^”]+)”/gu)].map(([, name = '']) => ({ path, name })));
}

function hasTest({ path, name }: { path: string; name: string }): boolean {
  return ["('", '(`'].some((before) => read(path).includes(`${before}${name}${before.slice(1)}`));
}

describe.each(pages)('%s', (path) => {
  const page = read(path);

  test('names files that exist', () => {
    expect(pathsIn(page)).not.toEqual([]);
    expect(pathsIn(page).filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });

  test('leads to pages that exist', () => {
    const links = [...page.matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/gu)].map(([, link = '']) => join(path, '..', link));
    expect(links.filter((link) => !existsSync(join(root, link)))).toEqual([]);
  });

  test('quotes tests that exist, in the files that it says', () => {
    expect(quotedTests(page).filter((quoted) => !hasTest(quoted))).toEqual([]);
  });

  test('has no empty cell', () => {
    expect(rowsOf(page).filter((row) => row.includes(''))).toEqual([]);
  });
});

describe('The threat model', () => {
  const page = read('docs/threat-model.md');
  const threats = rowsOf(page).filter(([kind = '']) => /^[STRIDE]$/u.test(kind));

  test('has threats of every kind', () => {
    const kinds = new Set(threats.map(([kind = '']) => kind));
    expect(kinds).toEqual(new Set(['S', 'T', 'R', 'I', 'D', 'E']));
    expect(threats.length).toBeGreaterThan(50);
  });

  test.each(page.split('\n### ').slice(1).map((section) => [section.split('\n')[0] ?? '', section.split('\n## ')[0] ?? '']))('has threats of every kind at %s', (_boundary, section) => {
    const kinds = new Set(rowsOf(section).map(([kind = '']) => kind).filter((kind) => /^[STRIDE]$/u.test(kind)));
    expect([...kinds].toSorted()).toEqual(['D', 'E', 'I', 'R', 'S', 'T']);
  });

  test('says for each threat which test shows what answers it, or that none can', () => {
    const unshown = threats.filter(([, , , shown = '']) => quotedTests(shown).length === 0 && !shown.startsWith('none:'));
    expect(unshown).toEqual([]);
  });

  test('names a file for what answers each threat', () => {
    expect(threats.filter(([, , answered = '']) => pathsIn(answered).length === 0)).toEqual([]);
  });
});

describe('The table of OWASP ASVS', () => {
  const rows = rowsOf(read('docs/asvs.md')).filter(([id = '']) => /^\d+\.\d+\.\d+$/u.test(id));
  const inOrder = (ids: readonly string[]) => [...ids].toSorted((one, other) => one.localeCompare(other, 'en', { numeric: true }));

  test('has each requirement of level 2 once, and those that are wanted besides', () => {
    expect(level2).toHaveLength(253);
    expect(inOrder(rows.map(([id = '']) => id))).toEqual(inOrder([...level2, ...besides]));
  });

  test('says of each whether it is met', () => {
    expect(rows.filter(([, , state = '']) => !['met', 'partly', 'not met', 'not applicable'].includes(state))).toEqual([]);
  });

  test('names a test for what is met, or says that a document or a review shows it', () => {
    const isShown = (how: string) => pathsIn(how).some((path) => path.startsWith('test/')) || /\b(?:a document|review)\b/u.test(how);
    expect(rows.filter(([, , state, how = '']) => state === 'met' && !isShown(how))).toEqual([]);
  });

  test('names a file for what is met, and says what is missing or why not else', () => {
    expect(rows.filter(([, , state, how = '']) => state === 'met' && pathsIn(how).length === 0)).toEqual([]);
    expect(rows.filter(([, , state, how = '']) => state === 'partly' && !/missing:/u.test(how))).toEqual([]);
  });

  test('counts them as they are', () => {
    const counted = ['met', 'partly', 'not met', 'not applicable'].map((state) => `${rows.filter(([, , one]) => one === state).length} ${state}`);
    expect(read('docs/asvs.md')).toContain(`${counted.join(', ')}.`);
  });
});
