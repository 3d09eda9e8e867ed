import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { array, assert, boolean as anyBoolean, constantFrom, integer, nat, oneof, property, record, string as anyString, uint8Array } from 'fast-check';
import { strToU8, zipSync } from 'fflate';

import { solutionFile } from '../../sandbox/solution/files.ts';
import { contentTypesXml, customizationsXml, solutionXml } from '../../sandbox/solution/sources.ts';
import { readSolutionFile } from '../../src/microsoft/solutionFile.ts';
import { SetupError } from '../../src/setup/errors.ts';
import { type Made, zipOf } from './zips.ts';

const good = { '[Content_Types].xml': contentTypesXml, 'solution.xml': solutionXml, 'customizations.xml': customizationsXml };
const goodEntries: readonly Made[] = Object.entries(good).map(([name, content]) => ({ name, content }));

/** The good files, some of them others, packed by the library. */
function packed(others: Readonly<Record<string, string | Uint8Array>>): Uint8Array {
  const files = Object.entries({ ...good, ...others }).map(([name, content]) => [name, typeof content === 'string' ? strToU8(content) : content] as const);
  return zipSync(Object.fromEntries(files));
}

/** What is said of a file that is refused. */
function refusal(zip: Uint8Array): string {
  try {
    readSolutionFile(zip);
  } catch (error) {
    if (error instanceof SetupError && error.code === 'E-SOL-UNREADABLE') return error.upstream?.noticed?.key.replace('noticed.solution.', '') ?? '';
    throw error;
  }
  return 'accepted';
}

const withMore = (...more: Made[]) => refusal(zipOf([...goodEntries, ...more]));
const withManifest = (change: (xml: string) => string) => refusal(packed({ 'solution.xml': change(solutionXml) }));

describe('A good solution file', () => {
  test('is read: name, version, publisher, and nothing in it that is not part of a role', () => {
    expect(readSolutionFile(solutionFile('good').zip)).toEqual({
      uniqueName: 'SandboxMarketplaceLeadWriter', version: '1.0.0.0', isManaged: true, publisherUniqueName: 'leadsetupsandbox', foreign: [],
    });
  });

  test.each([
    ['with a comment behind it', zipOf(goodEntries, { comment: 'exported' })],
    ['with sizes behind the data', zipOf(goodEntries.map((entry) => ({ ...entry, descriptor: {} })))],
    ['with such sizes in eight bytes and without a signature', zipOf(goodEntries.map((entry) => ({ ...entry, descriptor: { isSigned: false, width: 8 } as const })))],
    ['stored as it is', zipOf(goodEntries.map((entry) => ({ ...entry, method: 0 })))],
    ['with a byte order mark', packed({ 'solution.xml': `\uFEFF${solutionXml}` })],
    ['with very many ampersands', packed({ 'customizations.xml': customizationsXml.replace('<Entities />', `<Entities> ${'&amp;&quot;&#65;'.repeat(5000)} </Entities>`) })],
    ['with a folder', zipOf([...goodEntries, { name: 'Other/', attributes: (0o040755 << 16) >>> 0 }])],
  ])('is read %s', (_how, zip) => {
    expect(readSolutionFile(zip).version).toBe('1.0.0.0');
  });
});

describe('A zip that is none, or not whole', () => {
  test('a web page', () => expect(refusal(strToU8('<!DOCTYPE html><html><body>Moved</body></html>'))).toBe('noZip'));
  test('nothing at all', () => expect(refusal(new Uint8Array())).toBe('noZip'));
  test('cut off', () => expect(refusal(packed({}).subarray(0, -30))).toBe('damaged'));
  test('with something behind its end', () => expect(refusal(Buffer.concat([packed({}), Buffer.from('more')]))).toBe('damaged'));
  test('with a wrong checksum', () => expect(withMore({ name: 'a.txt', content: 'a', said: { crc: 1 } })).toBe('contradicts'));
  test('with packed data that is none', () => expect(withMore({ name: 'a.txt', content: 'abc', method: 0, said: { size: 2 } })).toBe('contradicts'));
  test('with sizes behind the data that are not those of the directory', () =>
    expect(withMore({ name: 'a.txt', content: 'abc', descriptor: { size: 2 } })).toBe('contradicts'));
  test('with a name in the directory and another at the data', () => expect(withMore({ name: 'b.txt', said: { name: 'a.txt' } })).toBe('contradicts'));
  test('with one file inside of another', () => {
    const inner: Made = { name: 'inner.txt', content: 'inner', method: 0 };
    const local = zipOf([inner]).subarray(0, 30 + 'inner.txt'.length + 'inner'.length);
    const zip = zipOf([...goodEntries, { name: 'outer', content: local, method: 0 }, inner]);
    const central = Buffer.from('PK\u0001\u0002', 'latin1');
    const innerAt = zip.lastIndexOf(central);
    const outerAt = zip.lastIndexOf(central, innerAt - 1);
    zip.writeUInt32LE(zip.readUInt32LE(outerAt + 42) + 30 + 'outer'.length, innerAt + 42);
    expect(refusal(zip)).toBe('damaged');
  });
});

