import { advance, withStep } from '../advance.ts';
import { askedAnew, isApprovalOver, withSignIn, withSignInLost } from '../approvalTime.ts';
import { goOnAtOnce, withoutAllAtOnce } from '../allAtOnce.ts';
import { hasChangedAccount } from '../actingAs.ts';
import { actorOf, withLostSignIn } from '../asking.ts';
import { endOfMending } from '../drift/mending.ts';
import { type Failure, SetupError } from '../errors.ts';
import { planHash } from '../planHash.ts';
import type { Commit } from '../ports/stores.ts';
import type { SetupRun, StepId, StepState } from '../run.ts';
import { provingStep } from '../sections.ts';
import { type Sentence, say } from '../sentence.ts';
import { steps } from '../steps/index.ts';
import { type Applied, type Look, PlanAnew, Stopped } from '../steps/step.ts';
import { failureOf } from './failing.ts';
import { refuseGuestAtStep } from './guests.ts';
import { isElsewhere, type WorkParts, stepContext } from './stepContext.ts';
import { waitingSince, waitOf } from './waitingSince.ts';
import type { Rewrite } from './writing.ts';

const signInPollMs = 60_000;

/** What a call of a step led to: how the run changes, and when to come back. */
export interface Worked {
  readonly rewrite: Rewrite;
  readonly againAt?: string;
}

interface Work {
  readonly run: SetupRun;
  readonly stepId: StepId;
  readonly errorId: string;
}

/** Looks at the tenant for a step and puts its plan before the person, or finds that nothing is to be done. */
export async function plan(parts: WorkParts, { run, stepId, errorId }: Work): Promise<Worked> {
  const work = { run, stepId, errorId };
  try {
    await refuseGuestAtStep(parts, run, actorOf(run, stepId));
    const look = await steps[stepId].look(stepContext(parts, run, stepId));
    return { rewrite: whilePlanning(parts, work, afterLook(look, { run, stepId, at: nowOf(parts) })) };
  } catch (error) {
    const failure = failureOf(parts, error, { errorId, runId: run.id, doing: `plan ${stepId}` });
    return { rewrite: signInLost(whilePlanning(parts, work, { status: 'failed', at: nowOf(parts), failure }), stepId, failure) };
  }
}

interface Looked {
  readonly run: SetupRun;
  readonly stepId: StepId;
  readonly at: string;
  readonly notice?: Sentence;
}

function afterLook(look: Look, { run, stepId, at, notice }: Looked): StepState {
  switch (look.kind) {
    case 'done':
      return { status: 'done', at, evidence: [...look.evidence] };
    case 'byHand':
      return { status: 'byHand', since: at, missing: [...look.missing], ...(look.isOnlyWay && { isOnlyWay: true }) };
    case 'blocked': {
      const { reason, cure, choices, lacksRight } = look;
      return { status: 'blocked', at, reason, cure, ...(choices && { choices }), ...(lacksRight && { lacksRight }) };
    }
    case 'needed': {
      const { plan: asked, choices, remarks } = look;
      const hash = planHash(run, stepId, asked);
      return { status: 'planned', plan: asked, planHash: hash, at, ...(choices && { choices }), ...(remarks && { remarks: [...remarks] }), ...(notice && { notice }) };
    }
  }
}

/** Whoever does it themselves is told what is missing; nothing is offered to be changed. */
function afterTheirTurn(next: StepState, since: string): StepState {
  switch (next.status) {
    case 'planned':
      return { status: 'byHand', since, missing: next.plan.changes.map(({ sentence }) => sentence) };
    case 'blocked':
      return { status: 'byHand', since, missing: [next.reason, next.cure] };
    case 'failed':
      return { ...next, byHand: true };
    default:
      return next;
  }
}

