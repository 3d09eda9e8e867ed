import { hashOf } from './planHash.ts';
import { type Change, type SetupRun, type StepId, stepsOf } from './run.ts';
import { steps } from './steps/index.ts';

/** What one step that nobody has approved yet would change, as far as it can be said now. */
export interface Remaining {
  readonly stepId: StepId;
  readonly changes: readonly Change[];
  /** It is asked for by itself when its turn comes, whatever was approved before. */
  readonly isAskedAlone: boolean;
}

/** Every change that nobody has approved yet, in order: of a planned step as it is planned, of a later one as it is foreseen. */
export function wholePlan(run: SetupRun): Remaining[] {
  const open = stepsOf(run).filter((id) => !['applying', 'done'].includes(run.steps[id].status));
  return open.map((stepId) => ({ stepId, changes: changesOf(run, stepId), isAskedAlone: steps[stepId].isAskedAlone ?? false }));
}

function changesOf(run: SetupRun, stepId: StepId): readonly Change[] {
  const state = run.steps[stepId];
  return state.status === 'planned' ? state.plan.changes : steps[stepId].foresee(run);
}

/** What *Approve all* is bound to: everything that stands on the card with the whole plan. */
export function wholePlanHash(remaining: readonly Remaining[]): string {
  return hashOf(remaining);
}
