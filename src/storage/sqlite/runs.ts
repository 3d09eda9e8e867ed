import type { DatabaseSync } from 'node:sqlite';

import { entriesOf, type Written } from '../../setup/audit/derive.ts';
import type { Commit, CommitResult, EnvironmentLock, NewJob, RunStore } from '../../setup/ports/stores.ts';
import type { Clock } from '../../setup/ports/tools.ts';
import type { Person, SetupRun } from '../../setup/run.ts';
import { readStoredRun } from '../../setup/storedRun.ts';
import type { SqliteAuditTrail } from './audit.ts';
import { transaction } from './database.ts';
import type { EnvironmentLocks } from './environmentLocks.ts';
import type { JobQueue } from './jobQueue.ts';
import type { SqliteSecretVault } from './secretVault.ts';

/** What one decision touches besides the run itself. */
export interface Surroundings {
  readonly queue: JobQueue;
  readonly locks: EnvironmentLocks;
  readonly clock: Clock;
  readonly audit: SqliteAuditTrail;
  readonly secrets: SqliteSecretVault;
  readonly log?: { error(detail: Record<string, unknown>, message: string): void } | undefined;
}

/** Runs as JSON records beside the columns they are looked up by. A write names the version that it read. */
export class SqliteRunStore implements RunStore {
  readonly #database: DatabaseSync;
  readonly #around: Surroundings;

  constructor(database: DatabaseSync, around: Surroundings) {
    this.#database = database;
    this.#around = around;
  }