/** Nothing is written when the step is not being planned any more. */
function whilePlanning(parts: WorkParts, { run: before, stepId }: Work, next: StepState): Rewrite {
  return (run) => {
    const state = run.steps[stepId];
    if (run.status !== 'active' || state.status !== 'planning') return undefined;
    // Another environment or other inputs meanwhile: this plan is worth nothing, and their own planning is under way.
    if (isElsewhere(run, before) || JSON.stringify(run.inputs[stepId]) !== JSON.stringify(before.inputs[stepId])) return undefined;
    // So it is after a change to another account.
    if (hasChangedAccount(actorOf(before, stepId), actorOf(run, stepId))) return undefined;
    const shown = state.byHand ? afterTheirTurn(next, state.since) : withNotice(next, state.notice);
    return wentTo(parts, run, { stepId, next: shown });
  };
}

/** The step's next state, what can go on with it, and the environment free again once the proof is made, or was left out. */
function wentTo(parts: WorkParts, run: SetupRun, { stepId, next }: { stepId: StepId; next: StepState }): Commit {
  const at = nowOf(parts);
  const moved = goOnAtOnce(advance(withStep(run, stepId, next), at), at);
  const ended = endOfMending(moved.run, at);
  const isOver = ended !== undefined || (stepId === provingStep(run) && moved.run.steps[stepId].status === 'done');
  return { ...(ended ?? moved), ...(isOver && { lock: 'release' as const }) };
}

/** What cannot be planned yet keeps it for the plan that comes later. */
function withNotice(next: StepState, notice: Sentence | undefined): StepState {
  const isKept = next.status === 'planned' || next.status === 'failed' || next.status === 'blocked';
  return notice && isKept ? { ...next, notice } : next;
}

/** Carries an approved step on: compares the plan before the first change, applies, and says when to come back. */
export async function apply(parts: WorkParts, work: Work): Promise<Worked> {
  const { run, stepId, errorId } = work;
  const state = run.steps[stepId];
  if (state.status !== 'applying') return { rewrite: () => undefined };
  if (isApprovalOver(run, { stepId, state, now: nowOf(parts) })) return { rewrite: onceOver(parts, work) };
  try {
    const surprise = state.begun ? undefined : await planAgain(parts, work, state);
    if (surprise) return surprise;
    return applied(parts, work, await steps[stepId].apply(stepContext(parts, run, stepId)));
  } catch (error) {
    // What was made until then stands in the facts: the person's card shows it as staying.
    if (error instanceof Stopped) return { rewrite: (now) => ({ run: now }) };
    if (error instanceof PlanAnew) return { rewrite: withOtherInputs(parts, work, error) };
    if (isSignInLost(error)) return waitForSignIn(parts, work, error);
    const failure = failureOf(parts, error, { errorId, runId: run.id, doing: `apply ${stepId}` });
    return { rewrite: signInLost(whileApplying(parts, work, (now) => failed(now, failure, nowOf(parts))), stepId, failure) };
  }
}

/** Asked anew, unless it has moved on meanwhile. */
function onceOver(parts: WorkParts, { run: before, stepId }: Work): Rewrite {
  return (run) => {
    if (run.status !== 'active') return { run };
    const state = run.steps[stepId];
    if (state.status !== 'applying' || isElsewhere(run, before)) return undefined;
    return askedAnew(run, { stepId, state, now: nowOf(parts) });
  };
}

function isSignInLost(error: unknown): boolean {
  return error instanceof SetupError && error.code === 'E-SIGN-IN';
}

/** A new sign-in starts it at once; until then it looks by itself now and then. */
function waitForSignIn(parts: WorkParts, work: Work, error: unknown): Worked {
  const { run, stepId, errorId } = work;
  const state = run.steps[stepId];
  const isKnown = state.status === 'applying' && state.signInLost !== undefined;
  const lost = { errorId, now: nowOf(parts) };
  if (!isKnown) failureOf(parts, error, { errorId, runId: run.id, doing: `apply ${stepId}` });
  const rewrite = whileApplying(parts, work, (now) => withSignInLost(now, lost));
  const againAt = new Date(parts.clock.now().getTime() + signInPollMs).toISOString();
  return { rewrite: withoutSignIn(rewrite, stepId), againAt };
}

function signInLost(rewrite: Rewrite, stepId: StepId, { code }: Failure): Rewrite {
  return ['E-SIGN-IN', 'E-OTHER-ACCOUNT'].includes(code) ? withoutSignIn(rewrite, stepId) : rewrite;
}

