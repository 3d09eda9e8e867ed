import { actorOf, samePerson } from '../../setup/asking.ts';
import type { Plan, StepId, StepState } from '../../setup/run.ts';
import { say, type Sentence } from '../../setup/sentence.ts';
import { button, type ButtonLook, cancelButton, openLink, toggle } from '../actions.ts';
import { bindElements, type CardAction, type CardElement } from '../card.ts';
import { usual } from '../checklist.ts';
import { escapeMarkdown, shorten } from '../escape.ts';
import { accountButtons } from '../failure.ts';
import { helpfulPage } from '../helpfulPage.ts';
import { nameOfPlan } from '../nameOfPlan.ts';
import { troubleElements, wayOnButtons } from '../personNeeded.ts';
import { foldedInputs, openInputs } from '../stepInputs.ts';
import approvalTemplate from '../templates/approval.json' with { type: 'json' };
import blockedTemplate from '../templates/blocked.json' with { type: 'json' };
import changesTemplate from '../templates/changes.json' with { type: 'json' };
import toTickTemplate from '../templates/toTick.json' with { type: 'json' };
import type { Opened, View } from '../view.ts';
import { workingElements } from '../working.ts';
import { byHandSection } from './byHand.ts';

type In<Status extends StepState['status']> = StepState & { status: Status };

const longestFact = 400;
/** Notices about money, which nobody should read over. */
const costs = ['licence.billed'];

/** One step: being prepared, asking for approval, being done, or in trouble. */
export function stepSection(view: View, stepId: StepId): Opened {
  const state = view.run.steps[stepId];
  switch (state.status) {
    case 'planned':
      return approval(view, stepId, state);
    case 'applying':
      return applying(view, stepId, state);
    case 'blocked':
      return blocked(view, stepId, state);
    case 'byHand':
      return byHandSection(view, stepId, state);
    case 'failed':
      return failed(view, stepId, state);
    case 'planning':
      return planning(view, stepId, state);
    default:
      return waiting(view);
  }
}

function planning(view: View, stepId: StepId, { since, pausedUntil: until }: In<'planning'>): Opened {
  const { words } = view;
  const body = workingElements(
    {
      heading: say(`card.stepPlanning.${stepId}`),
      text: until ? say('card.step.pausedUntil', { until }) : say(`card.stepPlanning.${stepId}Text`),
      caption: until ? undefined : say('card.step.sinceUsual', { time: words.time(since), usual: words.plain(say('card.usual.prerequisites')) }),
    },
    words,
  );
  return { body, actions: stopButtons(view) };
}

/** Only the import keeps a later step waiting. */
function waiting(view: View): Opened {
  const { run, words } = view;
  const { solution } = run.steps;
  const { percent, since } = solution.status === 'applying' ? { since: solution.approvedAt, ...solution.progress } : {};
  const working = since
    ? {
        heading: say('card.step.waitingForImport'),
        text: say('card.step.waitingForImportText'),
        percent,
        caption: say('card.step.sinceUsual', { time: words.time(since), usual: words.plain(usual('solution')) }),
        footnote: say('card.step.goesOn'),
      }
    : { heading: say('card.step.waiting'), text: say('card.step.waitingText') };
  return { body: workingElements(working, words), actions: stopButtons(view) };
}

function applying(view: View, stepId: StepId, state: In<'applying'>): Opened {
  if (state.signInLost) return waitingForSignIn(view, stepId, state.signInLost);
  const { plan, progress, approvedAt } = state;
  const { words } = view;
  const body = workingElements(
    {
      heading: say(`card.stepApplying.${nameOfPlan(stepId, plan)}`),
      text: progress?.sentence ?? say('card.step.goesOn'),
      percent: progress?.percent,
      caption: say('card.step.sinceUsual', { time: words.time(progress?.since ?? approvedAt), usual: words.plain(usual(stepId)) }),
      footnote: progress && say('card.step.goesOn'),
    },
    words,
  );
  return { body, actions: view.ask ? [] : stopButtons(view) };
}

/** Approved, and the sign-in is gone: it goes on by itself after the next, as long as the approval holds. */
function waitingForSignIn(view: View, stepId: StepId, { since }: NonNullable<In<'applying'>['signInLost']>): Opened {
  const { words, ask, run } = view;
  const person = actorOf(run, stepId);
  const isTheirs = samePerson(person, ask?.person ?? run.startedBy);
  const account = isTheirs ? person.actingAs?.name : undefined;
  const text = isTheirs ? say(account ? 'card.signInLost.otherAccount' : 'card.signInLost.text', { account: account ?? '' }) : say('card.signInLost.ofOther', { name: person.name });
  const caption = say('card.signInLost.since', { time: words.time(since) });
  const body = workingElements({ heading: say('card.signInLost.heading'), text, caption, footnote: say('card.signInLost.kept'), isIdle: true }, words);
  const signIn = ask ? button(view, 'signInAgain', { verb: 'check', stepId }, { style: 'positive' }) : button(view, 'signInAgain', { verb: 'continue' }, { style: 'positive' });
  const own = account && view.browserLinks ? openLink(words, 'proveSignIn', view.browserLinks.proof(run.id, stepId)) : signIn;
  return { body, actions: [...(isTheirs ? [own] : []), ...(ask ? [] : stopButtons(view))] };
}

