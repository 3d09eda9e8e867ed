import { withApproval } from '../approving.ts';
import type { SetupRun, StepId, StepState } from '../run.ts';
import { stepsOf } from '../sections.ts';
import { type Decide, type Decision, type DecisionContext, refuse } from './decision.ts';

/**
 * The only way to a change. A click names the step and the plan that the person saw; the typed word means the one plan
 * that waits, unless it needs a tick. The move is the compare-and-swap: of two approvals at once, one finds the step no longer planned.
 */
export const approve: Decide = (run, context) => {
  const { data, typed } = context.command;
  const waiting = stepsOf(run).filter((id) => run.steps[id].status === 'planned');
  if (typed && !data.stepId && waiting.length > 1) return refuse('notice.whichPlan');
  const stepId = data.stepId ?? (typed ? waiting[0] : undefined);
  if (!stepId) return refuse('notice.nothingToApprove');
  const state = run.steps[stepId];
  if (state.status !== 'planned') return refuseLate(state);
  if (data.planHash === undefined ? !typed : data.planHash !== state.planHash) return refuse('notice.planChanged');
  if (state.plan.toTick && (typed || data.hasSeen !== 'true')) return refuse(typed ? 'notice.tickOnCard' : 'notice.tickMissing');
  return approved(run, { stepId, state }, context);
};

/** An approval of what is being done or done already, or of nothing. */
export function refuseLate(state: StepState): Decision {
  if ('approvedBy' in state && state.approvedBy) {
    const at = 'approvedAt' in state ? state.approvedAt : state.at;
    return refuse('notice.alreadyApproved', { name: state.approvedBy.name, at });
  }
  return refuse('notice.nothingToApprove');
}

function approved(
  { pausedAt: _over, allAtOnceEndedAt: _told, ...run }: SetupRun,
  planned: { stepId: StepId; state: StepState & { status: 'planned' } },
  { command, now }: DecisionContext,
): Decision {
  return { kind: 'move', ...withApproval(run, { ...planned, by: command.actor, at: now }), lock: 'acquire' };
}
