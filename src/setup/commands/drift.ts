import { differingSteps, isSecretEnding, withCheck } from '../drift/checking.ts';
import { putBack, withMending } from '../drift/mending.ts';
import type { SetupRun } from '../run.ts';
import { provingStep } from '../sections.ts';
import type { Verb } from './command.ts';
import { type Decide, type Decision, type DecisionContext, refuse } from './decision.ts';

/** Verbs that begin something with a setup that is finished already. */
export const afterFinishing: readonly Verb[] = ['check', 'mend'];

/** Everything that the setup used and made is read again, with whoever began it signed in anew. */
export function checkFinished(run: SetupRun, { isOtherUnderWay, now }: DecisionContext): Decision {
  const obstacle = inTheWay(run, isOtherUnderWay);
  return obstacle ?? { kind: 'move', run: withCheck(run, now) };
}

/** *Put it right*, or only another key or password before its end. What is done is shown and approved as the first time. */
export const mend: Decide = (run, { command: { data }, isOtherUnderWay, now }) => {
  if (run.status !== 'finished') return refuse('notice.mendingAlready');
  const obstacle = inTheWay(run, isOtherUnderWay);
  if (obstacle) return obstacle;
  const isSecretOnly = data.stepId !== undefined && data.stepId === provingStep(run) && isSecretEnding(run);
  const steps = isSecretOnly ? [provingStep(run)] : differingSteps(run);
  return steps.length > 0 ? { kind: 'move', run: withMending(run, steps, now) } : refuse('notice.nothingToMend');
};

/** What was taken back is not looked for; and of one conversation at most one setup is under way. */
function inTheWay({ undo }: SetupRun, isOtherUnderWay: DecisionContext['isOtherUnderWay']): Decision | undefined {
  if (undo) return refuse('notice.checkAfterUndo');
  return isOtherUnderWay?.() ? refuse('notice.otherUnderWay') : undefined;
}

/** While it is read there is nothing to do but wait, or to leave it. */
export function decideWhileChecked(run: SetupRun, { command: { verb } }: DecisionContext): Decision {
  if (verb === 'cancel') return { kind: 'move', run: putBack(run) };
  if (verb === 'restart') return { kind: 'restart', ended: { kind: 'move', run: putBack(run) } };
  return ['continue', 'refresh', 'history', 'check'].includes(verb) ? { kind: 'show' } : refuse('notice.beingChecked');
}

