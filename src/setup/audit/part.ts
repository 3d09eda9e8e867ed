import { samePerson } from '../asking.ts';
import type { Person, SetupRun } from '../run.ts';
import type { AuditRecord } from './entry.ts';

/** Whoever began a setup sees all of its record; anybody else what they did in it themselves, and what they were asked. */
export function partOf(person: Person, run: SetupRun, records: readonly AuditRecord[]): readonly AuditRecord[] {
  if (samePerson(run.startedBy, person)) return records;
  const isTheirs = (objectId: string | undefined): boolean => objectId?.toLowerCase() === person.objectId.toLowerCase();
  if (run.startedBy.tenantId.toLowerCase() !== person.tenantId.toLowerCase()) return [];
  return records.filter(({ entry }) => isTheirs(entry.by?.objectId) || isTheirs(entry.person?.objectId));
}
