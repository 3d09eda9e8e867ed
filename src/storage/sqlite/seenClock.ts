import type { DatabaseSync } from 'node:sqlite';

import { transaction } from './database.ts';

/** How exactly a clock that was set back is noticed; a minute of waiting more is no harm. */
const toleranceMs = 60_000;

/** Every instant that something waits for, or is kept until. */
const instants = [
  ['jobs', 'not_before'],
  ['jobs', 'leased_until'],
  ['environment_locks', 'since'],
  ['environment_locks', 'used_at'],
  ['secrets', 'expires_at'],
  ['sign_in_exchanges', 'at'],
] as const;

/**
 * To be called with the present again and again. Where the machine's clock was set back, what was to come in a minute would come in a minute and as much as
 * that: all instants go back with it. Answers with by how many milliseconds.
 */
export function followClock(database: DatabaseSync, now: number): number {
  const seen = seenIn(database);
  if (seen !== undefined && Math.abs(now - seen) <= toleranceMs) return 0;
  return transaction(database, () => {
    const before = seenIn(database) ?? now;
    const backMs = before - now > toleranceMs ? before - now : 0;
    if (backMs > 0) for (const [table, column] of instants) database.prepare(`update ${table} set ${column} = ${column} - ?`).run(backMs);
    database.prepare('insert or replace into seen_clock (only_one, at) values (1, ?)').run(now);
    return backMs;
  });
}

function seenIn(database: DatabaseSync): number | undefined {
  const at = database.prepare('select at from seen_clock').get()?.['at'];
  return typeof at === 'number' ? at : undefined;
}
