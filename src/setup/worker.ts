import { guarded, type InHand, type InHandParts, later, leaseEnd, takeInHand } from './work/inHand.ts';

/** One person's long import must not keep another person's plan waiting. */
const jobsAtOnce = 4;
const shortestSleepMs = 20;
const longestSleepMs = 30_000;
/** Each look at a store that is locked stops the whole process for a moment. */
const unusableSleepMs = 2000;

export type WorkerParts = InHandParts;

export interface Worker {
  start(): void;
  /** There may be something to do now. */
  wake(): void;
  /** Does everything that is due at the clock's present, one job after the other; resolves to how many jobs were done. */
  runDue(): Promise<number>;
  /** Takes no new job. Resolves when those in hand are finished, or have been handed back when that takes longer. */
  stop(withinMs: number): Promise<void>;
}

/**
 * Works jobs off, a few at a time: claimed under a lease, performed, told, finished. A job that was interrupted is
 * claimed again when its lease has run out, and goes on from what the run remembers.
 */
export function createWorker(parts: WorkerParts): Worker {
  const inHand = new Set<InHand>();
  let isStarted = false;
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;

  const take = (): boolean => {
    const job = inHand.size < jobsAtOnce && !isStopped ? parts.jobs.claim(nowIso(parts), leaseEnd(parts)) : undefined;
    if (!job) return false;
    const begun = takeInHand(parts, job);
    const ended = begun.ended.finally(() => {
      inHand.delete(doing);
      pump();
    });
    const doing = { ...begun, ended };
    inHand.add(doing);
    return true;
  };
  const untilNext = (): number => (inHand.size < jobsAtOnce ? sleepMs(parts) : longestSleepMs);
  const allEnded = async (): Promise<unknown> => Promise.all([...inHand].map(({ ended }) => ended));
  const pump = (): void => {
    if (!isStarted) return;
    clearTimeout(timer);
    // A store that is locked or full for a moment must not end the process: the next look is as good.
    const isUsable = guarded(parts, () => {
      tidy(parts);
      while (take());
    });
    timer = setTimeout(pump, isUsable ? untilNext() : unusableSleepMs);
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
      tidy(parts);
      do {
        while (take()) count += 1;
        await allEnded();
      } while (take() && (count += 1));
      tidy(parts);
      return count;
    },
    stop: async (withinMs) => {
      isStarted = false;
      isStopped = true;
      clearTimeout(timer);
      const callOff = later(parts, () => { for (const { handBack } of inHand) handBack(); }, withinMs);
      await allEnded();
      callOff();
    },
  };
}

function tidy(parts: WorkerParts): void {
  const backMs = parts.jobs.followClock(nowIso(parts));
  if (backMs > 0) parts.log.warn({ backMs }, 'The clock was set back, and what is due with it');
  parts.vault.destroyExpired(nowIso(parts));
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

function nowIso({ clock }: WorkerParts): string {
  return clock.now().toISOString();
}
