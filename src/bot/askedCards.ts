import { createHash } from 'node:crypto';

import type { TurnContext } from 'botbuilder';

import type { AdaptiveCard } from '../cards/card.ts';
import type { Ask, SetupRun } from '../setup/run.ts';
import type { Sentence } from '../setup/sentence.ts';
import type { AskedPlaces } from '../storage/askedPlaces.ts';
import type { LanguageFor } from './language.ts';
import { isGone, messageOf } from './livingCards.ts';
import { placed } from './outbox.ts';

export interface AskedCardsParts {
  readonly askedPlaces: AskedPlaces;
  readonly languageFor: LanguageFor;
}

/** An ask, and the run that it is of as it stands now. */
export interface Asked {
  readonly run: SetupRun;
  readonly ask: Ask;
}

/** The card of somebody who was asked, in their own chat. Cards with a secret are only ever the answer to a click. */
export class AskedCards {
  readonly #parts: AskedCardsParts;

  constructor(parts: AskedCardsParts) {
    this.#parts = parts;
  }

  draw({ activity }: TurnContext, { run, ask }: Asked, extra: { readonly notice?: Sentence | undefined; readonly secret?: string } = {}): AdaptiveCard {
    return this.#parts.languageFor(activity).cards.asked(run, ask, extra);
  }

  /** Whether the person was ever shown it. */
  isPlaced(asked: Asked): boolean {
    return this.#parts.askedPlaces.find(keyOf(asked)) !== undefined;
  }

  /** Changes the card where it stands, when it changes at all; posts it where it stands nowhere. */
  async show(context: TurnContext, asked: Asked): Promise<void> {
    const card = this.draw(context, asked);
    const place = this.#parts.askedPlaces.find(keyOf(asked));
    if (!place) return this.#post(context, asked, card);
    if (place.shown === digestOf(card)) return;
    try {
      await context.updateActivity({ ...messageOf(card), id: place.cardId });
      this.#remember(asked, place.cardId, card);
    } catch (error) {
      if (!isGone(error)) throw error;
      await this.#post(context, asked, card);
    }
  }

  /** A new message at the bottom. */
  async post(context: TurnContext, asked: Asked): Promise<void> {
    await this.#post(context, asked, this.draw(context, asked));
  }

  /** Only the client that clicked has this card: the message is brought up to date by the next telling. */
  isAnswered(asked: Asked, cardId: string | undefined): void {
    const known = cardId ?? this.#parts.askedPlaces.find(keyOf(asked))?.cardId;
    if (known) this.#parts.askedPlaces.remember(keyOf(asked), { cardId: known, shown: '', shownPlan: planOf(asked) });
  }

  /** Hash of the plan that the person saw last. */
  shownPlanOf(asked: Asked): string | undefined {
    return this.#parts.askedPlaces.find(keyOf(asked))?.shownPlan;
  }

  async #post(context: TurnContext, asked: Asked, card: AdaptiveCard): Promise<void> {
    const sent = await context.sendActivity(messageOf(card));
    await placed(context, sent, async (_turn, id) => this.#remember(asked, id, card));
  }

  #remember(asked: Asked, cardId: string, card: AdaptiveCard): void {
    this.#parts.askedPlaces.remember(keyOf(asked), { cardId, shown: digestOf(card), shownPlan: planOf(asked) });
  }
}

function keyOf({ run, ask }: Asked): string {
  return `${run.id}/${ask.id}`;
}

function digestOf(card: AdaptiveCard): string {
  return createHash('sha256').update(JSON.stringify(card)).digest('base64url');
}

function planOf({ run, ask }: Asked): string | undefined {
  const state = ask.about === 'partnerCenter' ? undefined : run.steps[ask.about];
  return state?.status === 'planned' ? state.planHash : undefined;
}