/** With other inputs as a way on, they stand open and their button is the main one. */
function blocked(view: View, stepId: StepId, { reason, cure }: In<'blocked'>): Opened {
  const { words } = view;
  const inputs = openInputs(view, stepId);
  const body = bindElements(blockedTemplate, {
    heading: words.text(say('card.step.blocked')),
    reason: words.text(reason),
    cure: words.text(cure),
  });
  const look: ButtonLook = inputs.length > 0 ? {} : { style: 'positive' };
  const actions = [button(view, 'checkAgain', { verb: 'check', stepId }, look), ...pageButtons(view, reason), waysButton(view, stepId), cancelButton(view)];
  return { body: [...body, ...inputs], actions };
}

function pageButtons({ portals, words }: View, reason: Sentence): CardAction[] {
  const page = helpfulPage(portals, reason);
  return page ? [openLink(words, page.button, page.url)] : [];
}

/** What was begun is only gone on with. */
function failed(view: View, stepId: StepId, { failure, approval: given }: In<'failed'>): Opened {
  return {
    body: troubleElements(view, stepId, failure, { isKept: true, whoCan: failure.code === 'E-REFUSED' ? say(`card.whoCan.${stepId}`) : undefined }),
    actions: [...wayOnButtons(view, stepId, failure, { verb: 'retry', stepId }), ...accountButtons(view, failure), ...(given?.begun ? [] : [waysButton(view, stepId)]), cancelButton(view)],
  };
}

function waysButton(view: View, stepId: StepId): CardAction {
  return button(view, 'ways', { verb: 'ways', stepId });
}

/** Nothing is waited for from the person, but it can be stopped: the approving by itself, and the setup. */
function stopButtons(view: View): CardAction[] {
  return [...(view.run.allAtOnce ? [pauseButton(view)] : []), cancelButton(view)];
}

function pauseButton(view: View): CardAction {
  return button(view, 'pause', { verb: 'pause' });
}

function approval(view: View, stepId: StepId, state: In<'planned'>): Opened {
  const inputs = foldedInputs(view, stepId);
  const data = { verb: 'approve', stepId, planHash: state.planHash } as const;
  return {
    body: [...planElements(view, state), ...tickElements(view, state.plan)],
    actions: [
      button(view, `approve.${nameOfPlan(stepId, state.plan)}`, data, { style: 'positive', withInputs: state.plan.toTick !== undefined }),
      ...(state.plan.changes.length > 0 ? [toggle(view.words, 'details', 'changes')] : []),
      ...(inputs.length > 0 ? [toggle(view.words, stepId === 'licence' ? 'licenceOther' : 'changeDetails', 'inputs')] : []),
      view.run.allAtOnce ? pauseButton(view) : waysButton(view, stepId),
      cancelButton(view),
    ],
    folded: [...inputs, ...(state.plan.changes.length > 0 ? changeElements(view, state) : [])],
  };
}

/** In words and in red, and a tick to be set by hand: the button does not go without it, and neither does the server. */
function tickElements({ words }: View, { toTick = [] }: Plan): CardElement[] {
  if (toTick.length === 0) return [];
  return bindElements(toTickTemplate, { text: words.group('card.toTick'), brought: toTick.map((sentence) => words.text(sentence)) });
}

function planElements({ words }: View, { plan, notice, remarks = [] }: In<'planned'>): CardElement[] {
  return bindElements(approvalTemplate, {
    text: words.group('card.step'),
    hasNotice: notice !== undefined,
    headingSpacing: notice ? 'Medium' : 'Small',
    notice: notice ? words.text(notice) : '',
    summary: words.text(plan.summary),
    reversal: words.text(plan.reversal),
    notices: plan.notices.map((sentence) => ({ text: words.text(sentence), costs: costs.includes(sentence.key), style: costs.includes(sentence.key) ? 'warning' : 'emphasis' })),
    remarks: remarks.map((sentence) => words.text(sentence)),
    hasFacts: plan.facts.length > 0,
    facts: plan.facts.map((fact) => ({ title: words.text(fact.label), value: escapeMarkdown(shorten(valueOf(fact, words), longestFact)) })),
  });
}

/** A country travels as two letters and is read by its name. */
function valueOf({ label, value }: Plan['facts'][number], words: View['words']): string {
  return label.key === 'serviceUser.factUsageLocation' ? words.country(value) : value;
}

function changeElements({ words }: View, { plan }: In<'planned'>): CardElement[] {
  const text = words.group('card.step');
  return bindElements(changesTemplate, {
    text,
    changes: plan.changes.map(({ sentence, request, canBeUndone }, index) => ({
      number: `${index + 1}`,
      sentence: words.text(sentence),
      request: escapeMarkdown(request),
      undo: text[canBeUndone ? 'canBeUndone' : 'cannotBeUndone'],
    })),
  });
}
