import type { DatabaseSync } from 'node:sqlite';

import type { EnvironmentLock } from '../../setup/ports/stores.ts';
import type { SetupRun } from '../../setup/run.ts';

/** A lock whose run has not been written for this long may be taken by another. */
const idleMs = 24 * 60 * 60 * 1000;

/** One setup at a time may change an environment. Used inside the run store's transaction. */
export class EnvironmentLocks {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Takes the lock of the run's environment, or answers with the one that is in the way. */
  acquire(run: SetupRun, now: Date): EnvironmentLock | undefined {
    const taken = this.#database
      .prepare(
        `insert into environment_locks (tenant_id, environment_url, run_id, holder, since, used_at)
         values (:tenant, :environment, :run, :holder, :now, :now)
         on conflict do update set
           since = iif(run_id = excluded.run_id, since, excluded.since),
           run_id = excluded.run_id, holder = excluded.holder, used_at = excluded.used_at
         where run_id = excluded.run_id or used_at <= :idleSince`,
      )
      .run({
        ...place(run),
        ':run': run.id,
        ':holder': run.startedBy.name,
        ':now': now.getTime(),
        ':idleSince': now.getTime() - idleMs,
      });
    return taken.changes ? undefined : this.heldAt(run, now);
  }

  /** The run was written just now, so whoever holds it is at work. */
  refresh(runId: string, now: Date): void {
    this.#database.prepare('update environment_locks set used_at = ? where run_id = ?').run(now.getTime(), runId);
  }

  /** Lets go of what this run holds; what another run holds stays. */
  release(runId: string): void {
    this.#database.prepare('delete from environment_locks where run_id = ?').run(runId);
  }

  /** The lock of the run's environment, unless it has been idle for so long that anybody may take it. */
  heldAt(run: SetupRun, now: Date): EnvironmentLock | undefined {
    const row = this.#database
      .prepare(
        `select run_id, holder, since from environment_locks
         where tenant_id = :tenant and environment_url = :environment and used_at > :idleSince`,
      )
      .get({ ...place(run), ':idleSince': now.getTime() - idleMs });
    return (
      row && {
        runId: String(row['run_id']),
        holder: String(row['holder']),
        since: new Date(Number(row['since'])).toISOString(),
      }
    );
  }
}

function place(run: SetupRun) {
  if (!run.environment) throw new Error(`Run ${run.id} has no environment to lock.`);
  return { ':tenant': run.startedBy.tenantId, ':environment': run.environment.url };
}
