import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';

import { z } from 'zod';

import { type AuditEntry, auditEntrySchema, type AuditRecord } from '../../setup/audit/entry.ts';
import type { AuditTrail } from '../../setup/ports/stores.ts';
import type { Person } from '../../setup/run.ts';
import { transaction } from './database.ts';

const rowSchema = z.object({ sequence: z.number().int(), entry: z.string(), hash: z.string() });
type Row = z.infer<typeof rowSchema>;

/** What comes before the first row. */
const beginning = '0'.repeat(64);

/** Rows are only ever added, inside the transaction of what they tell about; the table refuses anything else by itself. */
export class SqliteAuditTrail implements AuditTrail {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** To be called inside a transaction. */
  append(entries: readonly AuditEntry[]): void {
    if (entries.length === 0) return;
    let { sequence, hash } = this.head();
    for (const entry of entries) {
      const text = JSON.stringify(auditEntrySchema.parse(entry));
      sequence += 1;
      hash = hashOf({ before: hash, sequence, text });
      this.#database.prepare('insert into audit (sequence, entry, hash) values (?, ?, ?)').run(sequence, text, hash);
    }
  }

  add(entry: Omit<AuditEntry, 'runId'>): void {
    transaction(this.#database, () => this.append([entry]));
  }

  head(): { readonly sequence: number; readonly hash: string } {
    const row = this.#database.prepare('select sequence, hash from audit order by sequence desc limit 1').get();
    return row ? rowSchema.omit({ entry: true }).parse(row) : { sequence: 0, hash: beginning };
  }

  ofRun(runId: string): AuditRecord[] {
    return this.#database.prepare(`select * from audit where entry ->> '$.runId' = ? order by sequence`).all(runId).map((row) => readRow(row));
  }

  latestRunOf({ tenantId, objectId }: Pick<Person, 'tenantId' | 'objectId'>): string | undefined {
    const row = this.#database
      .prepare(
        `select entry ->> '$.runId' as runId from audit
         where entry ->> '$.runId' is not null and lower(entry ->> '$.tenantId') = lower(?1)
           and (lower(entry ->> '$.by.objectId') = lower(?2) or lower(entry ->> '$.person.objectId') = lower(?2))
         order by sequence desc limit 1`,
      )
      .get(tenantId, objectId);
    return row && z.string().parse(row['runId']);
  }

  latestBy({ tenantId, objectId }: Pick<Person, 'tenantId' | 'objectId'>): AuditEntry | undefined {
    const row = this.#database
      .prepare(`select * from audit where lower(entry ->> '$.tenantId') = lower(?) and lower(entry ->> '$.by.objectId') = lower(?) order by sequence desc limit 1`)
      .get(tenantId, objectId);
    return row && readRow(row).entry;
  }

  /** How often this person was found and asked since then. */
  timesAsked({ tenantId, objectId }: Pick<Person, 'tenantId' | 'objectId'>, since: string): number {
    const row = this.#database
      .prepare(
        `select count(*) as times from audit
         where lower(entry ->> '$.tenantId') = lower(?) and lower(entry ->> '$.person.objectId') = lower(?) and entry ->> '$.kind' = 'asked' and entry ->> '$.at' > ?`,
      )
      .get(tenantId, objectId, since);
    return z.number().parse(row?.['times']);
  }
}

export interface AuditFault {
  readonly sequence: number;
  readonly why: 'missing' | 'changed' | 'unreadable';
}

/** Every row in order, and where the chain does not hold: a row that is gone, was changed or does not say what this build knows. */
export function* verifiedAudit(database: DatabaseSync): Generator<{ readonly record?: AuditRecord; readonly fault?: AuditFault }> {
  let last = { sequence: 0, hash: beginning };
  for (const raw of database.prepare('select sequence, entry, hash from audit order by sequence').iterate()) {
    const row = rowSchema.parse(raw);
    const fault = faultIn(row, last);
    last = row;
    if (fault) yield { fault };
    const record = tryRead(row);
    yield record ? { record } : { fault: { sequence: row.sequence, why: 'unreadable' } };
  }
  const highest = database.prepare(`select seq from sqlite_sequence where name = 'audit'`).get()?.['seq'] ?? 0;
  if (Number(highest) > last.sequence) yield { fault: { sequence: Number(highest), why: 'missing' } };
}

function faultIn(row: Row, last: { sequence: number; hash: string }): AuditFault | undefined {
  if (row.sequence !== last.sequence + 1) return { sequence: last.sequence + 1, why: 'missing' };
  const isWhole = row.hash === hashOf({ before: last.hash, sequence: row.sequence, text: row.entry });
  return isWhole ? undefined : { sequence: row.sequence, why: 'changed' };
}

function hashOf({ before, sequence, text }: { before: string; sequence: number; text: string }): string {
  return createHash('sha256').update(`${before}\n${sequence}\n${text}`).digest('hex');
}

function readRow(row: unknown): AuditRecord {
  const { sequence, entry, hash } = rowSchema.parse(row);
  return { sequence, entry: auditEntrySchema.parse(JSON.parse(entry)), hash };
}

function tryRead(row: Row): AuditRecord | undefined {
  try {
    return readRow(row);
  } catch {
    return undefined;
  }
}
