import * as fc from 'fast-check';

import { createTranslator } from '../../src/locales/index.ts';
import { languages } from '../../src/locales/written.ts';
import { columns } from '../../src/history/columns.ts';
import { exported, historySchema } from '../../src/history/export.ts';
import { auditKinds } from '../../src/setup/audit/entry.ts';
import { oneOfEach, recorded } from './records.ts';

const t = createTranslator('en');

describe('as CSV', () => {
  it('one line an entry under the documented columns, lines ended as RFC 4180 wants them', () => {
    const lines = exported('csv', recorded([{ kind: 'begun', by: { objectId: 'p1', name: 'Alex' } }]), t).split('\r\n');
    expect(lines).toEqual([
      '"sequence","at","kind","what","byId","byName","actingAsId","actingAsName","personId","personName","about","runId","tenantId","environment","planHash","plan","changeId","request","result","detail","requestIds","hash"',
      expect.stringMatching(/^"1","2026-11-22T09:00:00\.000Z","begun","Setup begun","p1","Alex","","","","","","run1","t","https:\/\/contoso\.crm\.example","","","","","","","","[0-9a-f]{64}"$/u),
      '',
    ]);
    expect(JSON.parse(`[${lines[0]}]`)).toEqual([...columns]);
  });

  it.each([
    ['=HYPERLINK("http://evil")', `'=HYPERLINK("http://evil")`], ['+1', `'+1`], ['-1', `'-1`], ['@SUM(A1)', `'@SUM(A1)`], ['＝1', `'＝1`],
    ['\tx', `'\tx`], ['\rx', `'\rx`], ['\0x', `'\0x`],
    [`Bob;=cmd|'/c calc'!A0`, `Bob;'=cmd|'/c calc'!A0`], ['Bob\t+1', `Bob\t'+1`], ['Bob,-1', `Bob,'-1`], ['Bob\n@x', `Bob\n'@x`],
    [' \u00a0=1', ` \u00a0'=1`], ['\u200b=1', `\u200b'=1`], ['"=1', `"'=1`], ['a; "\t =1', `a; "\t '=1`],
  ])('%j is no formula, wherever a program splits it', (name, told) => {
    expect(withName(name)).toContain(`,"${told.replaceAll('"', '""')}",`);
  });

  it.each(['Alex Admin', 'Anne-Marie O’Neil', 'a=b', 'a + b', 'a; b', 'x@contoso.com'])('%j stays as it is', (name) => {
    expect(withName(name)).toContain(`,"${name}",`);
  });

  it.each([',', ';', '\t'])('a program that splits at %j finds no formula, whatever is in the names', (separator) => {
    const piece = fc.oneof(fc.constantFrom('=', '+', '-', '@', '＝', '＋', '－', '＠', ',', ';', '\t', '\r', '\n', '"', "'", ' ', '\u200b', '\0'), fc.string({ unit: 'binary', maxLength: 3 }));
    const name = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));
    fc.assert(fc.property(name, name, (person, other) => {
      const csv = exported('csv', oneOfEach({ person, other }), t);
      const cells = [...splitByQuotes(csv, separator), ...csv.split(new RegExp(`[${separator}\r\n]`, 'u'))];
      expect(cells.filter((cell) => /^[\s\p{Cc}\p{Cf}"]*[=+\-@＝＋－＠]/u.test(cell))).toEqual([]);
    }), { numRuns: 200 });
  });

  it('what a person did outside every setup names none', () => {
    const outside = { kind: 'signedOut', by: { objectId: 'p1', name: 'Alex' }, runId: undefined, environment: undefined } as const;
    expect(exported('csv', recorded([outside]), t)).toContain('"Signed out","p1","Alex","","","","","","","t","",');
    expect(historySchema.parse(JSON.parse(exported('json', recorded([outside]), t))).entries[0]).not.toHaveProperty('runId');
  });

  it('quotes, commas and line ends stay inside their cell', () => {
    expect(exported('csv', recorded([{ kind: 'begun', by: { objectId: 'p1', name: 'A "B", C\nD' } }]), t)).toContain(',"p1","A ""B"", C\nD",');
  });
});

/** The cells as a spreadsheet reads them: a quote at the beginning of a cell opens it, and what follows the closing one belongs to it still. */
function splitByQuotes(csv: string, separator: string): string[] {
  const cells = csv.matchAll(new RegExp(`(?:"((?:[^"]|"")*)"?)?([^${separator}\r\n]*)(?:[${separator}\r\n]|$)`, 'gu'));
  return Array.from(cells, ([, quoted = '', rest = '']) => quoted.replaceAll('""', '"') + rest);
}

const withName = (name: string) => exported('csv', recorded([{ kind: 'begun', by: { objectId: 'p1', name } }]), t);

describe('as JSON', () => {
  it('has a name as it is, formula or not', () => {
    const name = `Bob;=cmd|'/c calc'!A0\t`;
    const { entries } = historySchema.parse(JSON.parse(exported('json', recorded([{ kind: 'begun', by: { objectId: 'p1', name } }]), t)));
    expect(entries[0]?.by?.name).toBe(name);
  });

  it('what its schema says, every kind of entry of it', () => {
    const history = historySchema.parse(JSON.parse(exported('json', oneOfEach(), t)));
    expect(new Set(history.entries.map(({ kind }) => kind))).toEqual(new Set(auditKinds));
    expect(history.entries[4]).toMatchObject({ kind: 'approved', plan: [{ text: expect.stringContaining('Lead Writer') }, { request: expect.any(String) }] });
  });

  it('that there is nothing', () => {
    expect(JSON.parse(exported('json', [], t))).toEqual({ format: 'lead-setup-history', version: 1, entries: [] });
  });
});

it('tells by its key what is not written any more', () => {
  const [record] = recorded([{ kind: 'approved', about: 'solution', plan: [{ sentence: { key: 'gone.summary', values: { name: 'Lead Writer' } } }] }]);
  expect(exported('csv', record ? [record] : [], t)).toContain('gone.summary Lead Writer');
});

it.each(languages)('every kind of entry and every result is a sentence in %s', (language) => {
  const history = historySchema.parse(JSON.parse(exported('json', oneOfEach(), createTranslator(language))));
  for (const { what } of history.entries) expect(what).toMatch(/^\p{Lu}.*[^{}…]$/u);
});