  create(run: SetupRun, enqueue: readonly NewJob[] = []): void {
    transaction(this.#database, () => {
      this.#database
        .prepare(
          `insert into runs (id, version, conversation_id, status, tenant_id, environment_url, record)
           values (:id, :version, :conversation, :status, :tenant, :environment, :record)`,
        )
        .run({ ...columns(run), ':version': run.version });
      this.#around.queue.add(run.id, enqueue, this.#around.clock.now());
      this.#note({ before: undefined, after: run, by: run.startedBy });
    });
  }

  load(runId: string): SetupRun | undefined {
    return this.#firstReadable(this.#database.prepare('select id, record from runs where id = ?').iterate(runId));
  }

  isUnreadable(runId: string): boolean {
    const row = this.#database.prepare('select id, record from runs where id = ?').get(runId);
    return row !== undefined && !this.#read(row);
  }

  latestIn(conversationId: string): SetupRun | undefined {
    return this.#firstReadable(
      this.#database
        .prepare(
          `select id, record from runs where conversation_id = ?
           order by status = 'active' desc, sequence desc`,
        )
        .iterate(conversationId),
    );
  }

  latestOf({ tenantId, objectId }: Pick<Person, 'tenantId' | 'objectId'>): SetupRun | undefined {
    return this.#firstReadable(
      this.#database
        .prepare(
          `select id, record from runs where lower(tenant_id) = lower(?) and lower(record ->> '$.startedBy.objectId') = lower(?)
           order by status = 'active' desc, sequence desc`,
        )
        .iterate(tenantId, objectId),
    );
  }

  ofEnvironment(tenantId: string, environmentUrl: string): SetupRun[] {
    const rows = this.#database
      .prepare('select id, record from runs where tenant_id = ? and environment_url = ? order by sequence desc limit 20')
      .all(tenantId, environmentUrl);
    return rows.map((row) => this.#read(row)).filter((run) => run !== undefined);
  }

  sharing({ id, startedBy, environment, facts }: SetupRun): SetupRun[] {
    return this.#database
      .prepare(
        `select id, record from runs where tenant_id = :tenant and id <> :id and (environment_url = :environment
           or record ->> '$.facts.application.objectId' = :application or record ->> '$.facts.serviceUser.objectId' = :user)
         order by sequence desc limit 100`,
      )
      .all({
        ':tenant': startedBy.tenantId,
        ':id': id,
        ':environment': environment?.url ?? null,
        ':application': facts.application?.objectId ?? null,
        ':user': facts.serviceUser?.objectId ?? null,
      })
      .flatMap((row) => this.#read(row) ?? []);
  }

  askedIn(conversationId: string): SetupRun | undefined {
    return this.#firstReadable(
      this.#database
        .prepare(
          `select id, record from runs where status = 'active' and exists (
             select 1 from json_each(record, '$.asks') where value ->> '$.conversationId' = ?)
           order by sequence desc`,
        )
        .iterate(conversationId),
    );
  }

  activeOf({ tenantId, objectId }: Pick<Person, 'tenantId' | 'objectId'>): SetupRun[] {
    return this.#database
      .prepare(
        `select id, record, tenant_id from runs where status = 'active' and lower(tenant_id) = lower(?1) and (lower(record ->> '$.startedBy.objectId') = lower(?2) or exists (
           select 1 from json_each(record, '$.asks') where lower(value ->> '$.person.objectId') = lower(?2)))`,
      )
      .all(tenantId, objectId)
      .flatMap((row) => this.#read(row) ?? []);
  }

  timesAsked(person: Pick<Person, 'tenantId' | 'objectId'>, since: string): number {
    return this.#around.audit.timesAsked(person, since);
  }

  signedIn(): SetupRun[] {
    return this.#database
      .prepare(
        `select id, record from runs where status = 'active' and (record ->> '$.signedIn' or exists (
           select 1 from json_each(record, '$.asks') where value ->> '$.signedIn'))`,
      )
      .all()
      .flatMap((row) => this.#read(row) ?? []);
  }

  isAsked({ tenantId, objectId }: Pick<Person, 'tenantId' | 'objectId'>): boolean {
    return Boolean(
      this.#database
        .prepare(
          `select 1 from runs where status = 'active' and lower(tenant_id) = lower(?) and exists (
             select 1 from json_each(record, '$.asks')
             where lower(value ->> '$.person.objectId') = lower(?) and value ->> '$.status' = 'open' and value ->> '$.signedIn')
           limit 1`,
        )
        .get(tenantId, objectId),
    );
  }

  setAsideUnreadable(conversationId: string): boolean {
    return transaction(this.#database, () => {
      const rows = this.#database.prepare(`select id, record, tenant_id from runs where conversation_id = ? and status = 'active'`).all(conversationId);
      const unreadable = rows.filter((row) => !this.#read(row));
      for (const { id, tenant_id: tenantId } of unreadable) this.#setAside(String(id), String(tenantId));
      return unreadable.length > 0;
    });
  }

  /** The record stays, for whoever can read it; nothing acts on it any more. */
  #setAside(runId: string, tenantId: string): void {
    const { audit, clock, secrets } = this.#around;
    this.#database.prepare(`update runs set status = 'unreadable' where id = ?`).run(runId);
    audit.append([{ at: clock.now().toISOString(), kind: 'setAside', tenantId, runId }]);
    secrets.destroyAllOf(runId);
    for (const table of ['jobs', 'environment_locks']) {
      this.#database.prepare(`delete from ${table} where run_id = ?`).run(runId);
    }
  }

  #firstReadable(rows: Iterable<Record<string, unknown>>): SetupRun | undefined {
    for (const row of rows) {
      const run = this.#read(row);
      if (run) return run;
    }
    return undefined;
  }

  /** A record of a newer version, or a damaged one, must not stop the conversation that it is of. */
  #read({ id, record }: Record<string, unknown>): SetupRun | undefined {
    try {
      return readStoredRun(JSON.parse(String(record)));
    } catch (error) {
      this.#around.log?.error({ err: error, runId: id }, 'The record of a setup cannot be read');
      return undefined;
    }
  }

  hasActive({ tenantId, objectId }: Pick<Person, 'tenantId' | 'objectId'>): boolean {
    return Boolean(
      this.#database
        .prepare(
          `select 1 from runs
           where status = 'active' and lower(tenant_id) = lower(?) and lower(record ->> '$.startedBy.objectId') = lower(?) limit 1`,
        )
        .get(tenantId, objectId),
    );
  }

  lockOf(run: SetupRun): EnvironmentLock | undefined {
    return this.#around.locks.heldAt(run, this.#around.clock.now());
  }

  releaseLockOf(runId: string): void {
    if (!this.load(runId)) this.#around.log?.error({ runId }, 'The lock of a setup that cannot be read was released');
    this.#around.locks.release(runId);
  }

  commit(commit: Commit): CommitResult {
    return transaction(this.#database, () => {
      const stored = this.#database.prepare('select id, version, record from runs where id = ?').get(commit.run.id);
      if (stored?.['version'] !== commit.run.version) return { kind: 'conflict' };
      const holder = this.#settleLock(commit);
      if (holder) return { kind: 'locked', lock: holder };
      const run = this.#update(commit.run);
      this.#moveJobs(commit);
      this.#note({ before: this.#read(stored), after: run, by: commit.by });
      if (commit.secretsUntil) this.#around.secrets.endBy(run.id, commit.secretsUntil);
      if (commit.destroySecrets) this.#around.secrets.destroyAllOf(run.id, commit.by);
      return { kind: 'written', run };
    });
  }

  #note(written: Omit<Written, 'now'>): void {
    this.#around.audit.append(entriesOf({ ...written, now: this.#around.clock.now().toISOString() }));
  }

  /** Answers with the lock that is in the way, if there is one. */
  #settleLock({ run, lock }: Commit): EnvironmentLock | undefined {
    const now = this.#around.clock.now();
    if (lock === 'release') this.#around.locks.release(run.id);
    const obstacle = lock === 'acquire' ? this.#around.locks.acquire(run, now) : undefined;
    if (!obstacle) this.#around.locks.refresh(run.id, now);
    return obstacle;
  }

  #update(read: SetupRun): SetupRun {
    const run = { ...read, version: read.version + 1 };
    this.#database
      .prepare(
        `update runs set version = :version, conversation_id = :conversation, status = :status,
           tenant_id = :tenant, environment_url = :environment, record = :record
         where id = :id`,
      )
      .run({ ...columns(run), ':version': run.version });
    return run;
  }

  #moveJobs({ run, job, enqueue = [] }: Commit): void {
    const { queue, clock } = this.#around;
    if (job?.to === 'applied') queue.applied(job.id);
    if (job?.to === 'queued') queue.requeue(job.id, job.notBefore);
    queue.add(run.id, enqueue, clock.now());
  }
}

function columns(run: SetupRun) {
  return {
    ':id': run.id,
    ':conversation': run.conversationId,
    ':status': run.status,
    ':tenant': run.startedBy.tenantId,
    ':environment': run.environment?.url ?? null,
    ':record': JSON.stringify(run),
  };
}
