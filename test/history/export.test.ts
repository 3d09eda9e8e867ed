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
      'sequence,at,kind,what,byId,byName,actingAsId,actingAsName,personId,personName,about,runId,tenantId,environment,planHash,plan,changeId,request,result,detail,requestIds,hash',
      expect.stringMatching(/^1,2026-11-22T09:00:00\.000Z,begun,Setup begun,p1,Alex,,,,,,run1,t,https:\/\/contoso\.crm\.example,,,,,,,,[0-9a-f]{64}$/u),
      '',
    ]);
    expect(lines[0]?.split(',')).toEqual([...columns]);
  });

  it.each(['=HYPERLINK("http://evil")', '+1', '-1', '@SUM(A1)', '\tx', '\rx'])('%j is no formula', (name) => {
    const line = exported('csv', recorded([{ kind: 'begun', by: { objectId: 'p1', name } }]), t).split('\r\n').slice(1).join('\r\n');
    expect(line).toContain(`'${name.replaceAll('"', '""')}`);
    expect(line).not.toMatch(/(?:^|[,"])[=+@\t\r]/u);
  });

  it('quotes, commas and line ends stay inside their cell', () => {
    expect(exported('csv', recorded([{ kind: 'begun', by: { objectId: 'p1', name: 'A "B", C\nD' } }]), t)).toContain(',p1,"A ""B"", C\nD",');
  });
});

describe('as JSON', () => {
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
