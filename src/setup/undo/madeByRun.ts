import type { SetupRun, StepId } from '../run.ts';
import type { UndoContext } from './reversal.ts';
import { isUndone } from './underWay.ts';

/** Whether this setup has sent this change, and it was not refused: what may have been made counts as made. */
export function hasSent({ journal }: SetupRun, request: string, stepId?: StepId): boolean {
  return journal.some((entry) => entry.request === request && (!stepId || entry.stepId === stepId) && entry.outcome?.result !== 'refused');
}

/** A setup that uses this too: under way or finished, and not taken back. One that was stopped uses nothing. */
export function otherUser(context: UndoContext, uses: (run: SetupRun) => boolean): SetupRun | undefined {
  return context.otherRuns().find((run) => run.status !== 'cancelled' && !isUndone(run) && uses(run));
}