/** Whoever was asked has to sign in again; whoever began is asked by their own dialog. */
function withoutSignIn(rewrite: Rewrite, stepId: StepId): Rewrite {
  return (run) => {
    const commit = rewrite(run);
    return commit && { ...commit, run: withLostSignIn(commit.run, stepId) };
  };
}

/** Back to a plan, with the inputs that can be carried out. */
function withOtherInputs(parts: WorkParts, { run: before, stepId }: Work, { inputs, notice }: PlanAnew): Rewrite {
  return (run) => {
    if (run.status !== 'active') return { run };
    if (run.steps[stepId].status !== 'applying' || isElsewhere(run, before)) return undefined;
    const changed = { ...withoutAllAtOnce(run), inputs: { ...run.inputs, [stepId]: inputs } };
    return {
      run: withStep(changed, stepId, { status: 'planning', since: nowOf(parts), notice }),
      enqueue: [{ task: { kind: 'plan', stepId } }],
    };
  };
}

/** The tenant may have changed since the plan was shown: what was approved is done, or it is asked anew. */
async function planAgain(parts: WorkParts, work: Work, state: StepState & { status: 'applying' }): Promise<Worked | undefined> {
  const { run, stepId } = work;
  await refuseGuestAtStep(parts, run, state.approvedBy);
  const look = await steps[stepId].look(stepContext(parts, run, stepId));
  const notice = say('notice.planChangedSinceApproval');
  const changed = afterLook(look, { run, stepId, at: nowOf(parts), notice });
  if (changed.status === 'planned' && changed.planHash === state.planHash) return undefined;
  return { rewrite: whileApplying(parts, work, () => changed) };
}

function applied(parts: WorkParts, work: Work, result: Applied): Worked {
  const { run, errorId } = work;
  if (result.kind === 'done') {
    const evidence = [...result.evidence];
    return {
      rewrite: whileApplying(parts, work, ({ approvedBy }) => ({ status: 'done', at: nowOf(parts), evidence, approvedBy })),
    };
  }
  const againAt = new Date(parts.clock.now().getTime() + result.againAfterMs).toISOString();
  return { rewrite: whileApplying(parts, work, (now) => waited(parts, withSignIn(now), { result, errorId, runId: run.id })), againAt };
}

/** Waiting for one thing has an end; what counts is since when the person reads the same sentence. */
function waited(
  parts: WorkParts,
  state: StepState & { status: 'applying' },
  { result, errorId, runId }: { result: Applied & { kind: 'waiting' }; errorId: string; runId: string },
): StepState {
  const { sentence, percent } = result;
  const now = parts.clock.now();
  const wait = result.wait === undefined ? undefined : waitOf(state.progress, result.wait, now);
  const since = wait && result.isAltogether ? wait.since : waitingSince(state.progress, sentence, now);
  if (now.getTime() - Date.parse(since) > result.limitMs) {
    const error = new SetupError(result.onLimit, { values: { service: 'Microsoft', until: now.toISOString() } });
    return failed(state, failureOf(parts, error, { errorId, runId, doing: sentence.key }), now.toISOString());
  }
  return { ...state, progress: { sentence, since, ...(percent !== undefined && { percent }), ...(wait && { wait }) } };
}

/** It keeps its approval: a retry goes on with it. */
export function failed(state: StepState & { status: 'applying' }, failure: Failure, at: string): StepState {
  const { status: _status, progress: _progress, signInLost: _lost, ...approval } = state;
  return { status: 'failed', at, failure, approval };
}

/** The step's next state. */
function whileApplying(parts: WorkParts, { run: before, stepId }: Work, next: (now: StepState & { status: 'applying' }) => StepState): Rewrite {
  return (run) => {
    const state = run.steps[stepId];
    // Cancelled meanwhile: only the facts have changed, and with them the list of what stays.
    if (run.status !== 'active') return { run };
    if (state.status !== 'applying' || isElsewhere(run, before)) return undefined;
    return wentTo(parts, run, { stepId, next: next(state) });
  };
}

function nowOf({ clock }: WorkParts): string {
  return clock.now().toISOString();
}
