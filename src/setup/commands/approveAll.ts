import { withoutAllAtOnce } from '../allAtOnce.ts';
import { withApproval } from '../approving.ts';
import { type SetupRun, type StepId, stepIdSchema, type StepState } from '../run.ts';
import { currentSection } from '../sections.ts';
import { steps } from '../steps/index.ts';
import { type Remaining, wholePlan, wholePlanHash } from '../wholePlan.ts';
import { refuseLate } from './approve.ts';
import { type Decide, type Decision, type DecisionContext, refuse } from './decision.ts';

type Planned = StepState & { status: 'planned' };

/** Every remaining change on one card. Shown while a plan waits, so that there is something to approve with it. */
export const showWholePlan: Decide = (run) => {
  const waiting = waitingPlan(run);
  return waiting ? shown(run, waiting) : refuse('notice.wholePlanLater');
};

/** As `approve`, and for what was shown of the later steps. Only a button says what was shown: a typed word is answered with the card. */
export const approveAll: Decide = (run, context) => {
  const { typed, data } = context.command;
  const waiting = waitingPlan(run);
  if (typed) return waiting ? shown(run, waiting) : refuse('notice.wholePlanLater');
  if (!data.stepId) return refuse('notice.nothingToApprove');
  // The card may be an old one, and its first step approved by itself since: that is no approval of all.
  if (waiting?.stepId !== data.stepId) return run.allAtOnce ? refuseLate(run.steps[data.stepId]) : refuse('notice.planChanged');
  const remaining = wholePlan(run);
  const isSame = data.planHash === waiting.state.planHash && data.shownHash === wholePlanHash(remaining);
  return isSame ? approved(run, { ...waiting, remaining }, context) : refuse('notice.planChanged');
};

/** What is in hand is finished; nothing further is changed without an approval of its own. */
export const pause: Decide = (run, { now }) => {
  if (!run.allAtOnce) return refuse('notice.nothingToPause');
  return { kind: 'move', run: { ...withoutAllAtOnce(run), pausedAt: now } };
};

/** The plan on the card, unless it is one that is never approved together with others. */
export function waitingPlan(run: SetupRun): { stepId: StepId; state: Planned } | undefined {
  const section = stepIdSchema.safeParse(currentSection(run));
  if (!section.success || steps[section.data].isAskedAlone) return undefined;
  const state = run.steps[section.data];
  return state.status === 'planned' && !state.plan.toTick ? { stepId: section.data, state } : undefined;
}

function shown(run: SetupRun, { stepId, state }: { stepId: StepId; state: Planned }): Decision {
  const remaining = wholePlan(run);
  const shownHash = wholePlanHash(remaining);
  return { kind: 'question', question: { kind: 'wholePlan', stepId, planHash: state.planHash, shownHash, remaining } };
}

function approved(
  { pausedAt: _over, allAtOnceEndedAt: _told, ...run }: SetupRun,
  { stepId, state, remaining }: { stepId: StepId; state: Planned; remaining: readonly Remaining[] },
  { command, now }: DecisionContext,
): Decision {
  const foreseen = Object.fromEntries(remaining.map((step) => [step.stepId, step.changes.map(({ request }) => request)]));
  const allAtOnce = { approvedBy: command.actor, approvedAt: now, foreseen };
  return { kind: 'move', ...withApproval({ ...run, allAtOnce }, { stepId, state, by: command.actor, at: now }), lock: 'acquire' };
}
