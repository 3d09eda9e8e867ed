import { accountOf, sameAccount, withAccountOf } from '../actingAs.ts';
import { withoutAllAtOnce } from '../allAtOnce.ts';
import { actorOf, askOf, samePerson, withAsk } from '../asking.ts';
import { planningAgain, withStep } from '../advance.ts';
import { readAgain } from '../drift/checking.ts';
import { begunSignedIn } from '../drift/mending.ts';
import { isBeingChecked } from '../drift/underWay.ts';
import { isBegun } from '../goingOn.ts';
import type { NewJob } from '../ports/stores.ts';
import type { Account, Ask, Person, SetupRun, StepId, StepState } from '../run.ts';
import { stepsOf } from '../sections.ts';
import { say } from '../sentence.ts';
import { plannedAnew as undoPlannedAnew } from '../undo/goingOn.ts';
import { isUndoing } from '../undo/underWay.ts';
import { redraw } from './ask.ts';
import { type Decide, type Decision, type DecisionContext, refuse } from './decision.ts';

/** Whose account is meant: that of whoever was asked by this, or of whoever began the setup. */
export type Whose = Ask | undefined;

/** *Use my admin account*: what that means, and where to sign in. Changes nothing: the code that is typed afterwards does. */
export const actAs: Decide = (run, context) => {
  const whose = whoseOf(run, context);
  const { actingAs } = personOf(run, whose);
  if (isAtWork(run, personOf(run, whose))) return refuse('notice.actAsLater');
  return { kind: 'question', question: { kind: 'actAs', ...(whose && { askId: whose.id }), ...(actingAs && { account: actingAs.name }) } };
};

/** *Use my own account again*. */
export const actAsMyself: Decide = (run, context) => {
  const whose = whoseOf(run, context);
  return personOf(run, whose).actingAs ? withAccount(run, { whose, account: undefined, now: context.now }) : refuse('notice.actAsAlreadyMyself');
};

/**
 * From here on this account's rights are used: what was read and planned with others is read and planned anew, and nothing
 * that was approved for all at once goes on. What was approved and begun is gone on with when they say so.
 */
export function withAccount(run: SetupRun, { whose, account, now }: { whose: Whose; account: Account | undefined; now: string }): Decision {
  const before = personOf(run, whose);
  const person = withAccountOf(before, account);
  if (isAtWork(run, before)) return refuse('notice.actAsLater');
  if (sameAccount(before, person)) return refuse('notice.actAsSame', { name: accountOf(person).name });
  return whose ? forAsked(run, { ask: { ...whose, person, signedIn: true, signedInAt: now }, now }) : forStarter({ ...signedInAgain(run, now), startedBy: person }, now);
}

function whoseOf(run: SetupRun, { command: { actor, conversationId, data } }: DecisionContext): Whose {
  if (samePerson(run.startedBy, actor)) return undefined;
  return askOf(run, { person: actor, conversationId, about: data.about ?? data.stepId });
}

function personOf(run: SetupRun, whose: Whose): Person {
  return whose?.person ?? run.startedBy;
}

/** What is being changed in the name of one account is not finished in that of another. */
function isAtWork(run: SetupRun, person: Person): boolean {
  // A setup may have been stopped in the middle of a step: what it makes is taken back now, and nothing is made.
  if (isUndoing(run)) return run.undo.state.status === 'undoing';
  return stepsOf(run).some((id) => {
    const state = run.steps[id];
    return state.status === 'applying' && samePerson(state.approvedBy, person);
  });
}

function forAsked(run: SetupRun, { ask, now }: { ask: Ask; now: string }): Decision {
  const known = withAsk(run, ask);
  const planned = plannedAnew(known, ask.about === 'partnerCenter' ? [] : [ask.about], now);
  return { kind: 'move', run: planned.run, enqueue: [...planned.enqueue, ...redraw] };
}

/** The browser has brought a sign-in. */
function signedInAgain({ signedOutAt: _wish, signInEndedAt: _end, ...run }: SetupRun, now: string): SetupRun {
  return { ...run, signedIn: true, signedInAt: now };
}

function forStarter(before: SetupRun, now: string): Decision {
  if (isUndoing(before)) return { kind: 'move', ...undoPlannedAnew(before, now) };
  if (isBeingChecked(before)) return { kind: 'move', ...readAgain(before, now) };
  const run = withoutAllAtOnce(before);
  if (!run.environment) return { kind: 'move', run: { ...run, offered: [], discovery: { status: 'reading', since: now } }, enqueue: [{ task: { kind: 'discover' } }] };
  const theirs = stepsOf(run).filter((id) => samePerson(actorOf(run, id), run.startedBy));
  const planned = plannedAnew(run, run.path ? theirs : [], now);
  const begun = begunSignedIn(planned.run, now);
  return {
    kind: 'move',
    run: { ...begun.run, prerequisites: { status: 'reading', since: now } },
    enqueue: [{ task: { kind: 'checkPrerequisites' } }, ...planned.enqueue, ...begun.enqueue],
  };
}

function plannedAnew(run: SetupRun, steps: readonly StepId[], now: string): { run: SetupRun; enqueue: NewJob[] } {
  const due = steps.filter((id) => isToBePlanned(run, id));
  return {
    run: due.reduce((moved, id) => withStep(moved, id, planning(moved.steps[id], now)), run),
    enqueue: due.map((stepId) => ({ task: { kind: 'plan', stepId } })),
  };
}

function isToBePlanned(run: SetupRun, id: StepId): boolean {
  return ['planning', 'planned', 'blocked', 'failed'].includes(run.steps[id].status) && !isBegun(run, id);
}

function planning(state: StepState, since: string): StepState & { status: 'planning' } {
  if (state.status === 'planning') return state;
  const isByHand = state.status === 'failed' && state.byHand;
  return { ...planningAgain(state, since), ...(state.status === 'planned' && { notice: say('notice.accountChanged') }), ...(isByHand && { byHand: true }) };
}
