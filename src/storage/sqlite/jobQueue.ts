import type { DatabaseSync } from 'node:sqlite';

import { z } from 'zod';

import type { HeldJob, Job, JobStore, NewJob, OpenJob } from '../../setup/ports/stores.ts';
import type { Ids } from '../../setup/ports/tools.ts';
import { type Person, stepIdSchema } from '../../setup/run.ts';
import { briefly, transaction } from './database.ts';
import { followClock } from './seenClock.ts';

const taskSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(['discover', 'checkPrerequisites', 'conceal', 'removeKey', 'findPerson', 'redraw', 'lookBack', 'check', 'planUndo', 'undo']) }),
  z.object({ kind: z.enum(['plan', 'apply']), stepId: stepIdSchema }),
]);
const rowSchema = z.object({
  id: z.string(),
  run_id: z.string(),
  task: z.string(),
  state: z.enum(['queued', 'running', 'applied']),
  attempt: z.number(),
  lease: z.number(),
});
const openRowSchema = z.object({ task: z.string(), state: z.enum(['queued', 'running']) });

/** A job of the same run and task that somebody is working on: until its lease runs out, this one waits. */
const twins = `jobs as twin where twin.run_id = jobs.run_id and twin.task = jobs.task and twin.id <> jobs.id`;

/** What has been done and is to be told may be put off too. */
const dueAt = `iif(state = 'queued', not_before, max(coalesce(leased_until, 0), iif(state = 'applied', not_before, 0)))`;

/** Jobs with leases: at least once, and never two of one run and task at the same time. What the worker does again and again, or may leave to a lease that runs out, waits for no other process. */
export class JobQueue implements JobStore {
  readonly #database: DatabaseSync;
  readonly #ids: Ids;

  constructor(database: DatabaseSync, ids: Ids) {
    this.#database = database;
    this.#ids = ids;
  }

  claim(now: string, leaseUntil: string): Job | undefined {
    const claiming = this.#database.prepare(
      `update jobs set
         state = iif(state = 'queued', 'running', state), attempt = attempt + 1, leased_until = :leaseUntil, lease = lease + 1
       where id = (
         select id from jobs
         where ${dueAt} <= :now
           and not exists (select 1 from ${twins} and twin.leased_until > :now)
         order by not_before, sequence limit 1)
       returning id, run_id, task, state, attempt, lease`,
    );
    const row = briefly(this.#database, () => claiming.get({ ':now': Date.parse(now), ':leaseUntil': Date.parse(leaseUntil) }));
    return row && jobOf(row);
  }

  followClock(now: string): number {
    return briefly(this.#database, () => followClock(this.#database, Date.parse(now)));
  }

  renew({ id, lease }: HeldJob, leaseUntil: string): boolean {
    const renewing = this.#database.prepare(`update jobs set leased_until = ? where id = ? and lease = ? and state <> 'queued'`);
    const { changes } = briefly(this.#database, () => renewing.run(Date.parse(leaseUntil), id, lease));
    return Number(changes) > 0;
  }

  whileHeld<T>({ id, lease }: HeldJob, write: () => T): { kind: 'written'; result: T } | { kind: 'lost' } {
    return transaction(this.#database, () => {
      const isHeld = this.#database.prepare('select 1 from jobs where id = ? and lease = ?').get(id, lease);
      return isHeld ? { kind: 'written', result: write() } : { kind: 'lost' };
    });
  }

  finish({ id, lease }: HeldJob): void {
    this.#database.prepare('delete from jobs where id = ? and lease = ?').run(id, lease);
  }

  postpone({ id, lease }: HeldJob, until: string): void {
    this.#database
      .prepare(
        `update jobs set state = iif(state = 'running', 'queued', state), not_before = :until,
           leased_until = iif(state = 'applied', :until, null), attempt = 0 where id = :id and lease = :lease`,
      )
      .run({ ':id': id, ':lease': lease, ':until': Date.parse(until) });
  }

  putOffTelling({ id, lease }: HeldJob, until: string): void {
    this.#database
      .prepare(`update jobs set not_before = ?, leased_until = null where id = ? and lease = ? and state = 'applied'`)
      .run(Date.parse(until), id, lease);
  }

  handBack({ id, lease }: HeldJob, now: string): void {
    const handingBack = this.#database.prepare(
      `update jobs set state = iif(state = 'running', 'queued', state), not_before = min(not_before, :now),
         leased_until = null, lease = lease + 1 where id = :id and lease = :lease`,
    );
    briefly(this.#database, () => handingBack.run({ ':id': id, ':lease': lease, ':now': Date.parse(now) }));
  }

  openOf({ tenantId, objectId }: Pick<Person, 'tenantId' | 'objectId'>): OpenJob[] {
    return this.#database
      .prepare(
        `select task, state from jobs join runs on runs.id = jobs.run_id
         where state <> 'applied' and lower(tenant_id) = lower(?1) and (lower(record ->> '$.startedBy.objectId') = lower(?2) or exists (
           select 1 from json_each(record, '$.asks') where lower(value ->> '$.person.objectId') = lower(?2)))`,
      )
      .all(tenantId, objectId)
      .map((row) => openRowSchema.parse(row))
      .map(({ task, state }) => ({ task: taskSchema.parse(JSON.parse(task)), state }));
  }

  nextDue(): string | undefined {
    const due = this.#database
      .prepare(
        `select min(max(
           ${dueAt},
           coalesce((select max(twin.leased_until) from ${twins}), 0))) as due
         from jobs`,
      )
      .get()?.['due'];
    return typeof due === 'number' ? new Date(due).toISOString() : undefined;
  }

  /**
   * An identical job that still waits its turn is not doubled, it becomes due at the earlier instant.
   * One that is already being worked on does not count: it may have read the run before this decision.
   */
  add(runId: string, jobs: readonly NewJob[], now: Date): void {
    for (const job of jobs) {
      const notBefore = job.notBefore ? Date.parse(job.notBefore) : now.getTime();
      if (!this.#bringForward(runId, job, notBefore)) this.#insert(runId, job, notBefore);
    }
  }

  /** Its work is written into the run; what is left is telling the person. The lease stays with whoever did it. */
  applied(jobId: string): void {
    this.#database.prepare(`update jobs set state = 'applied', attempt = 0 where id = ?`).run(jobId);
  }

  requeue(jobId: string, notBefore: string): void {
    this.#database
      .prepare(`update jobs set state = 'queued', not_before = ?, leased_until = null, attempt = 0 where id = ?`)
      .run(Date.parse(notBefore), jobId);
  }

  #bringForward(runId: string, job: NewJob, notBefore: number): boolean {
    const { changes } = this.#database
      .prepare(
        `update jobs set not_before = min(not_before, ?) where run_id = ? and task = ? and state = 'queued'`,
      )
      .run(notBefore, runId, JSON.stringify(taskSchema.parse(job.task)));
    return Number(changes) > 0;
  }

  #insert(runId: string, job: NewJob, notBefore: number): void {
    this.#database
      .prepare(`insert into jobs (id, run_id, task, state, not_before) values (?, ?, ?, 'queued', ?)`)
      .run(this.#ids.short(), runId, JSON.stringify(taskSchema.parse(job.task)), notBefore);
  }
}

function jobOf(row: Record<string, unknown>): Job {
  const { run_id: runId, task, ...rest } = rowSchema.parse(row);
  return { ...rest, runId, task: taskSchema.parse(JSON.parse(task)) };
}
