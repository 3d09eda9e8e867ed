import { goneOnSignedIn } from '../approvalTime.ts';
import { planningAgain, withStep } from '../advance.ts';
import { actorOf, withNobodyNamed, withAsk } from '../asking.ts';
import { readAgain } from '../drift/checking.ts';
import { approvalStands, goneOn } from '../goingOn.ts';
import { pauseUntil } from '../pause.ts';
import type { ProofAbout } from '../proofAbout.ts';
import { unfoundAsk, wantedProof } from '../proving.ts';
import { type Ask, type Person, type SetupRun, type StepId, type StepState, stepIdSchema } from '../run.ts';
import { tried } from '../undo/goingOn.ts';
import { isUndoing } from '../undo/underWay.ts';
import { currentSection, goesIntoVault, provingStep } from '../sections.ts';
import { say } from '../sentence.ts';
import type { Command } from './command.ts';
import { type Decide, type Decision, refuse } from './decision.ts';
import { checkFinished } from './drift.ts';
import { withEntered } from './submit.ts';

/** Look again: at the environments, the prerequisites, a step that could not be done, or at everything once it is finished. */
export const check: Decide = (run, context) => {
  const { command, now } = context;
  if (run.status === 'finished') return checkFinished(run, context);
  const section = command.data.stepId ?? currentSection(run);
  if (section === 'environment') return discoverAgain(run, now);
  if (section === 'prerequisites') return checkAgain(run, now);
  const step = stepIdSchema.safeParse(section);
  if (step.success && run.steps[step.data].status === 'blocked') return planAgain(run, step.data, now);
  if (step.success && run.steps[step.data].status === 'byHand') return checkByHand(run, step.data, { command, now });
  return refuse('notice.nothingToCheck');
};

/** What the person says they have done: the tenant is read, with what they entered about it. */
function checkByHand(run: SetupRun, stepId: StepId, { command, now }: { command: Command; now: string }): Decision {
  const inputs = withEntered(stepId, run.inputs[stepId], command.data);
  if (!inputs.success) return refuse('notice.detailsWrong');
  const changed = { ...run, inputs: { ...run.inputs, [stepId]: inputs.data } };
  return lookByHand(changed, stepId, now);
}

function lookByHand(run: SetupRun, stepId: StepId, now: string): Decision {
  return {
    kind: 'move',
    run: withStep(run, stepId, { status: 'planning', since: now, byHand: true }),
    enqueue: [{ task: { kind: 'plan', stepId } }],
  };
}

/** Try again what failed: a step that was approved goes on where it stopped, anything else is read anew. */
export const retry: Decide = (run, { command, now }) => {
  const section = command.data.stepId ?? currentSection(run);
  if (section === 'environment') return run.discovery.status === 'failed' ? discoverAgain(run, now) : refuse('notice.nothingToRetry');
  if (section === 'prerequisites') {
    return run.prerequisites.status === 'failed' ? checkAgain(run, now) : refuse('notice.nothingToRetry');
  }
  const step = stepIdSchema.safeParse(section);
  if (section === 'partnerCenter' || isProven(run, step.data)) return newSecret(run, command, now);
  return step.success ? retryStep(run, step.data, { by: command.actor, at: now }) : refuse('notice.nothingToRetry');
};

/** As *Retry*, by whoever acts there already: what was begun goes on, and nothing is begun twice. */
export function goOnProven(run: SetupRun, about: ProofAbout, now: string): Decision {
  if (!wantedProof(run, about)) return { kind: 'show' };
  const unfound = unfoundAsk(run, about);
  if (unfound) return searchAgain(run, unfound);
  if (about === 'partnerCenter') return { kind: 'show' };
  if (about === 'undo') return isUndoing(run) ? { kind: 'move', ...tried(run, now) } : { kind: 'show' };
  if (about === 'check') return { kind: 'move', ...readAgain(run, now) };
  if (about === 'discovery') return discoverAgain(run, now);
  if (about === 'prerequisites') return checkAgain(run, now);
  if (run.steps[about].status === 'applying') return { kind: 'move', ...goneOnSignedIn(run, actorOf(run, about)) };
  const state = run.steps[about];
  // A proof is no approval: where the one that was given stands no more, somebody has to say in the chat that it goes on.
  if (state.status === 'failed' && state.approval && !approvalStands(run, about, state.approval)) return { kind: 'show' };
  return retryStep(run, about, { by: actorOf(run, about), at: now });
}

