import type { Person } from '../setup/run.ts';
import { actingAsElements } from './actingAs.ts';
import type { AdaptiveCard } from './card.ts';
import { plainCard } from './plainCard.ts';
import { noteElements, partnerCenterButton, valueElements } from './sections/partnerCenter.ts';
import type { SetupCardInput, View } from './view.ts';
import { wordsFor } from './words.ts';

/**
 * The values with the key, for a Teams task module: closed, it leaves nothing behind. It has no button that posts back.
 * `viewer`: who opens it, whoever began or whoever was asked.
 */
export function revealTaskCard(input: SetupCardInput & { readonly secret: string; readonly viewer: Person }): AdaptiveCard {
  const view: View = { ...input, words: wordsFor(input) };
  const body = [...actingAsElements(input.viewer, view.words), ...valueElements(view, input.secret), ...noteElements(view, true)];
  return plainCard(view.words, body, [partnerCenterButton(view)]);
}
