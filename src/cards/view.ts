import type { Sentence } from '../setup/sentence.ts';
import type { Ask, SetupRun } from '../setup/run.ts';
import type { CardAction, CardElement } from './card.ts';
import type { BrowserLinks } from './browserLinks.ts';
import type { Portals } from './portals.ts';
import type { Speaker, Words } from './words.ts';

export interface SetupCardInput extends Speaker {
  readonly run: SetupRun;
  readonly portals: Portals;
  /** Undefined in an installation without a public address. */
  readonly browserLinks?: BrowserLinks | undefined;
  /** For clients without task modules: the values, the key too, may stand on the card itself. */
  readonly revealOnCard: boolean;
  /** The key, for the answer to *Show the values* and for nothing else. */
  readonly secret?: string | undefined;
  /** One line on top: what became of the click that this card answers. */
  readonly notice?: Sentence | undefined;
}

/** The card of somebody who was asked for their part. */
export interface AskedCardInput extends SetupCardInput {
  readonly ask: Ask;
}

/** What every part of the card works with. */
export interface View extends SetupCardInput {
  readonly words: Words;
  /** The card is for whoever was asked by this, not for whoever began the setup. */
  readonly ask?: Ask;
}

/** The opened section of the card. */
export interface Opened {
  readonly body: CardElement[];
  readonly actions: CardAction[];
  /** Parts below the buttons, opened by one of them. */
  readonly folded?: CardElement[];
}
