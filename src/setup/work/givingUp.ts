import { withStep } from '../advance.ts';
import { goOnAtOnce } from '../allAtOnce.ts';
import { type Failure, SetupError, toFailure } from '../errors.ts';
import type { Job, Task } from '../ports/stores.ts';
import type { SetupRun, StepId, StepState } from '../run.ts';
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
    default:
      return run;
  }
}

function withFailedStep(run: SetupRun, stepId: StepId, { failure, at }: Failed): SetupRun {
  const state = run.steps[stepId];
  return withStep(run, stepId, afterFailure(state, { failure, at }));
}

function afterFailure(state: StepState, { failure, at }: Failed): StepState {
  if (state.status === 'applying') return failed(state, failure, at);
  return state.status === 'planning' ? { status: 'failed', at, failure, ...(state.byHand && { byHand: true }) } : state;
}
