import type { PeopleStore } from '../setup/ports/stores.ts';
import type { Person } from '../setup/run.ts';

/** Where somebody's personal chat with the bot is. */
export interface PersonalChat {
  readonly person: Person;
  readonly conversationId: string;
  /** The channel's conversation reference, as JSON. */
  readonly reference: object;
}

/** Everybody who has the bot installed, each with the one personal chat that they were seen in last. */
export interface People extends PeopleStore {
  remember(chat: PersonalChat): void;
  /** They have removed the bot, or cannot be reached there any more. */
  forgetChat(conversationId: string): void;
  referenceOf(conversationId: string): unknown;
}
