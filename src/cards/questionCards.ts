import type { Question } from '../setup/commands/command.ts';
import { isAtWork } from '../setup/lookingBack.ts';
import type { SetupRun } from '../setup/run.ts';
import { stepsOf } from '../setup/sections.ts';
import { say } from '../setup/sentence.ts';
import { actAsCard } from './actAsCard.ts';
import { actingAsElements } from './actingAs.ts';
import { button } from './actions.ts';
import { type AdaptiveCard, bindElements, type CardElement } from './card.ts';
import { messageElements, plainCard } from './plainCard.ts';
import { askedAbout, askWhomElements } from './sections/asking.ts';
import { staysElements } from './sections/ended.ts';
import { secretOf } from './handedOver.ts';
import removeKeyTemplate from './templates/removeKey.json' with { type: 'json' };
import type { SetupCardInput, View } from './view.ts';
import { skipCard, waysCard, wholePlanCard } from './waysCards.ts';
import { wordsFor } from './words.ts';

const cards: { readonly [Kind in Question['kind']]: (input: SetupCardInput, question: Question & { kind: Kind }) => AdaptiveCard } = {
  continueOrRestart: continueOrRestartCard,
  cancel: cancelCard,
  undo: undoCard,
  newSecret: newSecretCard,
  ways: waysCard,
  skip: skipCard,
  wholePlan: wholePlanCard,
  ask: askCard,
  actAs: actAsCard,
  takeOver: takeOverCard,
};

/** The card of a question; its buttons answer. */
export function questionCard<Kind extends Question['kind']>(input: SetupCardInput, question: Question & { kind: Kind }): AdaptiveCard {
  const card = cards[question.kind](input, question);
  const askId = 'askId' in question ? question.askId : undefined;
  const asked = input.run.asks.find(({ id }) => id === askId);
  return { ...card, body: [...actingAsElements(asked?.person ?? input.run.startedBy, wordsFor(input)), ...card.body] };
}

/** `set up leads` while a setup is under way. */
function continueOrRestartCard(input: SetupCardInput): AdaptiveCard {
  const view: View = { ...input, words: wordsFor(input) };
  const { run, words } = view;
  const begun = { name: run.startedBy.name, at: run.startedAt };
  const about = run.environment
    ? say('card.continueOrRestart.about', { ...begun, environment: run.environment.name })
    : say('card.continueOrRestart.aboutUnknown', begun);
  const sentences = [about, say('card.continueOrRestart.continue'), say('card.continueOrRestart.restart')];
  const heading = words.text(say('card.continueOrRestart.heading'));
  return plainCard(words, messageElements(heading, ...sentences.map((sentence) => words.text(sentence))), [
    button(view, 'continue', { verb: 'continue' }, { style: 'positive' }),
    button(view, 'startAgain', { verb: 'restart' }),
  ]);
}

/** `cancel`: what was done and what stays, and the question whether to stop. */
function cancelCard(input: SetupCardInput): AdaptiveCard {
  const view: View = { ...input, words: wordsFor(input) };
  return plainCard(view.words, [...staysElements(view), ...removeKeyElements(view)], [
    button(view, 'stop', { verb: 'cancel', confirmed: true }, { style: 'destructive', withInputs: true }),
    ...(isTakenBackInstead(view.run) ? [button(view, 'undo', { verb: 'undo' })] : []),
    button(view, 'keepGoing', { verb: 'continue' }),
  ]);
}

/** Where a step has failed nothing is under way that would have to be stopped first. */
function isTakenBackInstead(run: SetupRun): boolean {
  return run.journal.length > 0 && !isAtWork(run) && stepsOf(run).some((id) => run.steps[id].status === 'failed');
}

/** `undo` in the middle of a setup: that it ends by it, and that everything is shown first. */
function undoCard(input: SetupCardInput): AdaptiveCard {
  const view: View = { ...input, words: wordsFor(input) };
  const { heading = '', text = '', ends = '' } = view.words.group('card.undoQuestion');
  return plainCard(view.words, messageElements(heading, text, ends), [
    button(view, 'undoPlan', { verb: 'undo', confirmed: true }, { style: 'positive' }),
    button(view, 'keepGoing', { verb: 'continue' }),
  ]);
}

/** A new key or password in place of one that was shown, or lies in a key vault. */
function newSecretCard(input: SetupCardInput, { stepId }: Question & { kind: 'newSecret' }): AdaptiveCard {
  const view: View = { ...input, words: wordsFor(input) };
  const { words } = view;
  const what = stepId === 'keyAndProof' ? 'newKey' : 'newPassword';
  const { heading = '', text = '' } = words.group(`card.${secretOf(view.run) === 'vaultKey' ? 'vaultKey' : what}Question`);
  return plainCard(words, messageElements(heading, text), [
    button(view, what, { verb: 'retry', stepId, confirmed: true }, { style: 'positive' }),
    button(view, 'back', { verb: 'continue' }),
  ]);
}

/** `ask`: for what, and the name or address of whom. */
function askCard(input: SetupCardInput, { about }: Question & { kind: 'ask' }): AdaptiveCard {
  const view: View = { ...input, words: wordsFor(input) };
  const isAboutValues = about === 'partnerCenter';
  const paragraphs = isAboutValues ? [say('card.askWhom.values')] : [say(`card.askWhom.what.${about}`), say('card.askWhom.how')];
  const heading = say(`card.askWhom.${isAboutValues ? 'headingValues' : 'heading'}`);
  return plainCard(view.words, askWhomElements(view, { heading, paragraphs }), [
    button(view, 'askSend', { verb: 'ask', ...askedAbout(about) }, { style: 'positive', withInputs: true }),
    button(view, 'askBack', { verb: 'continue' }),
  ]);
}

/** Somebody else is at it: who, since when, and what taking over would do. */
function takeOverCard(input: SetupCardInput, { lockRunId, holder, since, mayTakeOver, keyName }: Question & { kind: 'takeOver' }): AdaptiveCard {
  const view: View = { ...input, words: wordsFor(input) };
  const { words, run } = view;
  const about = say('card.takeOver.about', { holder, since, environment: run.environment?.name ?? '' });
  const ways = mayTakeOver ? [say('card.takeOver.what', { holder }), say('card.takeOver.stays')] : [say('card.takeOver.mayNot')];
  const body = messageElements(words.text(say('card.takeOver.heading')), ...[about, say('card.takeOver.ask', { holder }), ...ways].map((sentence) => words.text(sentence)));
  const take = button(view, 'takeOver', { verb: 'takeOver', lockRunId, confirmed: true }, { style: 'destructive', withInputs: true });
  return plainCard(words, [...body, ...(mayTakeOver && keyName ? keyToggle(view, keyName) : [])], [...(mayTakeOver ? [take] : []), button(view, 'askBack', { verb: 'continue' })]);
}

function keyToggle({ words }: View, name: string): CardElement[] {
  return bindElements(removeKeyTemplate, {
    label: words.plain(say('card.cancelKey.label')),
    title: words.plain(say('card.cancelKey.remove', { name })),
    why: words.text(say('card.cancelKey.why')),
  });
}

function removeKeyElements({ run: { facts }, words }: View): CardElement[] {
  if (!facts.key || facts.key.isByHand) return [];
  return bindElements(removeKeyTemplate, {
    label: words.plain(say('card.cancelKey.label')),
    title: words.plain(say('card.cancelKey.remove', { name: facts.key.displayName })),
    why: words.text(say('card.cancelKey.why')),
  });
}
