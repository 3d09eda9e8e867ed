import { say } from '../setup/sentence.ts';
import { type AdaptiveCard, bindCard, bindElements, type CardAction, type CardElement } from './card.ts';
import message from './templates/message.json' with { type: 'json' };
import template from './templates/plain.json' with { type: 'json' };
import type { Words } from './words.ts';

/** A card without a checklist. */
export function plainCard(words: Words, body: readonly CardElement[], actions: readonly CardAction[] = [], folded: readonly CardElement[] = []): AdaptiveCard {
  return bindCard(template, {
    lang: words.language,
    fallback: words.text(say('card.frame.fallback')),
    body,
    hasActions: actions.length > 0,
    actions,
    folded,
  });
}

/** Paragraphs, under a heading where there is one. */
export function messageElements(heading: string | undefined, ...paragraphs: (string | undefined)[]): CardElement[] {
  return bindElements(message, {
    hasHeading: heading !== undefined,
    heading: heading ?? '',
    paragraphs: paragraphs.filter((paragraph) => paragraph !== undefined),
  });
}
