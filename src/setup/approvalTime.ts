import { withStep } from './advance.ts';
import { isLapsed, withoutAllAtOnce } from './allAtOnce.ts';
import type { NewJob } from './ports/stores.ts';
import type { Person, SetupRun, StepId, StepState } from './run.ts';
import { samePerson } from './asking.ts';
import { stepsOf } from './sections.ts';
import { say } from './sentence.ts';
import { steps } from './steps/index.ts';

type Applying = StepState & { status: 'applying' };

interface InHand {
  readonly stepId: StepId;
  readonly state: Applying;
  readonly now: string;
}

/** What was approved together with others holds no longer than that approval. */
export function isApprovalOver({ allAtOnce }: SetupRun, { stepId, state, now }: InHand): boolean {
  const together = steps[stepId].isAskedAlone ? undefined : allAtOnce;
  return isLapsed(state.approvedAt, now) || (together !== undefined && isLapsed(together.approvedAt, now));
}

/** It is asked anew, also when it was begun: what was made stays in the facts, and is found by the look. */
export function askedAnew(run: SetupRun, { stepId, state, now }: InHand): { run: SetupRun; enqueue: NewJob[] } {
  const notice = say('notice.approvalOver', { at: state.approvedAt });
  return { run: withStep(withoutAllAtOnce(run), stepId, { status: 'planning', since: now, notice }), enqueue: [{ task: { kind: 'plan', stepId } }] };
}

/** A step in hand has met the end of a sign-in: it stays approved and waits for the next one, as long as its approval holds. */
export function withSignInLost(state: Applying, { errorId, now }: { errorId: string; now: string }): Applying {
  const { progress: _waitedFor, ...rest } = state;
  return { ...rest, signInLost: state.signInLost ?? { since: now, errorId } };
}

/** This person has signed in again: their steps that wait for that go on with the same approval. */
export function goneOnSignedIn(run: SetupRun, person: Person): { run: SetupRun; enqueue: NewJob[] } {
  const waiting = stepsOf(run).flatMap((id) => {
    const state = run.steps[id];
    return isWaitingFor(state, person) ? [{ id, state }] : [];
  });
  return {
    run: waiting.reduce((moved, { id, state }) => withStep(moved, id, withSignIn(state)), run),
    enqueue: waiting.map(({ id: stepId }) => ({ task: { kind: 'apply', stepId } })),
  };
}

/** Without the mark of a sign-in that was lost. */
export function withSignIn({ signInLost: _over, ...state }: Applying): Applying {
  return state;
}

function isWaitingFor(state: StepState, person: Person): state is Applying {
  // Stryker disable next-line ConditionalExpression: no other state has a sign-in that was lost.
  return state.status === 'applying' && state.signInLost !== undefined && samePerson(state.approvedBy, person);
}
