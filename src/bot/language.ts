import type { Activity } from 'botbuilder';

import type { AdaptiveCard } from '../cards/card.ts';
import type { Translate } from '../locales/index.ts';
import type { AuditRecord } from '../setup/audit/entry.ts';
import type { Question } from '../setup/commands/command.ts';
import type { Ask, SetupRun, Person } from '../setup/run.ts';
import type { Sentence } from '../setup/sentence.ts';

/** The cards that the bot shows, in one person's language and time zone. */
export interface Cards {
  /** The run's living card. With `secret` it may only be the answer to a click of the person it belongs to. */
  setup(run: SetupRun, extra?: { readonly notice?: Sentence | undefined; readonly secret?: string }): AdaptiveCard;
  /** What somebody sees who was asked, in their own chat; `secret` as above. */
  asked(run: SetupRun, ask: Ask, extra?: { readonly notice?: Sentence | undefined; readonly secret?: string }): AdaptiveCard;
  /** What stays where the living card was. */
  moved(run: SetupRun): AdaptiveCard;
  /** What the bot asks back before anything is changed. */
  question(run: SetupRun, question: Question): AdaptiveCard;
  /** For a task module only. */
  /** `viewer`: who opens it. */
  revealTask(run: SetupRun, secret: string, viewer: Person): AdaptiveCard;
  /** What was done in a setup, as far as this person may see it. */
  history(run: SetupRun, records: readonly AuditRecord[], about: { readonly isPart: boolean }): AdaptiveCard;
  help(): AdaptiveCard;
  welcome(): AdaptiveCard;
  /** For where others read along; the id is the bot's in the channel, `28:…`. */
  inGroup(botId: string): GroupCards;
}

/** Nothing of a person's, and no button that acts. */
export interface GroupCards {
  status(latest: SetupRun | undefined): AdaptiveCard;
  setUp(): AdaptiveCard;
  help(): AdaptiveCard;
  words(): AdaptiveCard;
  sentence(sentence: Sentence): AdaptiveCard;
  welcome(): AdaptiveCard;
}

export interface Language {
  readonly t: Translate;
  /** The same for what is no Markdown: a file. */
  readonly plain: Translate;
  readonly cards: Cards;
  /** All languages that may be asked for, as one would list them in this one. */
  readonly choice: string;
}

/** What an activity says of its person and of their language; the latter is a claim of a client. */
export type Speaking = Partial<Pick<Activity, 'locale' | 'localTimezone' | 'from' | 'conversation' | 'channelData'>>;
export type LanguageFor = (speaking: Speaking) => Language;
