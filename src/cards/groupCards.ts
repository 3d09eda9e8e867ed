import type { SetupRun } from '../setup/run.ts';
import { type Sentence, say } from '../setup/sentence.ts';
import { isUndone } from '../setup/undo/underWay.ts';
import { openLink } from './actions.ts';
import type { AdaptiveCard } from './card.ts';
import { messageElements, plainCard } from './plainCard.ts';
import { chatLink, type Portals } from './portals.ts';
import { type OpenPart, standingOf } from './standing.ts';
import { type Speaker, type Words, wordsFor } from './words.ts';

export interface GroupCardInput extends Speaker {
  readonly portals: Pick<Portals, 'teams'>;
  /** The bot's id in the channel, `28:…`: where the personal chat is found. */
  readonly botId: string;
}

/** How far the latest setup of whoever asks is. Others read it: no name, address, id, value or message of anybody's is on it. */
export function groupStatusCard(input: GroupCardInput & { readonly run: SetupRun | undefined }): AdaptiveCard {
  const words = wordsFor(input);
  return groupCard(input, 'card.groupStatus.heading', input.run ? standing(input.run, words) : [say('card.groupStatus.none')]);
}

/** `set up leads`: with one's own rights, in one's own chat. */
export function groupSetUpCard(input: GroupCardInput): AdaptiveCard {
  return groupSentenceCard(input, say('bot.personalOnly'));
}

export function groupHelpCard(input: GroupCardInput): AdaptiveCard {
  return groupCard(input, 'card.groupHelp.heading', [say('card.groupHelp.status'), say('card.help.language'), say('card.groupHelp.setUp')]);
}

/** Everything that means nothing here. */
export function groupWordsCard(input: GroupCardInput): AdaptiveCard {
  return groupSentenceCard(input, say('card.groupWords.text'));
}

export function groupSentenceCard(input: GroupCardInput, sentence: Sentence): AdaptiveCard {
  return groupCard(input, undefined, [sentence]);
}

/** Shown once, when the bot is added to a team or a group chat. */
export function groupWelcomeCard(input: GroupCardInput): AdaptiveCard {
  return groupCard(input, 'card.welcome.heading', [say('card.groupWelcome.what'), say('card.groupWelcome.here'), say('card.groupWelcome.setUp')]);
}

function groupCard(input: GroupCardInput, heading: string | undefined, paragraphs: readonly Sentence[]): AdaptiveCard {
  const words = wordsFor(input);
  const body = messageElements(heading && words.text(say(heading)), ...paragraphs.map((sentence) => words.text(sentence)));
  return plainCard(words, body, [openLink(words, 'openChat', chatLink(input.portals, input.botId))]);
}

function standing(run: SetupRun, words: Words): Sentence[] {
  const { done, total, open } = standingOf(run);
  const ended = run.status === 'active' ? [] : [endOf(run), ...(isUndone(run) ? [say('card.groupStatus.undone')] : [])];
  const acting = run.startedBy.actingAs ? [say('card.groupStatus.actingAs')] : [];
  return [...ended, ...acting, say('card.groupStatus.done', { done, total }), ...open.map((part) => partSentence(part, words))];
}

function endOf(run: SetupRun): Sentence {
  const at = run.status === 'finished' ? run.handover.enteredAt : run.cancelledAt;
  return say(`card.groupStatus.${run.status}`, { at: at ?? run.updatedAt });
}

function partSentence({ section, how, since }: OpenPart, words: Words): Sentence {
  const key = section === 'environment' ? 'card.environment.environment' : `card.checklist.label.${section}`;
  return say(`card.groupStatus.${how}`, { part: words.plain(say(key)), since });
}
