import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { z } from 'zod';

const read = (name: string) => readFileSync(join(__dirname, '..', name), 'utf8');
const versions = z.record(z.string(), z.string());
const { dependencies, overrides } = z.object({ dependencies: versions, overrides: versions }).parse(JSON.parse(read('package.json')));
const lock = z
  .object({ packages: z.record(z.string(), z.looseObject({ version: z.string().optional(), resolved: z.string().optional() })) })
  .parse(JSON.parse(read('package-lock.json'))).packages;

/** The first two cells of each row under a heading. */
function rowsUnder(heading: string): string[] {
  const section = read('docs/dependencies.md').split('\n## ').find((text) => text.startsWith(heading)) ?? '';
  return section.split('\n').filter((line) => line.startsWith('| ')).map((line) => line.split('|').slice(1, 3).map((cell) => cell.trim()).join(' ')).slice(2);
}

const listed = (packages: Record<string, string>) => Object.entries(packages).map(([name, version]) => `${name} ${version}`).toSorted();

test('the page of dependencies names every direct one, as it is installed', () => {
  expect(rowsUnder('Direct').toSorted()).toEqual(listed(dependencies));
});

test('it names every override', () => {
  expect(rowsUnder('Overrides').toSorted()).toEqual(listed(overrides));
});

test('what is overridden is nowhere in another version', () => {
  for (const [name, version] of Object.entries(overrides)) {
    const found = Object.entries(lock).filter(([path]) => path.endsWith(`node_modules/${name}`)).map(([, entry]) => entry.version);
    expect(found.filter((one) => one !== version)).toEqual([]);
  }
});

test('of what lies below, the page names versions that are locked', () => {
  for (const row of rowsUnder('Below').filter((one) => !one.includes(','))) {
    const [name = '', version = ''] = row.split(' ');
    const found = Object.entries(lock).filter(([path]) => path.endsWith(`node_modules/${name}`)).map(([, entry]) => entry.version);
    expect(found).toContain(version);
  }
});

test('versions are exact, and the lock leads to no one registry', () => {
  expect(Object.values(dependencies).filter((version) => !/^\d+\.\d+\.\d+$/u.test(version))).toEqual([]);
  expect(Object.values(lock).filter(({ resolved }) => resolved?.startsWith('http'))).toEqual([]);
});
