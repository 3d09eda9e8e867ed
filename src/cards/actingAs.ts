import type { Person } from '../setup/run.ts';
import { say } from '../setup/sentence.ts';
import { bindElements, type CardElement } from './card.ts';
import template from './templates/actingAs.json' with { type: 'json' };
import type { Words } from './words.ts';

/** On top of every card of a setup: with whose rights it is made, where that is another account than the person's own. */
export function actingAsElements({ actingAs }: Person, words: Words): CardElement[] {
  return actingAs ? bindElements(template, { text: words.text(say('card.actingAs.line', { account: actingAs.name })) }) : [];
}