function searchAgain(run: SetupRun, { failure: _proven, ...ask }: Ask): Decision {
  return { kind: 'move', run: withAsk(run, { ...ask, status: 'searching' }), enqueue: [{ task: { kind: 'findPerson' } }] };
}

function discoverAgain(run: SetupRun, now: string): Decision {
  if (!run.signedIn) return refuse('notice.signInFirst');
  if (run.discovery.status === 'reading') return { kind: 'show' };
  return {
    kind: 'move',
    run: { ...run, discovery: { status: 'reading', since: now } },
    enqueue: [{ task: { kind: 'discover' } }],
  };
}

function checkAgain(run: SetupRun, now: string): Decision {
  if (run.prerequisites.status === 'reading') return { kind: 'show' };
  return {
    kind: 'move',
    run: { ...run, prerequisites: { status: 'reading', since: now } },
    enqueue: [{ task: { kind: 'checkPrerequisites' } }],
  };
}

function planAgain(run: SetupRun, stepId: StepId, now: string): Decision {
  const notBefore = pauseOf(run.steps[stepId], now);
  return {
    kind: 'move',
    run: withStep(run, stepId, { ...planningAgain(run.steps[stepId], now), ...(notBefore && { pausedUntil: notBefore }) }),
    enqueue: [{ task: { kind: 'plan', stepId }, ...(notBefore && { notBefore }) }],
  };
}

/** Microsoft wants to be left alone for so long: whoever tries again before that need not come back once more. */
function pauseOf(state: StepState, now: string): string | undefined {
  return state.status === 'failed' ? pauseUntil(state.failure, now) : undefined;
}

function retryStep(run: SetupRun, stepId: StepId, { by, at: now }: { by: Person; at: string }): Decision {
  const state = run.steps[stepId];
  if (state.status === 'blocked' || state.status === 'byHand') return planAgain(run, stepId, now);
  if (state.status !== 'failed') return refuse('notice.nothingToRetry');
  if (state.byHand) return lookByHand(run, stepId, now);
  const onward = goneOn(run, stepId, { by, at: now });
  return onward ? goOnAfterPause(onward, stepId, { until: pauseUntil(state.failure, now), now }) : planAgain(run, stepId, now);
}

function goOnAfterPause(run: SetupRun, stepId: StepId, { until, now }: { until: string | undefined; now: string }): Decision {
  const state = run.steps[stepId];
  if (!until || state.status !== 'applying') return goOn(run, stepId);
  const progress = { sentence: say('card.step.pausedUntil', { until }), since: now };
  return { kind: 'move', run: withStep(run, stepId, { ...state, progress }), enqueue: [{ task: { kind: 'apply', stepId }, notBefore: until }], lock: 'acquire' };
}

/** The lock of a setup that nobody wrote to for a day may have gone to another. */
export function goOn(run: SetupRun, stepId: StepId): Decision {
  return {
    kind: 'move',
    run,
    enqueue: [{ task: { kind: 'apply', stepId } }],
    lock: 'acquire',
  };
}

function isProven(run: SetupRun, stepId: StepId | undefined): boolean {
  return stepId === provingStep(run) && run.steps[stepId].status === 'done';
}

/**
 * Nobody has the key or the password any more, or not in time: only another one can be handed over, after another approval. One that was
 * shown, or lies in a key vault, may be in Partner Center already, and there is no way back to it: that is asked first.
 */
function newSecret(run: SetupRun, { data }: Command, now: string): Decision {
  const stepId = provingStep(run);
  if (run.steps[stepId].status !== 'done') return refuse('notice.nothingToRetry');
  const mayBeInUse = run.handover.revealedAt !== undefined || goesIntoVault(run.facts);
  if (mayBeInUse && !data.confirmed) return { kind: 'question', question: { kind: 'newSecret', stepId } };
  const planned = planAgain({ ...withNobodyNamed(run), handover: {} }, stepId, now);
  return planned.kind === 'move' ? { ...planned, destroySecrets: true } : planned;
}
