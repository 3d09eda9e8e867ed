import type { Log } from '../log.ts';
import type { JobStore, OpenJob, RunStore } from '../setup/ports/stores.ts';
import type { SetupRun } from '../setup/run.ts';
import type { UserTokens } from './userTokens.ts';

export interface SignOutParts {
  readonly runs: Pick<RunStore, 'hasActive'>;
  readonly jobs: Pick<JobStore, 'openOf'>;
  readonly userTokens: Pick<UserTokens, 'signOut'>;
  readonly log: Log;
}

/**
 * A setup has ended: the token service would keep its person's sign-in for ever. Nobody waits for this. Where another setup
 * of theirs or work still in hand needs the sign-in, the end of that comes here again.
 */
export function signOutAfter({ runs, jobs, userTokens, log }: SignOutParts, { id, startedBy }: SetupRun): void {
  if (runs.hasActive(startedBy) || jobs.openOf(startedBy).some(actsForThem)) return;
  userTokens.signOut(startedBy).catch((error: unknown) => log.warn({ err: error, runId: id }, 'Nobody was signed out'));
}

/** Of an ended setup only the removal of its key is still begun; a step that was in hand goes on to its next stop. */
function actsForThem({ task, state }: OpenJob): boolean {
  return task.kind === 'removeKey' || (task.kind === 'apply' && state === 'running');
}
