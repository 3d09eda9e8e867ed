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
  /** Drops the tokens that are kept in memory. */
  readonly forgetTokens: (person: Person) => void;
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
function signOut(parts: SignOutParts, { id }: SetupRun, person: Person): boolean {
  const { runs, jobs, log } = parts;
  if (runs.hasActive(person) || runs.isAsked(person) || jobs.openOf(person).some(actsForThem)) return false;
  letGoOf(parts, person).catch((error: unknown) => log.warn({ err: error, runId: id }, 'Nobody was signed out'));
  return true;
}

/** Nothing of this person's is left by which the bot could act: neither sign-ins of either kind nor tokens. Rejects where the channel's token service could not be told. */
export async function letGoOf({ userTokens, forgetTokens }: Pick<SignOutParts, 'userTokens' | 'forgetTokens'>, person: Person): Promise<void> {
  forgetTokens(person);
  await userTokens.signOut(person);
}

/** Of an ended setup only the removal of its key is still begun; a step that was in hand goes on to its next stop. */
export function actsForThem({ task, state }: OpenJob): boolean {
  return task.kind === 'removeKey' || ((task.kind === 'apply' || task.kind === 'undo') && state === 'running');
}
