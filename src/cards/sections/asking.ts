import { askAbout, type AskedAbout, lastAskAbout, samePerson } from '../../setup/asking.ts';
import { longestWanted } from '../../setup/commands/command.ts';
import type { Failure } from '../../setup/errors.ts';
import { wantedProof } from '../../setup/proving.ts';
import type { Ask, SetupRun, StepId } from '../../setup/run.ts';
import { say, type Sentence } from '../../setup/sentence.ts';
import { button, cancelButton } from '../actions.ts';
import { consentButtons } from '../consent.ts';
import { bindElements, type CardAction, type CardElement } from '../card.ts';
import { oneLine, shorten } from '../escape.ts';
import { signInButtons, troubleElements } from '../personNeeded.ts';
import askWhomTemplate from '../templates/askWhom.json' with { type: 'json' };
import messageTemplate from '../templates/message.json' with { type: 'json' };
import type { Opened, View } from '../view.ts';
import { workingElements } from '../working.ts';

const longestName = 60;
/** The bot looks for one more, to know that there are more. */
const mostListed = 10;

/** A step as whoever began the setup sees it: their own part, or whom they wait for. */
export function askableStep(view: View, stepId: StepId, own: () => Opened): Opened {
  const ask = askAbout(view.run, stepId);
  const isBeingDone = view.run.steps[stepId].status === 'applying';
  if (ask && !isBeingDone && (ask.status !== 'open' || !isOwnProof(view, stepId))) return askSection(view, ask);
  const opened = own();
  return { ...opened, body: [...declinedRemark(view, stepId), ...opened.body], actions: withAskButton(view, stepId, opened.actions) };
}

/** Somebody else acts, and what Microsoft wants proven is of whoever began. */
function isOwnProof({ run }: View, stepId: StepId): boolean {
  const person = wantedProof(run, stepId)?.person;
  return person !== undefined && samePerson(person, run.startedBy);
}

/** Whom one waits for, or whom one has not found yet. */
export function askSection(view: View, ask: Ask): Opened {
  switch (ask.status) {
    case 'several':
      return several(view, ask);
    case 'nobody':
      return nobody(view, ask);
    case 'searching':
      return searching(view, ask);
    default:
      return waiting(view, ask);
  }
}

/** `ask` as a button, without a name: a card asks for one. */
export function askButton(view: View, about: AskedAbout, name = 'askSomebody'): CardAction {
  return button(view, name, { verb: 'ask', ...askedAbout(about) });
}

export function askedAbout(about: AskedAbout): { readonly stepId: StepId } | { readonly about: 'partnerCenter' } {
  return about === 'partnerCenter' ? { about } : { stepId: about };
}

/** The input for a name or an address. */
export function askWhomElements(view: View, given: { heading: Sentence; paragraphs: readonly Sentence[]; candidates?: Ask['candidates'] }): CardElement[] {
  const { words } = view;
  const choices = (given.candidates ?? []).slice(0, mostListed);
  return bindElements(askWhomTemplate, {
    text: words.group('card.askWhom'),
    heading: words.text(given.heading),
    paragraphs: given.paragraphs.map((sentence) => words.text(sentence)),
    hasChoices: choices.length > 0,
    choices: choices.map(({ name, objectId }) => ({ title: `${shorten(oneLine(name), longestName)} (${objectId.slice(-4)})`, value: objectId })),
    hasInput: choices.length === 0,
  });
}

function searching(view: View, { wanted, askedAt, about }: Ask): Opened {
  const { words } = view;
  const body = workingElements(
    {
      heading: say('card.askSearching.heading', { wanted: shorten(wanted, longestName) }),
      text: say('card.askSearching.text'),
      caption: say('card.askSearching.since', { time: words.time(askedAt) }),
    },
    words,
  );
  return { body, actions: [doNotWait(view, about), cancelButton(view)] };
}

