import type { Question } from '../setup/commands/command.ts';
import { say, type Sentence } from '../setup/sentence.ts';
import { button, openLink } from './actions.ts';
import type { AdaptiveCard, CardAction } from './card.ts';
import { messageElements, plainCard } from './plainCard.ts';
import type { SetupCardInput, View } from './view.ts';
import { wordsFor } from './words.ts';

type Asked = Question & { kind: 'actAs' };

/** *Use my admin account*: why, where to sign in, and what to type afterwards. Nothing is changed by it yet. */
export function actAsCard(input: SetupCardInput, question: Asked): AdaptiveCard {
  const view: View = { ...input, words: wordsFor(input) };
  const { words } = view;
  return plainCard(words, messageElements(words.text(say('card.actAs.heading')), ...paragraphs(view, question).map((sentence) => words.text(sentence))), actions(view, question));
}

function paragraphs({ browserLinks }: View, { account }: Asked): Sentence[] {
  const now = account === undefined ? [] : [say('card.actAs.now', { account })];
  if (!browserLinks) return [...now, say('card.actAs.noAddress')];
  return [...now, say('card.actAs.what'), say('card.actAs.how')];
}

function actions(view: View, { account, askId }: Asked): CardAction[] {
  const { words, run, browserLinks } = view;
  return [
    ...(browserLinks ? [openLink(words, 'signInPage', browserLinks.otherAccount(run.id, askId))] : []),
    ...(account === undefined ? [] : [button(view, 'actAsMyself', { verb: 'actAsMyself' })]),
    button(view, 'back', { verb: 'continue' }),
  ];
}
