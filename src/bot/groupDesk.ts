import { type Activity, TurnContext } from 'botbuilder';

import type { AdaptiveCard } from '../cards/card.ts';
import type { Person } from '../setup/run.ts';
import { type Sentence, say } from '../setup/sentence.ts';
import type { Setups } from '../setup/setups.ts';
import type { LanguageChoices } from '../storage/languageChoices.ts';
import type { GroupCards, LanguageFor } from './language.ts';
import { type Wish, wishOfMessage } from './wish.ts';

export interface GroupDeskParts {
  readonly setups: Pick<Setups, 'latestOf'>;
  readonly languageChoices: Pick<LanguageChoices, 'remember'>;
  readonly languageFor: LanguageFor;
}

export type GroupAnswer = { readonly kind: 'card'; readonly card: AdaptiveCard } | { readonly kind: 'sentence'; readonly sentence: Sentence };

/** Group chats and channels: whoever mentions the bot is told how far they are, and led to their own chat. Nothing is set up here. */
export class GroupDesk {
  readonly #parts: GroupDeskParts;

  constructor(parts: GroupDeskParts) {
    this.#parts = parts;
  }

  answerTo(activity: Activity, person: Person): GroupAnswer {
    const wish = wishOfMessage(activity);
    if (isButton(activity)) return { kind: 'sentence', sentence: answerToClick(wish) };
    if (wish.kind === 'language') return { kind: 'card', card: this.#speak(activity, person, wish.language) };
    return { kind: 'card', card: this.#cardFor(wish, this.#cards(activity), person) };
  }

  welcome(activity: Activity): AdaptiveCard {
    return this.#cards(activity).welcome();
  }

  #cardFor(wish: Wish, cards: GroupCards, person: Person): AdaptiveCard {
    if (wish.kind === 'status') return cards.status(this.#parts.setups.latestOf(person));
    if (wish.kind === 'help') return cards.help();
    if (wish.kind === 'command' && wish.verb === 'history') return cards.sentence(say('bot.historyElsewhere'));
    return isStart(wish) ? cards.setUp() : cards.words();
  }

  /** The cards are asked for after the choice was remembered: they speak the new language. */
  #speak(activity: Activity, person: Person, language: string | undefined): AdaptiveCard {
    const { languageChoices, languageFor } = this.#parts;
    if (!language) return this.#cards(activity).sentence(say('bot.languageUnknown', { languages: languageFor(activity).choice }));
    languageChoices.remember(person, language);
    return this.#cards(activity).sentence(say('bot.languageChanged'));
  }

  #cards(activity: Activity): GroupCards {
    return this.#parts.languageFor(activity).cards.inGroup(activity.recipient.id);
  }
}

/** A card that was carried here from a personal chat acts on nothing, and is told about to nobody. */
export function answerToClick(wish: Wish): Sentence {
  return say(isStart(wish) ? 'bot.personalOnly' : 'notice.elsewhere');
}

/** Mentioned, or by a button. With the consent of a team's owner Teams would hand on every word that is written there. */
export function isAddressed(activity: Activity): boolean {
  return isButton(activity) || TurnContext.getMentions(activity).some(({ mentioned }) => mentioned.id === activity.recipient.id);
}

function isButton({ value }: Activity): boolean {
  return value !== undefined && value !== null;
}

function isStart(wish: Wish): boolean {
  return wish.kind === 'command' && wish.verb === 'start';
}
