import { asFarAsKnown, resultOf, whatHappened } from '../history/what.ts';
import type { AuditEntry, AuditRecord } from '../setup/audit/entry.ts';
import type { SetupRun } from '../setup/run.ts';
import { type Sentence, say } from '../setup/sentence.ts';
import { button } from './actions.ts';
import { type AdaptiveCard, bindElements } from './card.ts';
import { shorten } from './escape.ts';
import { messageElements, plainCard } from './plainCard.ts';
import template from './templates/history.json' with { type: 'json' };
import { type Speaker, type Words, wordsFor } from './words.ts';

export interface HistoryCardInput extends Speaker {
  readonly run: SetupRun;
  /** What this person may see, the oldest first. */
  readonly records: readonly AuditRecord[];
  /** Only what they did themselves or were asked. */
  readonly isPart: boolean;
}

/** As many as a card bears: the export has all. */
const mostShown = 12;
const longestWhat = 300;

/** What was done in a setup, the latest first, and the whole of it to take away. */
export function historyCard(input: HistoryCardInput): AdaptiveCard {
  const words = wordsFor(input);
  const told = withoutRepeats(input.records);
  const shown = told.slice(-mostShown).toReversed();
  const heading = words.text(say('card.history.heading'));
  const body = [
    ...messageElements(heading, ...remarks(input, { shown: shown.length, total: told.length }).map((remark) => words.text(remark))),
    ...bindElements(template, { entries: shown.map(({ entry }) => lines(entry, words)) }),
  ];
  return plainCard(words, body, told.length > 0 ? exports(input, words) : []);
}

function exports({ run }: HistoryCardInput, words: Words) {
  return (['csv', 'json'] as const).map((format) => button({ run, words }, format, { verb: 'history', format }));
}

function remarks({ isPart }: HistoryCardInput, { shown, total }: { shown: number; total: number }): Sentence[] {
  if (total === 0) return [say('card.history.none')];
  return [...(isPart ? [say('card.history.part')] : []), ...(shown < total ? [say('card.history.latest', { shown, total })] : [])];
}

/** What was sent and answered is told once, when it was answered. */
function withoutRepeats(records: readonly AuditRecord[]): AuditRecord[] {
  const answered = new Set(records.flatMap(({ entry }) => (entry.kind === 'changeAnswered' ? [entry.changeId] : [])));
  return records.filter(({ entry }) => entry.kind !== 'changeSent' || !answered.has(entry.changeId));
}

function lines(entry: AuditEntry, words: Words): { what: string; how: string } {
  const plain = asFarAsKnown((sentence) => words.plain(sentence));
  const result = resultOf(entry, plain);
  const how = [words.text(doneBy(entry)), ...(result ? [words.text(result)] : [])].join(' · ');
  return { what: shorten(words.text(whatHappened(entry, plain)), longestWhat), how };
}

function doneBy({ at, by, actingAs, kind }: AuditEntry): Sentence {
  if (!by) return say('card.history.byBot', { at });
  // That they sign in as an account is what it tells already.
  if (!actingAs || kind === 'actingAs') return say('card.history.by', { at, name: by.name });
  return say('card.history.byAs', { at, name: by.name, account: actingAs.name });
}
