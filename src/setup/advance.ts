import { settleAsks } from './asking.ts';
import type { NewJob } from './ports/stores.ts';
import type { SetupRun, StepId, StepState } from './run.ts';
import { stepsOf } from './sections.ts';
import { steps } from './steps/index.ts';

/** A run and the work that has to be done for it. */
export interface Advanced {
  readonly run: SetupRun;
  readonly enqueue: readonly NewJob[];
}

/**
 * Lets every step that can now be planned be planned: the path is chosen, the step before has been approved, and what
 * it needs is done; nobody is waited for about a step that is done. Pure; nothing moves in a run that has ended.
 */
export function advance(before: SetupRun, now: string): Advanced {
  const run = settleAsks(before);
  if (run.status !== 'active' || run.undo || !run.path) return { run, enqueue: [] };
  const ready = stepsOf(run).filter((id) => canBePlanned(run, id));
  return {
    run: ready.reduce((moved, id) => withStep(moved, id, { status: 'planning', since: now }), run),
    enqueue: ready.map((stepId) => ({ task: { kind: 'plan', stepId } })),
  };
}

function canBePlanned(run: SetupRun, id: StepId): boolean {
  const before = stepsOf(run)[stepsOf(run).indexOf(id) - 1];
  return (
    run.steps[id].status === 'waiting' &&
    (!before || ['applying', 'done'].includes(run.steps[before].status)) &&
    steps[id].needs.every((needed) => run.steps[needed].status === 'done')
  );
}

/** Planned again; why it is asked again goes on until a plan has said it. */
export function planningAgain(state: StepState, since: string): StepState & { status: 'planning' } {
  const notice = state.status === 'failed' || state.status === 'blocked' ? state.notice : undefined;
  return { status: 'planning', since, ...(notice && { notice }) };
}

export function withStep<Id extends StepId>(run: SetupRun, id: Id, state: SetupRun['steps'][Id]): SetupRun {
  return { ...run, steps: { ...run.steps, [id]: state } };
}
