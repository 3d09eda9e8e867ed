import type { Job, JobStore } from '../ports/stores.ts';
import type { Clock } from '../ports/tools.ts';
import type { Teller, Told } from '../setups.ts';
import type { WorkParts } from './stepContext.ts';

/** The channel may be away for a night: pauses that grow up to ten minutes, for a good day. */
const firstPauseMs = 20_000;
const longestPauseMs = 10 * 60_000;
const mostTries = 150;
/** Ten minutes of pauses: what the channel says of somebody who is there may be a mistake of the moment. */
const mostTriesGone = 5;

export interface TellingParts extends Pick<WorkParts, 'log'> {
  readonly jobs: Pick<JobStore, 'finish' | 'putOffTelling'>;
  readonly teller: Teller;
  readonly clock: Clock;
}

export interface Telling {
  readonly job: Job;
  /** Goes into the log. */
  readonly about: Readonly<Record<string, unknown>>;
}

type NotTold = Exclude<Told, { kind: 'told' }> | { readonly kind: 'failed'; readonly error: unknown };

/** Never throws for what the channel does: that is an outcome too. */
export async function tell({ teller }: TellingParts, { runId }: Job): Promise<Told | NotTold> {
  try {
    return await teller.tell(runId);
  } catch (error) {
    return { kind: 'failed', error };
  }
}

/** Work that goes on tells anew when it comes back. */
export function noteNotTold({ log }: TellingParts, { about }: Telling, notTold: NotTold): void {
  log.warn({ ...about, ...detailOf(notTold) }, 'The person is told later');
}

/** What has ended is told when the channel takes it, never before. Whoever has left the chat cannot be told, ever; `status` shows them the run when they are back. */
export function tellLater(parts: TellingParts, telling: Telling, notTold: NotTold): void {
  const { jobs, log, clock } = parts;
  const { job, about } = telling;
  const tries = job.state === 'applied' ? job.attempt : 0;
  if (tries >= (notTold.kind === 'gone' ? mostTriesGone : mostTries)) {
    log.error({ ...about, ...detailOf(notTold) }, notTold.kind === 'gone' ? 'The person has left the chat and is not told' : 'The person could not be told for a day, and is not told any more');
    return jobs.finish(job);
  }
  noteNotTold(parts, telling, notTold);
  jobs.putOffTelling(job, new Date(clock.now().getTime() + pauseMs(notTold, tries)).toISOString());
}

function pauseMs(notTold: NotTold, tries: number): number {
  const grown = Math.min(longestPauseMs, firstPauseMs * 2 ** tries);
  return notTold.kind === 'notNow' ? Math.max(grown, notTold.forMs) : grown;
}

function detailOf(notTold: NotTold): Record<string, unknown> {
  return notTold.kind === 'notNow' ? { forMs: notTold.forMs } : { err: notTold.error };
}
