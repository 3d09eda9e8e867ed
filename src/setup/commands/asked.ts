import { makerOf, samePerson, withAsk } from '../asking.ts';
import { planningAgain, withStep } from '../advance.ts';
import { approvalOf, goneOnBy, isBegun } from '../goingOn.ts';
import type { Ask, Person, SetupRun, StepId } from '../run.ts';
import { actAs, actAsMyself } from './actAs.ts';
import { approve } from './approve.ts';
import { aboutOf, ask as askSomebody, redraw, withdraw } from './ask.ts';
import type { Verb } from './command.ts';
import { type Decision, type DecisionContext, refuse } from './decision.ts';
import { done, reveal } from './handOver.ts';
import { goOn, retry } from './lookAgain.ts';
import { submit } from './submit.ts';

/** What whoever was asked may do from their own chat: their step, as long as they are waited for, and what was made by it. */
export function decideAsked(run: SetupRun, ask: Ask, context: DecisionContext): Decision {
  const { verb } = context.command;
  if (verb === 'refresh' || verb === 'continue' || verb === 'history') return { kind: 'show' };
  if (run.status !== 'active') return refuse(`notice.${run.status}`);
  if (verb === 'reveal') return reveal(run, context);
  if (verb === 'done') return done(run, context);
  if (verb === 'ask' && context.command.data.about === 'partnerCenter') return askSomebody(run, context);
  if (verb === 'withdraw' && aboutOf(run, context) === 'partnerCenter' && isMaker(run, context.command.actor)) return withdraw(run, context);
  if (ask.about === 'partnerCenter') return refuse('notice.askedForValuesOnly', { name: ask.askedBy.name });
  if (ask.status !== 'open') return refuse('notice.askOver', { name: run.startedBy.name });
  const theirs = { ...ask, about: ask.about };
  if (verb === 'decline') return declined(run, theirs);
  if (verb === 'actAs') return actAs(run, context);
  if (verb === 'actAsMyself') return actAsMyself(run, context);
  return ask.signedIn ? told(aboutTheirStep(verb, run, theirs, context)) : refuse('notice.signInFirst');
}

function declined(run: SetupRun, ask: Ask & { readonly about: StepId }): Decision {
  if (run.steps[ask.about].status === 'applying') return refuse('notice.declinedTooLate');
  return { kind: 'move', run: withAsk(run, { ...ask, status: 'declined' }), enqueue: redraw };
}

function aboutTheirStep(verb: Verb, run: SetupRun, { about }: { about: StepId }, context: DecisionContext): Decision {
  const { command } = context;
  if (command.data.stepId && command.data.stepId !== about) return refuse('notice.notYours', { name: run.startedBy.name });
  const theirs = { ...context, command: { ...command, typed: false, data: { ...command.data, stepId: about } } };
  switch (verb) {
    case 'approve':
      return approve(run, theirs);
    case 'submit':
      return isAdopting(run, theirs) ? refuse('notice.adoptingNotYours', { name: run.startedBy.name }) : submit(run, theirs);
    case 'check':
    case 'retry':
      return lookWithTheirs(run, about, theirs);
    default:
      return refuse('notice.notYours', { name: run.startedBy.name });
  }
}

/** A user that is named is taken without an approval: only whoever owns the setup names one. */
function isAdopting({ inputs }: SetupRun, { command }: DecisionContext): boolean {
  const { adoptedName = '' } = command.data;
  return !['', inputs.serviceUser['adoptedName']].includes(adoptedName.trim());
}

/** What they have approved goes on, and what another has begun when they say so; anything else is planned with the rights of whoever was asked. */
function lookWithTheirs(run: SetupRun, stepId: StepId, context: DecisionContext): Decision {
  const state = run.steps[stepId];
  const approval = approvalOf(run, stepId);
  if (approval && samePerson(approval.approvedBy, context.command.actor)) return retry(run, context);
  if (isBegun(run, stepId)) return goOnAsTheirs(run, stepId, context);
  if (!['planned', 'blocked', 'byHand', 'failed'].includes(state.status)) return { kind: 'show' };
  return {
    kind: 'move',
    run: withStep(run, stepId, planningAgain(state, context.now)),
    enqueue: [{ task: { kind: 'plan', stepId } }],
  };
}

function goOnAsTheirs(run: SetupRun, stepId: StepId, { command, now }: DecisionContext): Decision {
  const onward = command.verb === 'retry' ? goneOnBy(run, stepId, { by: command.actor, at: now }) : undefined;
  return onward ? goOn(onward, stepId) : { kind: 'show' };
}

function isMaker(run: SetupRun, person: Person): boolean {
  const maker = makerOf(run);
  return maker !== undefined && samePerson(maker, person);
}

/** The one who asked sees at once what was clicked. */
function told(decision: Decision): Decision {
  // Stryker disable next-line ArrayDeclaration: every such decision has work to follow it.
  return decision.kind === 'move' ? { ...decision, enqueue: [...(decision.enqueue ?? []), ...redraw] } : decision;
}
