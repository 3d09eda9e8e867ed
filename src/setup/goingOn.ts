import { hasChangedAccount, asKnownIn } from './actingAs.ts';
import { withStep } from './advance.ts';
import { mayActOn } from './asking.ts';
import type { Person, SetupRun, StepId, StepState } from './run.ts';

type Approval = NonNullable<(StepState & { status: 'failed' })['approval']>;

/** What was approved and failed: with whose approval it goes on, or `undefined` where it has to be planned and approved anew. */
export function goneOn(run: SetupRun, stepId: StepId, { by, at }: { by: Person; at: string }): SetupRun | undefined {
  const approval = approvalOf(run, stepId);
  if (!approval) return undefined;
  if (approvalStands(run, stepId, approval)) return withStep(run, stepId, { status: 'applying', ...approval });
  return isBegun(run, stepId) ? goneOnBy(run, stepId, { by, at }) : undefined;
}

/** Whether whoever approved still has their part in it, and acts as they did: else somebody has to say so now. */
export function approvalStands(run: SetupRun, stepId: StepId, { approvedBy }: Approval): boolean {
  return !hasChangedAccount(approvedBy, asKnownIn(run, approvedBy)) && mayActOn(run, stepId, approvedBy);
}

/** What another has begun goes on in the name of whoever says so now. */
export function goneOnBy(run: SetupRun, stepId: StepId, { by, at }: { by: Person; at: string }): SetupRun | undefined {
  const approval = approvalOf(run, stepId);
  return approval && withStep(run, stepId, { status: 'applying', ...approval, approvedBy: by, approvedAt: at, firstApprovedAt: firstOf(approval) });
}

/** Something of what was approved was, or may have been, changed: no other plan takes its place, it is only gone on with. */
export function isBegun(run: SetupRun, stepId: StepId): boolean {
  const approval = approvalOf(run, stepId);
  if (!approval?.begun) return false;
  return run.journal.some((entry) => entry.stepId === stepId && entry.intendedAt >= firstOf(approval) && entry.outcome?.result !== 'refused');
}

/** The approval of what has failed. */
export function approvalOf({ steps }: SetupRun, stepId: StepId): Approval | undefined {
  const state = steps[stepId];
  // Stryker disable next-line ConditionalExpression: no other state has one under this name.
  return state.status === 'failed' ? state.approval : undefined;
}

function firstOf({ approvedAt, firstApprovedAt }: Approval): string {
  return firstApprovedAt ?? approvedAt;
}