function several(view: View, { wanted, candidates = [], about }: Ask): Opened {
  const isOne = candidates.length === 1;
  const heading = say(`card.askSeveral.${isOne ? 'headingOne' : 'heading'}`, { wanted: shorten(wanted, longestName) });
  const paragraphs = [say(`card.askSeveral.${isOne ? 'textOne' : 'text'}`), ...(candidates.length > mostListed ? [say('card.askSeveral.more')] : [])];
  return {
    body: askWhomElements(view, { heading, paragraphs, candidates }),
    actions: [
      button(view, 'askThisPerson', { verb: 'ask', ...askedAbout(about) }, { style: 'positive', withInputs: true }),
      askButton(view, about, 'askAnotherName'),
      doNotWait(view, about),
    ],
  };
}

function nobody(view: View, ask: Ask): Opened {
  const { wanted, about, failure } = ask;
  const values = { wanted: shorten(wanted, longestName) };
  const wayOn = failure ? wayOnFrom(view, { about, failure, wanted }) : [];
  const { heading, text, mayInstall } = whyNobody(ask);
  return {
    body: [
      ...askWhomElements(view, {
        heading: say(`card.askNobody.${heading}`, values),
        paragraphs: failure ? [say('card.askNobody.failed')] : [say(`card.askNobody.${text}`), ...(mayInstall ? [say('card.askNobody.install')] : [])],
      }),
      ...(failure ? troubleElements(view, about, failure, { isKept: false }) : []),
    ],
    actions: [
      ...wayOn,
      button(view, 'askSend', { verb: 'ask', ...askedAbout(about) }, { withInputs: true, ...(wayOn.length === 0 && { style: 'positive' }) }),
      button(view, 'askBack', { verb: 'withdraw', ...askedAbout(about) }),
    ],
  };
}

/** Installing the bot is a way on only for whoever is not known here. */
function whyNobody({ isUnreachable, isGuest, isAskedTooOften }: Ask) {
  if (isUnreachable) return { heading: 'headingUnreachable', text: 'unreachable', mayInstall: true } as const;
  if (isGuest) return { heading: 'headingGuest', text: 'guest', mayInstall: false } as const;
  if (isAskedTooOften) return { heading: 'headingTooOften', text: 'tooOften', mayInstall: false } as const;
  return { heading: 'heading', text: 'text', mayInstall: true } as const;
}

/** To where it is proven or consented to; after a consent the same person is looked for. */
function wayOnFrom(view: View, { about, failure, wanted }: { about: AskedAbout; failure: Failure; wanted: string }): CardAction[] {
  if (failure.code === 'E-CONSENT') return consentButtons(view, { verb: 'ask', ...askedAbout(about), wanted: wanted.slice(0, longestWanted) });
  return signInButtons(view, about, failure);
}

function waiting(view: View, { person, wanted, askedAt, about }: Ask): Opened {
  const { words } = view;
  const name = person?.name ?? wanted;
  const body = workingElements(
    {
      heading: say('card.askWaiting.heading', { name }),
      text: say('card.askWaiting.text', { name }),
      caption: say('card.askWaiting.since', { time: words.time(askedAt) }),
      isIdle: true,
    },
    words,
  );
  return { body, actions: [askButton(view, about, 'askSomebodyElse'), doNotWait(view, about), cancelButton(view)] };
}

function doNotWait(view: View, about: AskedAbout): CardAction {
  return button(view, 'doNotWait', { verb: 'withdraw', ...askedAbout(about) });
}

/** An answer that whoever asked should not have to look for. */
function declinedRemark({ run, words }: View, stepId: StepId): CardElement[] {
  const last = lastAskAbout(run, stepId);
  const isOver = ['applying', 'done'].includes(run.steps[stepId].status);
  if (last?.status !== 'declined' || isOver) return [];
  const text = words.text(say('card.askWaiting.declined', { name: last.person?.name ?? last.wanted }));
  return bindElements(messageTemplate, { hasHeading: false, heading: '', paragraphs: [text] });
}

function withAskButton(view: View, stepId: StepId, actions: CardAction[]): CardAction[] {
  if (!lacksRight(view.run, stepId) || actions.length > 5) return actions;
  return [...actions.slice(0, 1), askButton(view, stepId), ...actions.slice(1)];
}

/** Somebody with more rights could do it. */
function lacksRight({ steps }: SetupRun, stepId: StepId): boolean {
  const state = steps[stepId];
  if (state.status === 'blocked') return state.lacksRight === true;
  return state.status === 'failed' && ['E-REFUSED', 'E-NOT-MEMBER'].includes(state.failure.code);
}
