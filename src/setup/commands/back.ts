import { withoutAllAtOnce } from '../allAtOnce.ts';
import { isUnderWay, withdrawn } from '../asking.ts';
import type { SetupRun, StepId } from '../run.ts';
import { stepsOf } from '../sections.ts';
import { redraw } from './ask.ts';
import { type Decide, type Decision, refuse } from './decision.ts';

/** One choice back: to the ways of signing in, as long as nothing was approved, else to the environments, as long as no way was chosen. */
export const back: Decide = (run) => {
  if (run.path) return isUntouched(run) ? turnedAway(toPaths(run)) : refuse('notice.tooLateToGoBack');
  return run.environment ? turnedAway(toEnvironments(run)) : refuse('notice.nothingToGoBackTo');
};

/** What others were asked, and what was approved for all at once, was for what was seen then; and the environment is free again. */
function turnedAway(run: SetupRun): Decision {
  return { kind: 'move', run: withdrawn(withoutAllAtOnce(run)), lock: 'release', ...(run.asks.some(isUnderWay) && { enqueue: redraw }) };
}

function isUntouched(run: SetupRun): boolean {
  return run.journal.length === 0 && stepsOf(run).every((id) => !wasApproved(run, id));
}

function wasApproved({ steps }: SetupRun, id: StepId): boolean {
  const state = steps[id];
  return state.status === 'applying' || (state.status === 'done' && state.approvedBy !== undefined) || (state.status === 'failed' && state.approval !== undefined);
}

/** A plan that is still being made finds its step waiting, and is dropped. */
function toPaths({ path: _path, ...run }: SetupRun): SetupRun {
  const waiting = Object.fromEntries(stepsOf({ path: _path }).map((id) => [id, { status: 'waiting' as const }]));
  return { ...run, steps: { ...run.steps, ...waiting } };
}

/** Whatever is known was read in that environment; nothing was made yet. */
function toEnvironments({ environment: _environment, ...run }: SetupRun): SetupRun {
  return { ...run, facts: {}, checks: [], prerequisites: { status: 'waiting' } };
}
