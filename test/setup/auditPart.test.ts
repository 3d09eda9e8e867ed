import { partOf } from '../../src/setup/audit/part.ts';
import type { AuditEntry, AuditRecord } from '../../src/setup/audit/entry.ts';
import { alex, aRun, now, priya } from './fixtures.ts';

const run = aRun();
const records: readonly AuditRecord[] = ([
  { kind: 'begun', by: alex },
  { kind: 'asked', by: alex, person: priya },
  { kind: 'approved', by: priya },
  { kind: 'finished' },
] satisfies Partial<AuditEntry>[]).map((entry, index) => ({
  sequence: index + 1,
  hash: '',
  entry: { at: now, tenantId: alex.tenantId, runId: run.id, ...entry },
}));
const kindsFor = (person: typeof alex) => partOf(person, run, records).map(({ entry }) => entry.kind);

describe('The record of a setup', () => {
  test('is shown whole to whoever began it', () => {
    expect(kindsFor(alex)).toEqual(['begun', 'asked', 'approved', 'finished']);
  });

  test('is shown to somebody else as far as they did it or were asked', () => {
    expect(kindsFor(priya)).toEqual(['asked', 'approved']);
    expect(kindsFor({ ...priya, objectId: priya.objectId.toUpperCase(), tenantId: priya.tenantId.toUpperCase() })).toEqual(['asked', 'approved']);
  });

  test('is shown to nobody of another organization, whatever their object id', () => {
    const elsewhere = '00000000-0000-4000-8000-00000000000e';
    expect(kindsFor({ ...priya, tenantId: elsewhere })).toEqual([]);
    expect(kindsFor({ ...alex, tenantId: elsewhere })).toEqual([]);
  });

  test('holds nothing for somebody who had no part in it', () => {
    expect(kindsFor({ ...priya, objectId: '00000000-0000-4000-8000-00000000000f' })).toEqual([]);
  });
});