describe('A zip with tricks in it', () => {
  test.each([
    '../solution.xml', 'a/../../b', '/etc/passwd', 'C:/windows/a.dll', 'c:a', String.raw`..\a`, String.raw`a\b`, 'a\u0000.xml', './a', 'a//b', 'a/.. /b', '',
  ])('a name like %j', (name) => expect(withMore({ name })).toBe('name'));
  test('a name that is no UTF-8', () => expect(withMore({ name: Buffer.from([0x61, 0xff]) })).toBe('name'));
  test('two manifests', () => expect(withMore({ name: 'solution.xml', content: solutionXml })).toBe('twice'));
  test('two manifests that differ in case', () => expect(withMore({ name: 'SOLUTION.XML', content: solutionXml })).toBe('twice'));
  test('a manifest only under another case', () => expect(refusal(zipOf([{ name: 'Solution.xml', content: solutionXml }, ...goodEntries.filter(({ name }) => name !== 'solution.xml')]))).toBe('name'));
  test('encrypted', () => expect(withMore({ name: 'a.txt', content: 'a', flags: 1 })).toBe('encrypted'));
  test('packed in another way', () => expect(withMore({ name: 'a.txt', content: 'a', method: 12 })).toBe('method'));
  test('a symbolic link', () => expect(withMore({ name: 'a', content: '/etc/passwd', attributes: (0o120777 << 16) >>> 0 })).toBe('link'));
  test('ten thousand entries', () => expect(withMore(...Array.from({ length: 10_000 }, (_none, index) => ({ name: `${index}.txt`, method: 0 })))).toBe('tooManyEntries'));
});

describe('A file that grows when it is unpacked', () => {
  const zeros = (megabytes: number) => Buffer.alloc(megabytes * 1024 * 1024);

  test('one entry of many megabytes', () => expect(withMore({ name: 'a.bin', content: zeros(60) })).toBe('tooLargeUnpacked'));
  test('many entries of less', () => {
    const content = zeros(25);
    expect(withMore(...['a', 'b', 'c', 'd', 'e'].map((name) => ({ name, content })))).toBe('tooLargeUnpacked');
  });
  test('ends early, whatever its size is said to be', () => {
    const bomb = zipOf([...goodEntries, { name: 'a.bin', content: zeros(400), said: { size: 10 } }]);
    const before = process.memoryUsage.rss();
    expect(refusal(bomb)).toBe('tooLargeUnpacked');
    expect(process.memoryUsage.rss() - before).toBeLessThan(250 * 1024 * 1024);
  });
});

