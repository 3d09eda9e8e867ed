import { type Advanced, withStep } from './advance.ts';
import { withApproval } from './approving.ts';
import { askAbout } from './asking.ts';
import type { AllAtOnce, SetupRun, StepId, StepState } from './run.ts';
import { stepsOf } from './sections.ts';
import { type Sentence, say } from './sentence.ts';
import { steps } from './steps/index.ts';

interface Waiting {
  readonly stepId: StepId;
  readonly state: StepState & { status: 'planned' };
}

/** From here on nothing is approved by itself any more. */
export function withoutAllAtOnce({ allAtOnce: _ended, ...run }: SetupRun): SetupRun {
  return run;
}

/**
 * After *Approve all*: what is planned and was on the card with the whole plan is approved, in the name of whoever approved that.
 * The first surprise (a failure, something that is in the way, a plan that nobody saw) ends it. Pure; changes no run without it.
 */
export function goOnAtOnce({ run, enqueue }: Advanced, now: string): Advanced {
  const { allAtOnce } = run;
  if (!allAtOnce || run.status !== 'active') return { run, enqueue };
  if (isInTrouble(run)) return { run: { ...withoutAllAtOnce(run), allAtOnceEndedAt: now }, enqueue };
  if (isComplete(run)) return { run: withoutAllAtOnce(run), enqueue };
  const waiting = firstPlanned(run);
  if (!waiting) return { run, enqueue };
  const surprise = isLapsed(allAtOnce.approvedAt, now) ? say('notice.stoppedByTime') : surpriseIn(waiting, allAtOnce);
  if (surprise) return { run: stopped(run, waiting, surprise), enqueue };
  const approved = withApproval(run, { ...waiting, by: allAtOnce.approvedBy, at: now });
  return goOnAtOnce({ run: approved.run, enqueue: [...enqueue, ...approved.enqueue] }, now);
}

function isInTrouble(run: SetupRun): boolean {
  return stepsOf(run).some((id) => ['failed', 'blocked', 'byHand'].includes(run.steps[id].status) && !waitsForProof(run.steps[id]));
}

/** Who one is was asked for, not whether it is still wanted: after the proof it goes on. */
function waitsForProof(state: StepState): boolean {
  return state.status === 'failed' && state.failure.code === 'E-CLAIMS';
}

function isComplete(run: SetupRun): boolean {
  return stepsOf(run).every((id) => run.steps[id].status === 'done');
}

/** Whoever approved longer ago than a day may not think of it any more: nothing further is changed by that approval. */
export function isLapsed(approvedAt: string, now: string): boolean {
  // One that lies as far ahead was given by a clock that has been set back since.
  return Math.abs(Date.parse(now) - Date.parse(approvedAt)) > 24 * 60 * 60_000;
}

/** What is always asked alone was said on the whole plan to be so: it is no surprise, and the rest goes on after it. Nor is what somebody else was asked for. */
function firstPlanned(run: SetupRun): Waiting | undefined {
  const planned = stepsOf(run).flatMap((stepId) => {
    const state = run.steps[stepId];
    return state.status === 'planned' && !steps[stepId].isAskedAlone && !askAbout(run, stepId) ? [{ stepId, state }] : [];
  });
  return planned[0];
}

/** Why this plan is not what was approved with the others; undefined when it is. */
function surpriseIn({ stepId, state: { plan, notice } }: Waiting, { foreseen }: AllAtOnce): Sentence | undefined {
  if (notice) return notice;
  if (plan.toTick) return say('notice.stoppedByTick');
  if (plan.usesWhatWasThere) return say('notice.stoppedByFind');
  // Stryker disable next-line ArrayDeclaration: no request is called as the text that would be in it.
  const requests = foreseen[stepId] ?? [];
  return plan.changes.every(({ request }) => requests.includes(request)) ? undefined : say('notice.stoppedByPlan');
}

function stopped(run: SetupRun, { stepId, state }: Waiting, notice: Sentence): SetupRun {
  return withStep(withoutAllAtOnce(run), stepId, { ...state, notice });
}
