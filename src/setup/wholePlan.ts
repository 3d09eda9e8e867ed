import { hashOf } from './planHash.ts';
import type { Change, SetupRun, StepId, StepState } from './run.ts';
import { stepsOf } from './sections.ts';
import { type Sentence, say } from './sentence.ts';
import { steps } from './steps/index.ts';
import { writeLeadRequest } from './steps/testLead.ts';

/** What one step that nobody has approved yet would change, as far as it can be said now. */
export interface Remaining {
  readonly stepId: StepId;
  readonly changes: readonly Change[];
  /** What the person must see before approving. */
  readonly notices: readonly Sentence[];
  /** It is asked for by itself when its turn comes, whatever was approved before. */
  readonly isAskedAlone: boolean;
}

/** Every change that nobody has approved yet, in order: of a planned step as it is planned, of a later one as it is foreseen. */
export function wholePlan(run: SetupRun): Remaining[] {
  const open = stepsOf(run).filter((id) => !['applying', 'done'].includes(run.steps[id].status));
  return open.map((stepId) => ({ stepId, ...planOf(run, stepId), isAskedAlone: (steps[stepId].isAskedAlone ?? false) || hasToTick(run.steps[stepId]) }));
}

function hasToTick(state: StepState): boolean {
  return state.status === 'planned' && state.plan.toTick !== undefined;
}

function planOf(run: SetupRun, stepId: StepId): Pick<Remaining, 'changes' | 'notices'> {
  const state = run.steps[stepId];
  if (state.status === 'planned') return { changes: state.plan.changes, notices: state.plan.notices };
  const changes = steps[stepId].foresee(run);
  const isProof = changes.some(({ request }) => request === writeLeadRequest);
  return { changes, notices: [...(steps[stepId].forewarns?.(run) ?? []), ...(isProof ? [say('keyAndProof.sideEffects')] : [])] };
}

/** What *Approve all* is bound to: everything that stands on the card with the whole plan. */
export function wholePlanHash(remaining: readonly Remaining[]): string {
  return hashOf(remaining);
}
