import type { Job, JobStore } from './ports/stores.ts';
import type { Teller } from './setups.ts';
import { type Performed, perform } from './work/perform.ts';
import type { WorkParts } from './work/stepContext.ts';

/** How long a job may go without a sign of life before it is handed out again. */
const leaseMs = 20_000;
const renewEveryMs = 5_000;
/** One person's long import must not keep another person's plan waiting. */
const jobsAtOnce = 4;
/** Some ten minutes of trying. Coming back to a job that waits for Microsoft does not count. */
const mostAttempts = 30;
/** Another build may be put in place that can read the record. */
const unreadableMs = 60_000;
const shortestSleepMs = 20;
const longestSleepMs = 30_000;

export interface WorkerParts extends WorkParts {
  readonly jobs: JobStore;
  readonly teller: Teller;
}

export interface Worker {
  start(): void;
  /** There may be something to do now. */
  wake(): void;
  /** Does everything that is due at the clock's present, one job after the other; resolves to how many jobs were done. */
  runDue(): Promise<number>;
  /** Takes no new job; resolves when the one in hand is finished. */
  stop(): Promise<void>;
}

/**
 * Works jobs off, a few at a time: claimed under a lease, performed, told, finished. A job that was interrupted is
 * claimed again when its lease has run out, and goes on from what the run remembers.
 */
export function createWorker(parts: WorkerParts): Worker {
  const inHand = new Set<Promise<void>>();
  let isStarted = false;
  let timer: NodeJS.Timeout | undefined;

  const take = (): boolean => {
    const job = inHand.size < jobsAtOnce ? parts.jobs.claim(nowIso(parts), leaseEnd(parts)) : undefined;
    if (!job) return false;
    const doing = doJob(parts, job).finally(() => {
      inHand.delete(doing);
      pump();
    });
    inHand.add(doing);
    return true;
  };
  const pump = (): void => {
    if (!isStarted) return;
    clearTimeout(timer);
    // A store that is locked or full for a moment must not end the process: the next look is as good.
    guarded(parts, () => {
      parts.vault.destroyExpired(nowIso(parts));
      while (take());
    });
    timer = setTimeout(pump, inHand.size < jobsAtOnce ? sleepMs(parts) : longestSleepMs);
  };

  return {
    start: () => {
      isStarted = true;
      pump();
    },
    wake: () => {
      if (isStarted) setImmediate(pump);
    },
    runDue: async () => {
      let count = 0;
      do {
        while (take()) count += 1;
        await Promise.all(inHand);
      } while (take() && (count += 1));
      parts.vault.destroyExpired(nowIso(parts));
      return count;
    },
    stop: async () => {
      isStarted = false;
      clearTimeout(timer);
      await Promise.all(inHand);
    },
  };
}

function guarded({ log }: WorkerParts, work: () => void): void {
  try {
    work();
  } catch (error) {
    log.error({ err: error }, 'The job store could not be used');
  }
}

function sleepMs(parts: WorkerParts): number {
  const { jobs, clock } = parts;
  let due: string | undefined;
  guarded(parts, () => {
    due = jobs.nextDue();
  });
  if (!due) return longestSleepMs;
  return Math.min(longestSleepMs, Math.max(shortestSleepMs, Date.parse(due) - clock.now().getTime()));
}

/** Never throws: a job that failed in an unforeseen way keeps its lease and is tried again when that has run out. */
async function doJob(parts: WorkerParts, job: Job): Promise<void> {
  const errorId = parts.ids.short();
  const heartbeat = setInterval(() => guarded(parts, () => parts.jobs.renew(job.id, leaseEnd(parts))), renewEveryMs);
  try {
    const performed: Performed = job.state === 'applied' ? { kind: 'applied' } : await perform(parts, job, errorId);
    if (performed.kind !== 'nothing') await parts.teller.tell(job.runId);
    settle(parts, job, performed);
  } catch (error) {
    giveUpOrKeep(parts, job, { error, errorId });
  } finally {
    clearInterval(heartbeat);
  }
}

/** Nothing can be done for a record that this build cannot read; its work stays for one that can. */
function settle({ runs, jobs, clock }: WorkerParts, { id, runId }: Job, { kind }: Performed): void {
  if (runs.isUnreadable(runId)) jobs.postpone(id, new Date(clock.now().getTime() + unreadableMs).toISOString());
  else if (kind !== 'again') jobs.finish(id);
}

/** A person who has left the chat cannot be told, ever; `status` shows them the run when they are back. */
function giveUpOrKeep(parts: WorkerParts, job: Job, { error, errorId }: { error: unknown; errorId: string }): void {
  const isHopeless = job.attempt >= mostAttempts;
  const about = { errorId, runId: job.runId, task: job.task, attempt: job.attempt, err: error };
  parts.log.error(about, isHopeless ? 'A job failed too often and is given up' : 'A job failed and will be tried again');
  if (isHopeless) guarded(parts, () => parts.jobs.finish(job.id));
}

function nowIso({ clock }: WorkerParts): string {
  return clock.now().toISOString();
}

function leaseEnd({ clock }: WorkerParts): string {
  return new Date(clock.now().getTime() + leaseMs).toISOString();
}