describe('A manifest', () => {
  test.each(['solution.xml', 'customizations.xml', '[Content_Types].xml'])('that lacks %s', (missing) => {
    expect(refusal(zipOf(goodEntries.filter(({ name }) => name !== missing)))).toBe('missing');
  });
  test('that is no XML', () => expect(withManifest(() => '<a><b></a>')).toBe('xml'));
  test('that is cut off', () => expect(withManifest((xml) => xml.slice(0, -40))).toBe('xml'));
  test('of something else', () => expect(withManifest(() => '<Types />')).toBe('manifest'));
  test('with two names', () => expect(withManifest((xml) => xml.replace('<Version>', '<UniqueName>Other</UniqueName><Version>'))).toBe('manifest'));
  test('with an unknown entity', () => expect(withManifest((xml) => xml.replace('1.0.0.0', '&version;'))).toBe('xml'));
  test('in another encoding', () => expect(withManifest((xml) => xml.replace('encoding="utf-8"', 'encoding="utf-7"'))).toBe('xml'));
  test('in UTF-16', () => expect(refusal(packed({ 'solution.xml': Buffer.from(`\uFEFF${solutionXml}`, 'utf16le') }))).toBe('notUtf8'));
  test('that is not UTF-8', () => expect(refusal(packed({ 'solution.xml': Buffer.concat([Buffer.from(solutionXml), Buffer.from([0xff])]) }))).toBe('notUtf8'));
  test('that is thousands deep', () => expect(withManifest(() => `${'<a>'.repeat(50_000)}${'</a>'.repeat(50_000)}`)).toBe('xml'));
  test('that is huge', () => expect(withManifest((xml) => xml + ' '.repeat(9 * 1024 * 1024))).toBe('xmlTooLarge'));
  test.each([
    ['around what one reader skips and another reads', "<?a '?>", "<?a '?>"],
    ['in a comment', '<!-- <?a', '?> -->'],
    ['before an end that nothing begins', '<?a ?>', ''],
  ])('with instructions for other programs %s', (_where, before, after) => {
    expect(withManifest((xml) => xml.replace('<RootComponents>', `<RootComponents>${before}`).replace('</RootComponents>', `${after}</RootComponents>`))).toBe('instruction');
  });
  test('with a second declaration', () => expect(withManifest((xml) => xml.replace('?>', '?><?xml version="1.0"?>'))).toBe('instruction'));
  test('with an entity of entities of entities', () => {
    const bomb = `<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;">]>`;
    expect(withManifest((xml) => xml.replace('?>', `?>${bomb}`).replace('1.0.0.0', '&d;'))).toBe('doctype');
  });

  test('with an external entity is refused, and nothing is fetched', async () => {
    const fetched: string[] = [];
    const server = createServer(({ url = '' }, response) => {
      fetched.push(url);
      response.end('1.0.0.0');
    });
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
    // Listening on a port: the address is no pipe.
    const { port } = server.address() as AddressInfo;
    const doctype = `<!DOCTYPE a SYSTEM "http://127.0.0.1:${port}/a.dtd" [<!ENTITY b SYSTEM "http://127.0.0.1:${port}/b">]>`;
    expect(withManifest((xml) => xml.replace('?>', `?>${doctype}`).replace('1.0.0.0', '&b;'))).toBe('doctype');
    await fetch(`http://127.0.0.1:${port}/reachable`);
    expect(fetched).toEqual(['/reachable']);
    await new Promise((resolve) => { server.close(resolve); });
  });
});

describe('What a role-only solution has no business with is told', () => {
  const kindsIn = (others: Readonly<Record<string, string>>) => [...new Set(readSolutionFile(packed(others)).foreign.map(({ kind }) => kind))];
  const rooted = (type: number) => ({ 'solution.xml': solutionXml.replace('</RootComponents>', `<RootComponent type="${type}" schemaName="contoso_x" behavior="0" /></RootComponents>`) });

  test.each([
    [90, 'plugIn'], [91, 'plugIn'], [92, 'plugIn'], [93, 'plugIn'], [29, 'workflow'], [61, 'webResource'], [300, 'app'], [372, 'connection'],
    [95, 'connection'], [380, 'environmentVariable'], [1, 'table'], [10_162, 'other'],
  ])('a root component of type %i is of kind %s, with its name', (type, kind) => {
    expect(readSolutionFile(packed(rooted(type))).foreign).toEqual([{ kind, name: 'contoso_x' }]);
  });

  test.each([16, 17, 20, 21])('a root component of type %i is part of a role', (type) => expect(kindsIn(rooted(type))).toEqual([]));

  test.each([
    ['<Workflows><Workflow WorkflowId="{1}" /></Workflows>', 'workflow'],
    ['<SolutionPluginAssemblies><PluginAssembly /></SolutionPluginAssemblies>', 'plugIn'],
    ['<connectionreferences><connectionreference /></connectionreferences>', 'connection'],
    ['<SomethingNew>x</SomethingNew>', 'other'],
  ])('%s in customizations.xml, although no root component says so', (section, kind) => {
    expect(kindsIn({ 'customizations.xml': customizationsXml.replace('<Workflows />', section) })).toEqual([kind]);
  });

  test.each([['PluginAssemblies/a.dll', 'plugIn'], ['WebResources/a.js', 'webResource'], ['Workflows/a.json', 'workflow'], ['constructor/a', 'other'], ['a.dll', 'other']])(
    'the file %s', (name, kind) => expect(kindsIn({ [name]: 'x' })).toEqual([kind]),
  );
});

