import { withStep } from '../advance.ts';
import { goOnAtOnce } from '../allAtOnce.ts';
import { withAsk } from '../asking.ts';
import { withDrift } from '../drift/checking.ts';
import { isBeingChecked } from '../drift/underWay.ts';
import { type Failure, SetupError, toFailure } from '../errors.ts';
import type { Job, Task } from '../ports/stores.ts';
import type { SetupRun, StepId, StepState } from '../run.ts';
import { failedUndo } from '../undo/goingOn.ts';
import type { UndoState } from '../undo/record.ts';
import { isUndoing, withUndo } from '../undo/underWay.ts';
import { notFound } from './findingPerson.ts';
import type { WorkParts } from './stepContext.ts';
import { failed } from './stepping.ts';
import { rewrite } from './writing.ts';

/** Work that never comes to an end must not look as if it were under way for ever: the card shows a failure that can be tried again. */
export function giveUp({ runs, clock }: Pick<WorkParts, 'runs' | 'clock'>, { id, runId, task }: Job, errorId: string): void {
  const failure = toFailure(new SetupError('E-INTERNAL'), errorId);
  const at = clock.now().toISOString();
  rewrite(runs, clock, runId, (run) => ({ run: withFailure(run, task, { failure, at }), job: { id, to: 'applied' } }));
}

interface Failed {
  readonly failure: Failure;
  readonly at: string;
}

function withFailure(run: SetupRun, task: Task, { failure, at }: Failed): SetupRun {
  const reading = { status: 'failed', at, failure } as const;
  switch (task.kind) {
    case 'discover':
      return run.discovery.status === 'reading' ? { ...run, discovery: reading } : run;
    case 'checkPrerequisites':
      return run.prerequisites.status === 'reading' ? { ...run, prerequisites: reading } : run;
    case 'plan':
    case 'apply':
      return goOnAtOnce({ run: withFailedStep(run, task.stepId, { failure, at }), enqueue: [] }, at).run;
    case 'findPerson':
      return run.asks.filter(({ status }) => status === 'searching').map((ask) => notFound(ask, failure)).reduce(withAsk, run);
    case 'check':
      return isBeingChecked(run) ? withDrift(run, reading) : run;
    case 'planUndo':
    case 'undo':
      return isUndoing(run) ? withUndo(run, afterFailedUndo(run.undo.state, { failure, at })) : run;
    case 'conceal':
    case 'removeKey':
    case 'redraw':
    case 'lookBack':
      // Nothing on a card waits for these.
      return run;
  }
}

function afterFailedUndo(state: UndoState, { failure, at }: Failed): UndoState {
  if (state.status === 'undoing') return failedUndo(state, { failure, at });
  return state.status === 'planning' ? { status: 'failed', at, failure } : state;
}

function withFailedStep(run: SetupRun, stepId: StepId, { failure, at }: Failed): SetupRun {
  const state = run.steps[stepId];
  return withStep(run, stepId, afterFailure(state, { failure, at }));
}

function afterFailure(state: StepState, { failure, at }: Failed): StepState {
  if (state.status === 'applying') return failed(state, failure, at);
  return state.status === 'planning' ? { status: 'failed', at, failure, ...(state.byHand && { byHand: true }) } : state;
}
