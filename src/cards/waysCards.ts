import type { Question, Way } from '../setup/commands/command.ts';
import type { StepId } from '../setup/run.ts';
import { say } from '../setup/sentence.ts';
import type { Remaining } from '../setup/wholePlan.ts';
import { button } from './actions.ts';
import { type AdaptiveCard, bindElements, type CardAction } from './card.ts';
import { placeOf } from './place.ts';
import { messageElements, plainCard } from './plainCard.ts';
import template from './templates/wholePlan.json' with { type: 'json' };
import type { SetupCardInput, View } from './view.ts';
import { type Words, wordsFor } from './words.ts';

const titles: Readonly<Record<Way, string>> = { manual: 'manual', wholePlan: 'wholePlan', skip: 'skip', ask: 'askSomebody', actAs: 'actAs' };

/** *Other ways*: one line and one button for each. */
export function waysCard(input: SetupCardInput, { stepId, ways }: Question & { kind: 'ways' }): AdaptiveCard {
  const view: View = { ...input, words: wordsFor(input) };
  const { words } = view;
  const lines = ways.map((way) => words.text(say(`card.ways.${way}`)));
  const heading = words.text(say('card.ways.heading', { step: stepName(words, stepId) }));
  return plainCard(words, messageElements(heading, ...lines), [...ways.map((way) => button(view, titles[way], { verb: way, stepId })), backButton(view)]);
}

/** Leaving something out, with what follows from it. */
export function skipCard(input: SetupCardInput, { stepId, consequence }: Question & { kind: 'skip' }): AdaptiveCard {
  const view: View = { ...input, words: wordsFor(input) };
  const { words } = view;
  const sentences = [consequence, say('card.skip.shown')].map((sentence) => words.text(sentence));
  return plainCard(words, messageElements(words.text(say('card.skip.heading', { step: stepName(words, stepId) })), ...sentences), [
    button(view, 'skip', { verb: 'skip', stepId, confirmed: true }),
    backButton(view),
  ]);
}

/** Every change that is still to come, to be approved at once. */
export function wholePlanCard(input: SetupCardInput, question: Question & { kind: 'wholePlan' }): AdaptiveCard {
  const view: View = { ...input, words: wordsFor(input) };
  const { stepId, planHash, shownHash, remaining } = question;
  const text = view.words.group('card.wholePlan');
  const what = text[remaining.some(({ isAskedAlone }) => isAskedAlone) ? 'whatButAlone' : 'what'];
  const body = bindElements(template, { text: { ...text, what, where: whereOf(view) }, steps: remaining.map((step) => stepOf(view.words, step)) });
  return plainCard(view.words, body, [
    button(view, 'approveAll', { verb: 'approveAll', stepId, planHash, shownHash }, { style: 'positive' }),
    backButton(view),
  ]);
}

/** The same card may stand beside that of another environment's setup. */
function whereOf({ run, words }: View): string {
  const { name: environment, address } = placeOf(run, words);
  return words.text(address === environment ? say('card.wholePlanWhere.named', { environment }) : say('card.wholePlanWhere.address', { environment, address }));
}

function stepOf(words: Words, { stepId, changes, notices, isAskedAlone }: Remaining) {
  return {
    label: words.text(say(`card.checklist.label.${stepId}`)),
    isAskedAlone,
    alone: words.text(say('card.wholePlanStep.alone')),
    notices: notices.map((sentence) => words.text(sentence)),
    isEmpty: changes.length === 0,
    nothing: words.text(say('card.wholePlanStep.nothing')),
    changes: changes.map(({ sentence, canBeUndone }) => {
      const change = words.text(sentence);
      return canBeUndone ? `• ${change}` : `• ${change} (${words.text(say('card.wholePlanStep.cannotBeUndone'))})`;
    }),
  };
}

function stepName(words: Words, stepId: StepId): string {
  return words.plain(say(`card.checklist.label.${stepId}`));
}

function backButton(view: View): CardAction {
  return button(view, 'back', { verb: 'continue' });
}
