import { withoutAllAtOnce } from '../allAtOnce.ts';
import { withStep } from '../advance.ts';
import { askAbout, withdrawn } from '../asking.ts';
import { type SetupRun, type StepId, stepIdSchema } from '../run.ts';
import { currentSection } from '../sections.ts';
import { steps } from '../steps/index.ts';
import { wholePlan } from '../wholePlan.ts';
import { waitingPlan } from './approveAll.ts';
import { redraw } from './ask.ts';
import type { Command, Way } from './command.ts';
import { type Decide, type Decision, refuse } from './decision.ts';

/** What else can be done with a step than to approve or to retry it. Changes nothing. */
export const ways: Decide = (run, { command }) => {
  const stepId = stepMeant(run, command);
  if (!stepId || !isOpen(run, stepId)) return refuse('notice.noOtherWays');
  return { kind: 'question', question: { kind: 'ways', stepId, ways: waysOf(run, stepId) } };
};

/** *I'll do it myself*: nothing is changed by the bot; the card says how, and *Check* reads the tenant. Nobody else is waited for. */
export const manual: Decide = (run, { command, now }) => {
  const stepId = stepMeant(run, command);
  if (!stepId) return refuse('notice.noOtherWays');
  if (run.steps[stepId].status === 'byHand') return { kind: 'show' };
  if (!isOpen(run, stepId)) return refuse(isBegun(run, stepId) ? 'notice.manualBegun' : 'notice.noOtherWays');
  const alone = withdrawn(withoutAllAtOnce(run), ({ about }) => about === stepId);
  return {
    kind: 'move',
    run: withStep(alone, stepId, { status: 'byHand', since: now }),
    ...(askAbout(run, stepId) && { enqueue: redraw }),
  };
};

/** Leaves a step, or a part of it, out, after saying what follows from that. */
export const skip: Decide = (run, { command, now }) => {
  const stepId = stepMeant(run, command);
  if (!stepId || !isOpen(run, stepId)) return refuse('notice.nothingToSkip');
  const { skipping } = steps[stepId];
  if (!skipping) return refuse(`notice.cannotSkip.${stepId}`);
  if (isSkipped(run, stepId)) return refuse('notice.alreadySkipped');
  if (!command.data.confirmed) return { kind: 'question', question: { kind: 'skip', stepId, consequence: skipping.consequence } };
  const inputs = { ...run.inputs[stepId], ...skipping.inputs };
  return planAnew({ ...withoutAllAtOnce(run), inputs: { ...run.inputs, [stepId]: inputs } }, stepId, now);
};

function planAnew(run: SetupRun, stepId: StepId, now: string): Decision {
  return {
    kind: 'move',
    run: withStep(run, stepId, { status: 'planning', since: now }),
    enqueue: [{ task: { kind: 'plan', stepId } }],
  };
}

function stepMeant(run: SetupRun, { data }: Command): StepId | undefined {
  return data.stepId ?? stepIdSchema.safeParse(currentSection(run)).data;
}

/** It waits for the person, and nothing of it has been changed yet. */
function isOpen(run: SetupRun, stepId: StepId): boolean {
  return ['planned', 'blocked', 'failed'].includes(run.steps[stepId].status) && !isBegun(run, stepId);
}

function isBegun(run: SetupRun, stepId: StepId): boolean {
  const state = run.steps[stepId];
  return state.status === 'applying' || (state.status === 'failed' && state.approval?.begun === true);
}

function waysOf(run: SetupRun, stepId: StepId): Way[] {
  const offered: Record<Way, boolean> = {
    manual: true,
    wholePlan: waitingPlan(run)?.stepId === stepId && wholePlan(run).length > 1,
    skip: steps[stepId].skipping !== undefined && !isSkipped(run, stepId),
    ask: true,
    actAs: true,
  };
  return (['manual', 'wholePlan', 'skip', 'ask', 'actAs'] as const).filter((way) => offered[way]);
}

function isSkipped(run: SetupRun, stepId: StepId): boolean {
  const wanted = Object.entries(steps[stepId].skipping?.inputs ?? {});
  return wanted.length > 0 && wanted.every(([name, value]) => run.inputs[stepId][name] === value);
}
