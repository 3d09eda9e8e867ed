import { maySee, makerOf, samePerson } from '../setup/asking.ts';
import type { Ask, SetupRun, StepId } from '../setup/run.ts';
import { currentSection } from '../setup/sections.ts';
import { say, type Sentence } from '../setup/sentence.ts';
import { actingAsElements } from './actingAs.ts';
import { button } from './actions.ts';
import { type AdaptiveCard, bindElements, type CardAction, type CardElement } from './card.ts';
import { messageElements, plainCard } from './plainCard.ts';
import { handOverSection } from './sections/handOver.ts';
import { stepSection } from './sections/step.ts';
import blockedTemplate from './templates/blocked.json' with { type: 'json' };
import type { AskedCardInput, Opened, View } from './view.ts';
import { wordsFor } from './words.ts';

/** Buttons of a step's own card that whoever was asked may use; what else stands there belongs to whoever began the setup. */
const theirVerbs: readonly unknown[] = ['approve', 'submit', 'check', 'retry', 'decline', 'actAs'];

/**
 * What somebody sees in their own chat who was asked for their rights: who asks, for what, and the step as it stands.
 * A pure function of run and ask; the secret is on it only when `secret` is given.
 */
export function askedCard(input: AskedCardInput): AdaptiveCard {
  const view: View & AskedCardInput = { ...input, words: wordsFor(input) };
  const { body, actions, folded = [] } = open(view);
  const notice = view.notice && messageElements(undefined, view.words.text(view.notice));
  return plainCard(view.words, [...(notice ?? []), ...actingAsElements(view.ask.person ?? view.run.startedBy, view.words), ...body], actions, folded);
}

function open(view: View & AskedCardInput): Opened {
  const { run, ask } = view;
  if (seesValues(run, ask)) return handOverSection(view);
  if (run.status === 'active' && ask.status === 'open' && ask.about !== 'partnerCenter') return theirStep(view, ask.about);
  return { body: message(view, endedHeading(view), endedText(view)), actions: [] };
}

/** The maker, and whom they have named, from the proof until the setup ends. */
function seesValues(run: SetupRun, { person, about, status }: Ask): boolean {
  const isAbout = about === 'partnerCenter' ? ['open', 'answered'].includes(status) : person && samePerson(makerOf(run) ?? run.startedBy, person);
  return currentSection(run) === 'partnerCenter' && Boolean(isAbout) && person !== undefined && maySee(run, person);
}

function theirStep(view: View & AskedCardInput, stepId: StepId): Opened {
  const state = view.run.steps[stepId];
  const isTheirs = view.ask.signedIn || state.status === 'planned' || state.status === 'applying';
  const opened = isTheirs ? stepSection(view, stepId) : toLook(view, stepId);
  return {
    body: [...intro(view, stepId), ...opened.body],
    actions: state.status === 'applying' ? opened.actions.filter(isOffered) : leavingLast(view, [...opened.actions.filter(isOffered), ...otherAccount(view, stepId)]),
    folded: opened.folded ?? [],
  };
}

/** Links and what opens a part of the card ask nobody. */
function isOffered({ type, verb }: CardAction): boolean {
  return type === 'Action.ToggleVisibility' || type === 'Action.OpenUrl' || theirVerbs.includes(verb);
}

/** Before anything is approved: it may be another account of theirs that has the rights. */
function otherAccount(view: View, stepId: StepId): CardAction[] {
  const isPlanned = view.run.steps[stepId].status === 'planned';
  return isPlanned && view.browserLinks ? [button(view, 'actAs', { verb: 'actAs', stepId })] : [];
}

function leavingLast(view: View, actions: CardAction[]): CardAction[] {
  const leaving = actions.find(({ verb }) => verb === 'decline') ?? button(view, 'decline', { verb: 'decline' });
  return [...actions.filter(({ verb }) => verb !== 'decline'), leaving];
}

function intro(view: View & AskedCardInput, stepId: StepId): CardElement[] {
  const { run, words } = view;
  const asks = say('card.asked.heading', { name: run.startedBy.name });
  const about = say(`card.asked.what.${stepId}`, { environment: run.environment?.name ?? '', name: run.startedBy.name });
  const address = say('card.asked.where', { host: new URL(run.environment?.url ?? 'https://unknown').host });
  return messageElements(words.text(asks), ...[about, address, say('card.asked.rights')].map((sentence) => words.text(sentence)));
}

/** It could not be planned with the rights of whoever asks: first it is looked at with theirs. */
function toLook(view: View & AskedCardInput, stepId: StepId): Opened {
  const { run, words } = view;
  const body = bindElements(blockedTemplate, {
    heading: words.text(say('card.asked.why', { name: run.startedBy.name })),
    reason: words.text(whyOf(run, stepId)),
    cure: words.text(say('card.asked.look')),
  });
  return { body, actions: [button(view, 'look', { verb: 'check', stepId }, { style: 'positive' }), button(view, 'actAs', { verb: 'actAs', stepId }), button(view, 'decline', { verb: 'decline', stepId })] };
}

function whyOf(run: SetupRun, stepId: StepId): Sentence {
  const state = run.steps[stepId];
  if (state.status === 'blocked') return state.reason;
  if (state.status === 'failed') return state.failure.sentence;
  return say('card.asked.noReason', { name: run.startedBy.name });
}

function message({ words }: View, heading: Sentence, text: Sentence): CardElement[] {
  return messageElements(words.text(heading), words.text(text));
}

function endedHeading({ ask, run }: AskedCardInput): Sentence {
  return say(`card.askedEnded.${ask.status === 'answered' ? 'thanks' : 'over'}`, { name: run.startedBy.name });
}

function endedText({ ask, run }: AskedCardInput): Sentence {
  const values = { name: run.startedBy.name, environment: run.environment?.name ?? '' };
  if (ask.status === 'declined') return say('card.askedEnded.declined', values);
  if (ask.status === 'answered' || ask.about === 'partnerCenter') return say(`card.askedEnded.${ask.about === 'partnerCenter' ? 'values' : 'done'}`, values);
  if (run.status === 'cancelled') return say('card.askedEnded.cancelled', values);
  return say('card.askedEnded.withdrawn', values);
}
