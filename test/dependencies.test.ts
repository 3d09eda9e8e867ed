import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { z } from 'zod';

const read = (name: string) => readFileSync(join(__dirname, '..', name), 'utf8');
const versions = z.record(z.string(), z.string());
const { dependencies, overrides } = z.object({ dependencies: versions, overrides: versions }).parse(JSON.parse(read('package.json')));
const lock = z
  .object({ packages: z.record(z.string(), z.looseObject({ version: z.string().optional(), resolved: z.string().optional(), dev: z.boolean().optional() })) })
  .parse(JSON.parse(read('package-lock.json'))).packages;

const sectionOf = (heading: string) => read('docs/dependencies.md').split('\n## ').find((text) => text.startsWith(heading)) ?? '';

/** The first two cells of each row under a heading, as `name version`; a row may have several versions. */
function rowsUnder(heading: string): string[] {
  const cells = sectionOf(heading).split('\n').filter((line) => line.startsWith('| ')).map((line) => line.split('|').map((cell) => cell.trim()));
  return cells.slice(2).flatMap(([, name = '', each = '']) => each.split(', ').map((version) => `${name} ${version}`));
}

/** What a list of packages without an advisory names: `name version`, or a whole scope as `@scope/*`. */
const listedUnder = (heading: string) =>
  [...sectionOf(heading).matchAll(/`((?:@[\w-]+\/)?[\w.-]+@[\w.-]+|@[\w-]+\/\*)`/gu)].map(([, one = '']) => one.replace(/(?<=.)@/u, ' '));

/** `name version` of everything in the lock, or of what an installation for production or only one for development may have. */
const locked = (isWanted: (isForDevelopment: boolean) => boolean = () => true) =>
  Object.entries(lock).filter(([path, { dev }]) => path !== '' && isWanted(dev === true)).map(([path, { version = '' }]) => `${path.split('node_modules/').at(-1)} ${version}`);

const covers = (named: string, one: string) => (named.endsWith('*') ? one.startsWith(named.slice(0, -1)) : one === named);

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

const below = ['Below the direct ones', 'Below them, fixed'];
const production = () => [...below.flatMap(rowsUnder), ...listedUnder('None found')];
const development = () => [...rowsUnder('On a developer'), ...listedUnder('For development, none found')];

test.each([
  ['production', production, locked((isForDevelopment) => !isForDevelopment)],
  ['development', development, locked((isForDevelopment) => isForDevelopment)],
])('what the page names for %s is locked for that, in that version', (_what, named, installed) => {
  expect(named().length).toBeGreaterThan(200);
  expect(named().filter((one) => !installed.some((each) => covers(one, each)))).toEqual([]);
});

test('the page names every package of the lock, in each version that is locked', () => {
  const named = [...['Direct', 'Overrides'].flatMap(rowsUnder), ...production()];
  const isUnnamed = (one: string) => !named.some((each) => covers(each, one));
  expect(locked().length).toBeGreaterThan(800);
  expect(locked((isForDevelopment) => !isForDevelopment).filter(isUnnamed)).toEqual([]);
  named.push(...development());
  expect(locked().filter(isUnnamed)).toEqual([]);
});

test('versions are exact, and the lock leads to no one registry', () => {
  expect(Object.values(dependencies).filter((version) => !/^\d+\.\d+\.\d+$/u.test(version))).toEqual([]);
  expect(Object.values(lock).filter(({ resolved }) => resolved?.startsWith('http'))).toEqual([]);
});
