import { type SetupRun, type StepId, stepsOf } from '../run.ts';
import { type Decide, type Decision, refuse } from './decision.ts';

/** One choice back: to the ways of signing in, as long as nothing was approved, else to the environments, as long as no way was chosen. */
export const back: Decide = (run) => {
  if (run.path) return isUntouched(run) ? toPaths(run) : refuse('notice.tooLateToGoBack');
  return run.environment ? toEnvironments(run) : refuse('notice.nothingToGoBackTo');
};

function isUntouched(run: SetupRun): boolean {
  return run.journal.length === 0 && stepsOf(run).every((id) => !wasApproved(run, id));
}

function wasApproved({ steps }: SetupRun, id: StepId): boolean {
  const state = steps[id];
  return state.status === 'applying' || (state.status === 'done' && state.approvedBy !== undefined) || (state.status === 'failed' && state.approval !== undefined);
}

/** A plan that is still being made finds its step waiting, and is dropped. */
function toPaths({ path: _path, ...run }: SetupRun): Decision {
  const waiting = Object.fromEntries(stepsOf({ path: _path }).map((id) => [id, { status: 'waiting' as const }]));
  return { kind: 'move', run: { ...run, steps: { ...run.steps, ...waiting } } };
}

function toEnvironments({ environment: _environment, facts: { directory: _directory, administrator: _administrator, ...facts }, ...run }: SetupRun): Decision {
  return { kind: 'move', run: { ...run, facts, checks: [], prerequisites: { status: 'waiting' } } };
}
