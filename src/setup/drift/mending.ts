import { type Advanced, advance } from '../advance.ts';
import { withNobodyNamed, withdrawn } from '../asking.ts';
import type { SetupRun, StepId } from '../run.ts';
import { provingStep, stepsOf } from '../sections.ts';
import { say } from '../sentence.ts';
import { steps } from '../steps/index.ts';
import { readAgain, withoutWishes } from './checking.ts';
import { isBeingChecked } from './underWay.ts';

/**
 * The setup is under way again with these steps to be planned anew, and those that build on them. A working key or password is
 * left alone by that: another one is made only where it is itself among them. Nothing is read before the person has signed in.
 */
export function withMending(run: SetupRun, differing: readonly StepId[], at: string): SetupRun {
  const anew = stepsOf(run).filter((id) => differing.includes(id) || (id !== provingStep(run) && buildsOn(id, differing)));
  const isUnproven = anew.includes(provingStep(run));
  const { drift: _seen, lookedBackAt: _looked, ...rest } = withoutWishes(withdrawn(run));
  const mended: SetupRun = {
    ...rest,
    status: 'active',
    signedIn: false,
    steps: { ...run.steps, ...Object.fromEntries(anew.map((id) => [id, { status: 'waiting' }])) },
    mending: { since: at, steps: only(run.steps, anew), handover: run.handover, ...(run.facts.key?.keyId && { keyId: run.facts.key.keyId }) },
  };
  return isUnproven ? { ...withNobodyNamed(mended), handover: {} } : mended;
}

function buildsOn(id: StepId, differing: readonly StepId[]): boolean {
  return steps[id].needs.some((needed) => differing.includes(needed) || buildsOn(needed, differing));
}

function only(states: SetupRun['steps'], ids: readonly StepId[]): Partial<SetupRun['steps']> {
  return Object.fromEntries(ids.map((id) => [id, states[id]]));
}

/** Whoever checks or puts right has signed in: it begins. Again, it changes nothing. */
export function begunSignedIn(run: SetupRun, at: string): Advanced {
  if (isBeingChecked(run)) return readAgain(run, at);
  if (!run.mending) return { run, enqueue: [] };
  const { run: advanced, enqueue } = advance(run, at);
  return { run: enqueue.reduce((moved, { task }) => (task.kind === 'plan' ? withReason(moved, task.stepId) : moved), advanced), enqueue };
}

/** Why it is asked again, where that is known to differ. */
function withReason(run: SetupRun, id: StepId): SetupRun {
  const state = run.steps[id];
  if (state.status !== 'planning') return run;
  return { ...run, steps: { ...run.steps, [id]: { ...state, notice: say(`notice.undone.${id}`) } } };
}

/** Everything is done again, and nothing has to be handed over: it is checked, which ends it. */
export function endOfMending(run: SetupRun, at: string): Advanced | undefined {
  const isDone = stepsOf(run).every((id) => run.steps[id].status === 'done');
  if (run.status !== 'active' || !run.mending || !isDone || run.handover.enteredAt === undefined) return undefined;
  const { mending: _over, ...rest } = run;
  return { run: { ...rest, drift: { status: 'reading', since: at } }, enqueue: [{ task: { kind: 'check' } }] };
}

/** Whoever stops a check, or the putting right, has a finished setup as before; what was put right until then stays so. */
export function putBack({ mending, drift: _seen, ...run }: SetupRun): SetupRun {
  const open = Object.fromEntries(Object.entries(mending?.steps ?? {}).filter(([id]) => isOpen(run, id)));
  return { ...withdrawn(run), facts: withUnusedKey(run.facts, mending), status: 'finished', steps: { ...run.steps, ...open }, handover: mending?.handover ?? run.handover };
}

/** What was handed over was another key. */
function withUnusedKey(facts: SetupRun['facts'], mending: SetupRun['mending']): SetupRun['facts'] {
  const { key } = facts;
  return mending && key && !key.isByHand && key.keyId !== mending.keyId ? { ...facts, key: { ...key, isUnused: true } } : facts;
}

function isOpen(run: Pick<SetupRun, 'steps' | 'path'>, id: string): boolean {
  return stepsOf(run).some((stepId) => stepId === id && run.steps[stepId].status !== 'done');
}

/** A key that was made since it was first finished, and that nobody has entered anywhere: it may go. */
export function isNewKey({ mending, facts }: SetupRun): boolean {
  return !mending || facts.key?.keyId !== mending.keyId;
}
