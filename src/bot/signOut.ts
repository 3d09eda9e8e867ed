import type { Log } from '../log.ts';
import type { JobStore, OpenJob, RunStore } from '../setup/ports/stores.ts';
import type { Person, SetupRun } from '../setup/run.ts';
import type { Setups } from '../setup/setups.ts';
import type { UserTokens } from './userTokens.ts';

export interface SignOutParts {
  readonly runs: Pick<RunStore, 'hasActive' | 'isAsked'>;
  readonly jobs: Pick<JobStore, 'openOf'>;
  readonly setups: Pick<Setups, 'askedSignedOut'>;
  readonly userTokens: Pick<UserTokens, 'signOut'>;
  readonly log: Log;
}

/**
 * A setup has ended, or the part of somebody who was asked has: the token service would keep their sign-in for ever. Nobody
 * waits for this. Where another setup of theirs or work still in hand needs the sign-in, the end of that comes here again.
 */
export function signOutAfter(parts: SignOutParts, run: SetupRun): void {
  if (run.status !== 'active') signOut(parts, run, run.startedBy);
  for (const ask of run.asks) {
    const isOver = ask.signedIn && (ask.status !== 'open' || run.status !== 'active');
    if (isOver && ask.person && signOut(parts, run, ask.person)) parts.setups.askedSignedOut(run.id, ask.id);
  }
}

/** Whether the sign-in is let go of. */
function signOut({ runs, jobs, userTokens, log }: SignOutParts, { id }: SetupRun, person: Person): boolean {
  if (runs.hasActive(person) || runs.isAsked(person) || jobs.openOf(person).some(actsForThem)) return false;
  userTokens.signOut(person).catch((error: unknown) => log.warn({ err: error, runId: id }, 'Nobody was signed out'));
  return true;
}

/** Of an ended setup only the removal of its key is still begun; a step that was in hand goes on to its next stop. */
function actsForThem({ task, state }: OpenJob): boolean {
  return task.kind === 'removeKey' || (task.kind === 'apply' && state === 'running');
}
