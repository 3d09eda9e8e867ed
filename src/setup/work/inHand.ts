import type { Job, JobStore, RunStore } from '../ports/stores.ts';
import type { Teller } from '../setups.ts';
import { giveUp } from './givingUp.ts';
import { JobLost, whileHeld } from './held.ts';
import { type Performed, perform } from './perform.ts';
import type { WorkParts } from './stepContext.ts';
import { noteNotTold, tell, tellLater } from './telling.ts';

/** How long a job may go without a sign of life before it is handed out again. */
const leaseMs = 20_000;
const renewEveryMs = 5_000;
/** Some ten minutes of trying. Coming back to a job that waits for Microsoft does not count. */
const mostAttempts = 30;
/** Longer than the requests of a job take together when each of them just comes back; what takes Microsoft long is waited for between jobs. */
const longestJobMs = 10 * 60_000;
/** Half an hour without any result. */
const mostHangs = 3;
/** Another build may be put in place that can read the record. */
const unreadableMs = 60_000;

export interface InHandParts extends WorkParts {
  readonly runs: WorkParts['runs'] & Pick<RunStore, 'isUnreadable'>;
  readonly vault: WorkParts['vault'] & { destroyExpired(now: string): void };
  readonly jobs: JobStore;
  readonly teller: Teller;
  /** Calls back once after that many milliseconds; answers with how to call it off. For tests; the process's own timers else. */
  readonly later?: (work: () => void, ms: number) => () => void;
}

/** A job that this worker has claimed. */
export interface InHand {
  /** Resolves when it is done, or was left to another worker. */
  readonly ended: Promise<void>;
  /** Leaves it to whoever comes next, at once; what its work here still leads to is not written. */
  readonly handBack: () => void;
}

interface Doing {
  readonly job: Job;
  readonly errorId: string;
  /** Left to another: what still fails here concerns nobody. */
  isLeft: boolean;
}

/** Does a job under its lease. Work that does not come back is left in the middle, as a process that died would leave it. */
export function takeInHand(parts: InHandParts, job: Job): InHand {
  const doing: Doing = { job, errorId: parts.ids.short(), isLeft: false };
  const { promise: left, resolve } = Promise.withResolvers<void>();
  const leave = (): void => {
    doing.isLeft = true;
    resolve();
  };
  const handBack = (): void => {
    guarded(parts, () => parts.jobs.handBack(job, parts.clock.now().toISOString()));
    leave();
  };
  const heartbeat = setInterval(() => guarded(parts, () => {
    if (parts.jobs.renew(job, leaseEnd(parts)) || doing.isLeft) return;
    noteLoss(parts, doing);
    leave();
  }), renewEveryMs);
  const callOff = later(parts, () => {
    noteHang(parts, doing);
    handBack();
  }, longestJobMs);
  const ended = Promise.race([doJob(parts, doing), left]).finally(() => {
    clearInterval(heartbeat);
    callOff();
  });
  return { ended, handBack };
}

export function later({ later: given = afterwards }: InHandParts, work: () => void, ms: number): () => void {
  return given(work, ms);
}

function afterwards(work: () => void, ms: number): () => void {
  const timer = setTimeout(work, ms).unref();
  return () => clearTimeout(timer);
}

/** A store that cannot be used for a moment must not end the process. Answers whether it could be. */
export function guarded({ log }: Pick<InHandParts, 'log'>, work: () => void): boolean {
  try {
    work();
    return true;
  } catch (error) {
    log.error({ err: error }, 'The job store could not be used');
    return false;
  }
}

export function leaseEnd({ clock }: Pick<InHandParts, 'clock'>): string {
  return new Date(clock.now().getTime() + leaseMs).toISOString();
}

/** Never throws: a job that failed in an unforeseen way keeps its lease and is tried again when that has run out. */
async function doJob(parts: InHandParts, doing: Doing): Promise<void> {
  const { job, errorId } = doing;
  try {
    const performed: Performed = job.state === 'applied' ? { kind: 'applied' } : await perform(whileHeld(parts, job), job, errorId);
    if (doing.isLeft) return;
    const told = performed.kind === 'nothing' ? { kind: 'told' } as const : await tell(parts, job);
    if (doing.isLeft) return;
    const telling = { job, about: aboutIt(doing) };
    if (told.kind === 'told') settle(parts, job, performed);
    else if (performed.kind === 'again') noteNotTold(parts, telling, told);
    else tellLater(parts, telling, told);
  } catch (error) {
    if (!doing.isLeft) giveUpOrKeep(parts, doing, error);
  }
}

/** Nothing can be done for a record that this build cannot read; its work stays for one that can. */
function settle({ runs, jobs, clock }: InHandParts, job: Job, { kind }: Performed): void {
  if (runs.isUnreadable(job.runId)) jobs.postpone(job, new Date(clock.now().getTime() + unreadableMs).toISOString());
  else if (kind !== 'again') jobs.finish(job);
}

/** One that failed in an unforeseen way is tried again when its lease has run out, for a while. */
function giveUpOrKeep(parts: InHandParts, doing: Doing, error: unknown): void {
  const { job } = doing;
  if (error instanceof JobLost) return noteLoss(parts, doing);
  const about = { ...aboutIt(doing), err: error };
  // What is done is done: it only has to be told.
  const isHopeless = job.state !== 'applied' && job.attempt >= mostAttempts;
  parts.log.error(about, isHopeless ? 'A job failed too often and is given up' : 'A job failed and will be tried again');
  if (isHopeless) guarded(parts, () => endIt(parts, doing));
}

function noteLoss({ log }: InHandParts, doing: Doing): void {
  log.warn(aboutIt(doing), 'A job was taken over while it was still worked at');
}

function noteHang(parts: InHandParts, doing: Doing): void {
  const isHopeless = doing.job.attempt >= mostHangs;
  parts.log.error(aboutIt(doing), isHopeless ? 'A job does not come back and is given up' : 'A job does not come back and is left to whoever takes it over');
  if (isHopeless) guarded(parts, () => endIt(parts, doing));
}

/** The person is told of it as of any other failure. */
function endIt(parts: InHandParts, { job, errorId }: Doing): void {
  giveUp(whileHeld(parts, job), job, errorId);
}

function aboutIt({ errorId, job: { runId, task, attempt } }: Doing): Record<string, unknown> {
  return { errorId, runId, task, attempt };
}
