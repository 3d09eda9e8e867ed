import { sameAccount, withAccountOf } from '../actingAs.ts';
import { differingSteps, isSecretEnding, readAgain, withCheck, withDrift } from '../drift/checking.ts';
import { begunSignedIn, putBack, withMending } from '../drift/mending.ts';
import type { Account, SetupRun } from '../run.ts';
import { provingStep } from '../sections.ts';
import { actAs, actAsMyself } from './actAs.ts';
import type { Verb } from './command.ts';
import { type Decide, type Decision, type DecisionContext, refuse } from './decision.ts';

/** Verbs that begin something with a setup that is finished already. */
export const afterFinishing: readonly Verb[] = ['check', 'mend', 'actAs', 'actAsMyself'];

type Around = Pick<DecisionContext, 'isOtherUnderWay' | 'now'>;

/** Everything that the setup used and made is read again, with whoever began it signed in anew. */
export function checkFinished(run: SetupRun, { isOtherUnderWay, now }: Around): Decision {
  const obstacle = inTheWay(run, isOtherUnderWay);
  return obstacle ?? { kind: 'move', run: withCheck(run, now) };
}

/** *Use my admin account*, after the end: asked as before it; one's own account again begins a check with that. */
export const accountAfterFinishing: Decide = (run, context) => {
  const obstacle = inTheWay(run, context.isOtherUnderWay);
  if (obstacle) return obstacle;
  if (context.command.verb === 'actAs') return actAs(run, context);
  const own = withAccountOf(run.startedBy, undefined);
  return sameAccount(own, run.startedBy) ? refuse('notice.actAsAlreadyMyself') : checkFinished({ ...run, startedBy: own }, context);
};

/** The code of another account of theirs was typed: a check begins with its rights. */
export function checkFinishedAs(run: SetupRun, account: Account, { isOtherUnderWay, now }: Around): Decision {
  const obstacle = inTheWay(run, isOtherUnderWay);
  if (obstacle) return obstacle;
  const signedIn = { ...withCheck(run, now), startedBy: withAccountOf(run.startedBy, account), signedIn: true, signedInAt: now };
  return { kind: 'move', ...begunSignedIn(signedIn, now) };
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

/** Where it waits for the person: they say that they have done what was wanted. */
const lookAgain: Decide = (run, { now }) => (run.drift?.status === 'waiting' ? { kind: 'move', ...readAgain(run, now) } : { kind: 'show' });

const show: Decide = () => ({ kind: 'show' });

const whileChecked: Partial<Record<Verb, Decide>> = {
  check: lookAgain,
  retry: lookAgain,
  actAs,
  actAsMyself,
  cancel: (run) => ({ kind: 'move', run: left(run) }),
  restart: (run) => ({ kind: 'restart', ended: { kind: 'move', run: left(run) } }),
  continue: show,
  refresh: show,
  history: show,
};

/** While it is read there is nothing to do but wait, to give what is wanted for it, or to leave it. */
export const decideWhileChecked: Decide = (run, context) => whileChecked[context.command.verb]?.(run, context) ?? refuse('notice.beingChecked');

/** With what could be read, where that was anything. */
function left(run: SetupRun): SetupRun {
  const { drift } = run;
  const isAnythingKnown = drift?.status === 'waiting' && drift.findings.some(({ verdict }) => verdict !== 'unknown');
  return isAnythingKnown ? withDrift(run, { status: 'read', at: drift.at, findings: drift.findings }) : putBack(run);
}
