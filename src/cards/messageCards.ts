import { say } from '../setup/sentence.ts';
import { execute } from './actions.ts';
import type { AdaptiveCard, CardAction } from './card.ts';
import { messageElements, plainCard } from './plainCard.ts';
import { type Speaker, type Words, wordsFor } from './words.ts';

/** Shown once, when the bot is installed or greeted. */
export function welcomeCard(speaker: Speaker): AdaptiveCard {
  const words = wordsFor(speaker);
  const { heading, what, needs, safe, commands } = words.group('card.welcome');
  return plainCard(words, messageElements(heading, what, needs, safe, commands), [startButton(words)]);
}

export function helpCard(speaker: Speaker): AdaptiveCard {
  const words = wordsFor(speaker);
  const { heading, setUp, status, cancel, check, undo, ways, stop, accounts, history, language, help, buttons } = words.group('card.help');
  const { needs } = words.group('card.welcome');
  return plainCard(words, messageElements(heading, setUp, status, cancel, check, undo, ways, stop, accounts, history, language, help, buttons, needs), [startButton(words)]);
}

/** What stays where the living card was, after it was posted anew further down. */
export function movedCard(speaker: Speaker): AdaptiveCard {
  const words = wordsFor(speaker);
  return plainCard(words, messageElements(undefined, words.text(say('card.moved.text'))));
}

function startButton(words: Words): CardAction {
  return execute(words.plain(say('card.button.start')), { verb: 'start' }, { style: 'positive' });
}
