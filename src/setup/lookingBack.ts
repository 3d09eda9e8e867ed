import { withNobodyNamed, withdrawn } from './asking.ts';
import { withStep } from './advance.ts';
import { isBeingChecked } from './drift/underWay.ts';
import type { Commit } from './ports/stores.ts';
import type { SetupRun, StepId } from './run.ts';
import { provingStep, stepsOf } from './sections.ts';
import { say } from './sentence.ts';
import { steps } from './steps/index.ts';

/** What was done so recently is taken to be so still. */
const freshMs = 10 * 60_000;

/** Whether what was done should be compared with the tenant again, for somebody who comes back to a setup. */
export function lookBackIsDue(run: SetupRun, now: string): boolean {
  const seen = [run.lookedBackAt, ...doneSteps(run).map((id) => doneAt(run, id))].filter((at) => at !== undefined);
  const last = Math.max(...seen.map((at) => Date.parse(at)));
  return run.status === 'active' && !run.undo && doneSteps(run).length > 0 && !isAtWork(run) && Date.parse(now) - last > freshMs;
}

function doneAt({ steps: states }: SetupRun, id: StepId): string | undefined {
  const state = states[id];
  return state.status === 'done' ? state.at : undefined;
}

export function doneSteps(run: SetupRun): StepId[] {
  return run.path ? stepsOf(run).filter((id) => run.steps[id].status === 'done') : [];
}

/** Nothing is compared while it is being changed. */
export function isAtWork(run: SetupRun): boolean {
  return isBeingChecked(run) || stepsOf(run).some((id) => ['applying', 'planning'].includes(run.steps[id].status));
}

/** The first step that is not done any more is planned anew, with a notice; whatever builds on it waits. */
export function withLost(run: SetupRun, lost: readonly StepId[], at: string): Commit {
  const [first, ...others] = lost;
  const looked: SetupRun = { ...run, lookedBackAt: at };
  if (!first) return { run: looked };
  const later = [...new Set([...others, ...stepsOf(run).filter((id) => buildsOn(id, lost))])].filter((id) => id !== first);
  const waiting = later.reduce((moved, id) => withStep(moved, id, { status: 'waiting' }), looked);
  const planning = withStep(waiting, first, { status: 'planning', since: at, notice: say(`notice.undone.${first}`) });
  const unasked = withdrawn(planning, ({ about }) => about === first || later.some((id) => id === about));
  const isUnproven = [first, ...later].includes(provingStep(run));
  return {
    run: isUnproven ? { ...withNobodyNamed(unasked), handover: {} } : unasked,
    enqueue: [{ task: { kind: 'plan', stepId: first } }],
    ...(isUnproven && { destroySecrets: true }),
  };
}

function buildsOn(id: StepId, lost: readonly StepId[]): boolean {
  return steps[id].needs.some((needed) => lost.includes(needed) || buildsOn(needed, lost));
}
