import type { TenantClock } from '../clock.ts';
import type { DirectoryRow } from './rows.ts';

/** Rows by id, in the order of their making, each with the time it was made. */
export interface Collection<Row extends DirectoryRow> {
  all(): readonly Row[];
  /** Only the rows that have been there for at least so long. */
  olderThan(ageMs: number): readonly Row[];
  find(predicate: (row: Row) => boolean): Row | undefined;
  /** How long the row has been there, 0 when it is not. */
  ageMs(id: string): number;
  add(row: Row): Row;
  change(id: string, change: Partial<Row>): void;
  remove(id: string): void;
  /** Puts other rows in place of all; these have always been there. */
  replaceAll(rows: readonly Row[]): void;
}

export function createCollection<Row extends DirectoryRow>(clock: TenantClock): Collection<Row> {
  const entries = new Map<string, { row: Row; createdAtMs: number }>();
  const ageMs = (id: string) => clock.now() - (entries.get(id)?.createdAtMs ?? clock.now());
  const all = () => [...entries.values()].map(({ row }) => row);
  return {
    all,
    ageMs,
    olderThan: (minimumMs) => all().filter(({ id }) => ageMs(id) >= minimumMs),
    find: (predicate) => all().find(predicate),
    add: (row) => {
      entries.set(row.id, { row, createdAtMs: clock.now() });
      return row;
    },
    change: (id, change) => {
      const entry = entries.get(id);
      if (entry !== undefined) entry.row = { ...entry.row, ...change };
    },
    remove: (id) => void entries.delete(id),
    replaceAll: (rows) => {
      entries.clear();
      for (const row of rows) entries.set(row.id, { row, createdAtMs: Number.NEGATIVE_INFINITY });
    },
  };
}
