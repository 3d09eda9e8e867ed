import type { SetupRun } from '../run.ts';
import { isUndoing } from '../undo/underWay.ts';
import { askOf, samePerson } from '../asking.ts';
import { isBeingChecked } from '../drift/underWay.ts';
import { actAs, actAsMyself } from './actAs.ts';
import { approve } from './approve.ts';
import { approveAll, pause, showWholePlan } from './approveAll.ts';
import { ask, withdraw } from './ask.ts';
import { decideAsked } from './asked.ts';
import { back } from './back.ts';
import { cancel, restart } from './cancel.ts';
import { choose } from './choose.ts';
import type { Verb } from './command.ts';
import { type Decide, type Decision, type DecisionContext, refuse } from './decision.ts';
import { accountAfterFinishing, afterFinishing, decideWhileChecked, mend } from './drift.ts';
import { done, reveal } from './handOver.ts';
import { check, retry } from './lookAgain.ts';
import { submit } from './submit.ts';
import { undo } from './undo.ts';
import { decideUndoing } from './undoing.ts';
import { manual, skip, ways } from './ways.ts';

const show: Decide = () => ({ kind: 'show' });

/** What each verb decides. `start` begins a run and is decided where runs are made. */
const decisions: Readonly<Record<Exclude<Verb, 'start'>, Decide>> = {
  choose,
  submit,
  approve,
  ask,
  back,
  check,
  mend,
  retry,
  reveal,
  done,
  cancel,
  undo,
  restart,
  withdraw,
  takeOver: () => ({ kind: 'takeOver' }),
  decline: () => refuse('notice.nothingToDecline'),
  continue: show,
  refresh: show,
  ways,
  manual,
  skip,
  wholePlan: showWholePlan,
  approveAll,
  pause,
  // Read from the record, where it is kept.
  history: show,
  actAs,
  actAsMyself,
};

const allowedAfterTheEnd: readonly Verb[] = ['continue', 'refresh', 'restart', 'history', 'undo'];

function mayFollowTheEnd({ status }: SetupRun, verb: Verb): boolean {
  return allowedAfterTheEnd.includes(verb) || (status === 'finished' && afterFinishing.includes(verb));
}

function isAboutAccount(verb: Verb): boolean {
  return verb === 'actAs' || verb === 'actAsMyself';
}

/** Decides about a run that exists: by its owner, and by whoever was asked for their part; after its end only what shows it. */
export function decide(run: SetupRun, context: DecisionContext): Decision {
  const { verb, actor } = context.command;
  if (verb === 'start') return { kind: 'show' };
  const owner = run.startedBy;
  if (!samePerson(actor, owner)) {
    const { conversationId, data } = context.command;
    const asked = askOf(run, { person: actor, conversationId, about: data.about ?? data.stepId });
    return asked ? decideAsked(run, asked, context) : refuse('notice.notYours', { name: owner.name });
  }
  // A card that was carried into another chat acts on nothing: its answers could not be seen where the setup is.
  if (context.command.conversationId !== run.conversationId) return refuse('notice.elsewhere');
  if (isBeingChecked(run)) return decideWhileChecked(run, context);
  if (run.status !== 'active' && !mayFollowTheEnd(run, verb)) return refuse(`notice.${run.status}`);
  if (run.status === 'finished' && isAboutAccount(verb)) return accountAfterFinishing(run, context);
  return isUndoing(run) ? decideUndoing(run, context) : decisions[verb](run, context);
}