describe('What a list of root components does not name counts as well, also where it names another of its kind', () => {
  const assembly = (name: string, file = '') => `<PluginAssembly FullName="${name}">${file && `<FileName>/PluginAssemblies/${file}</FileName>`}</PluginAssembly>`;
  const withAssemblies = (...assemblies: string[]) => customizationsXml.replace('<Workflows />', `<SolutionPluginAssemblies>${assemblies.join('')}</SolutionPluginAssemblies>`);
  const declared = solutionXml.replace('</RootComponents>', '<RootComponent type="91" schemaName="Declared" behavior="0" /></RootComponents>');
  const namesIn = (others: Readonly<Record<string, string>>) => readSolutionFile(packed({ 'solution.xml': declared, ...others })).foreign.map(({ kind, name }) => [kind, name]);

  test('in customizations.xml', () => {
    expect(namesIn({ 'customizations.xml': withAssemblies(assembly('Declared'), assembly('Hidden')) })).toEqual([['plugIn', 'Declared'], ['plugIn', 'Hidden']]);
  });

  test('twice under the name of the one that is declared', () => {
    expect(namesIn({ 'customizations.xml': withAssemblies(assembly('Declared'), assembly('Declared')) })).toEqual([['plugIn', 'Declared'], ['plugIn', 'Declared']]);
  });

  test('in a folder; the file of one that is named is that one, and no other', () => {
    const customizations = withAssemblies(assembly('Declared', 'a.dll'));
    const files = { 'PluginAssemblies/a.dll': 'a', 'PluginAssemblies/b.dll': 'b' };
    expect(namesIn({ 'customizations.xml': customizations, ...files })).toEqual([['plugIn', 'Declared'], ['plugIn', 'PluginAssemblies/b.dll']]);
  });

  test('under an id that its file has in its name', () => {
    const id = '91c7e3b4-58af-4d26-a0e9-2b6c4f8d7a15';
    const flow = customizationsXml.replace('<Workflows />', `<Workflows><Workflow WorkflowId="{${id}}"><Category>5</Category></Workflow></Workflows>`);
    expect(namesIn({ 'customizations.xml': flow, [`Workflows/Flow-${id.toUpperCase()}.json`]: '{}' })).toEqual([['plugIn', 'Declared'], ['workflow', `Workflows/Flow-${id.toUpperCase()}.json`]]);
  });

  test('by the thousand, in no time', () => {
    const began = performance.now();
    expect(namesIn({ 'customizations.xml': withAssemblies(...Array.from({ length: 20_000 }, () => assembly('Declared'))) })).toHaveLength(20_000);
    expect(performance.now() - began).toBeLessThan(5000);
  });
});

describe('Whatever the bytes are', () => {
  const zip = Buffer.from(packed({}));
  const plain = zipOf(goodEntries.map((entry) => ({ ...entry, method: 0 })));

  test('any bytes are refused in one known way', () => {
    assert(property(uint8Array({ maxLength: 300 }), anyBoolean(), (bytes, asZip) => {
      expect(refusal(asZip ? Buffer.concat([Buffer.from('PK\u0003\u0004', 'latin1'), bytes]) : bytes)).not.toBe('accepted');
    }), { numRuns: 500 });
  });

  test.each([['packed', zip], ['stored', plain]])('any bytes changed in a good file that is %s: read, or refused in one known way', (_how, file) => {
    const change = record({ at: nat(file.length - 1), to: integer({ min: 0, max: 255 }) });
    assert(property(array(change, { minLength: 1, maxLength: 6 }), nat(file.length), anyBoolean(), (changes, length, cuts) => {
      const changed = Buffer.from(file);
      for (const { at, to } of changes) changed[at] = to;
      const began = performance.now();
      expect(typeof refusal(cuts ? changed.subarray(0, length) : changed)).toBe('string');
      expect(performance.now() - began).toBeLessThan(2000);
    }), { numRuns: 1000 });
  });

  test('any change of the XML: read, or refused in one known way', () => {
    const piece = oneof(anyString(), constantFrom('<', '>', '&', '<![CDATA[', '<!--', ']]>', '<!DOCTYPE', '__proto__', '&#0;', '&#x110000;', '<a>', '</a>', '<__proto__>'));
    assert(property(nat(solutionXml.length), nat(40), piece, constantFrom('solution.xml', 'customizations.xml'), (at, gone, put, name) => {
      const xml = name === 'solution.xml' ? solutionXml : customizationsXml;
      expect(typeof refusal(packed({ [name]: xml.slice(0, at) + put + xml.slice(at + gone) }))).toBe('string');
    }), { numRuns: 700 });
  });

  test.each(['<![CDATA[', '<!--', '&', '<a ', '<', '<?'])('a megabyte of %j takes no long time', (piece) => {
    const began = performance.now();
    expect(withManifest((xml) => xml.replace('1.0.0.0', piece.repeat(1024 * 1024 / piece.length)))).toMatch(/^(?:xml|doctype|instruction)$/u);
    expect(performance.now() - began).toBeLessThan(5000);
  });
});
