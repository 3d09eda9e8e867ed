import type { AdaptiveCard } from '../cards/card.ts';
import { exported, type ExportFormat } from '../history/export.ts';
import type { Log } from '../log.ts';
import { samePerson } from '../setup/asking.ts';
import type { AuditRecord } from '../setup/audit/entry.ts';
import { partOf } from '../setup/audit/part.ts';
import type { Command } from '../setup/commands/command.ts';
import type { AuditTrail } from '../setup/ports/stores.ts';
import type { Person, SetupRun } from '../setup/run.ts';
import { type Sentence, say } from '../setup/sentence.ts';
import type { Setups } from '../setup/setups.ts';
import type { Language } from './language.ts';
import { noteRefusal } from './refusedWishes.ts';

export interface HistoryDeskParts {
  readonly setups: Pick<Setups, 'load' | 'meantIn'>;
  readonly audit: AuditTrail;
  readonly log: Pick<Log, 'info'>;
}

export type HistoryAnswer =
  | { readonly kind: 'sentence'; readonly sentence: Sentence }
  /** `text`: the export that was asked for, a message of its own. */
  | { readonly kind: 'card'; readonly card: AdaptiveCard; readonly text?: string };

/** Teams takes messages of some 100 KB in UTF-16, whatever else is in them included. */
const longestText = 30_000;

/** `history`: what was done in a setup, for whoever began it; for whoever was asked, their part. */
export class HistoryDesk {
  readonly #parts: HistoryDeskParts;

  constructor(parts: HistoryDeskParts) {
    this.#parts = parts;
  }

  answer({ actor, conversationId, data }: Command, language: Language): HistoryAnswer {
    const run = this.#meant(actor, conversationId, data.runId);
    if (!run) return { kind: 'sentence', sentence: say('notice.noSetup') };
    const isOwner = samePerson(run.startedBy, actor);
    const records = partOf(actor, run, this.#parts.audit.ofRun(run.id));
    if (!isOwner && records.length === 0) {
      noteRefusal(this.#parts.log, { verb: 'history', actor, runId: run.id, why: 'notice.notYours' });
      return { kind: 'sentence', sentence: say('notice.notYours', { name: run.startedBy.name }) };
    }
    const card = language.cards.history(run, records, { isPart: !isOwner });
    return { kind: 'card', card, ...(data.format && { text: asMessage(data.format, records, language) }) };
  }

  /** A button names its setup; the word means the one under way, else the last in which they had a part. */
  #meant(person: Person, conversationId: string, runId: string | undefined): SetupRun | undefined {
    const { setups, audit } = this.#parts;
    if (runId) return setups.load(runId);
    const last = audit.latestRunOf(person);
    return setups.meantIn(conversationId, 'history') ?? (last === undefined ? undefined : setups.load(last));
  }
}

/** The latest entries that one message bears, fenced so that the client shows them as they are. */
function asMessage(format: ExportFormat, records: readonly AuditRecord[], { t, plain }: Language): string {
  let shown = records;
  let text = exported(format, shown, plain);
  while (text.length > longestText && shown.length > 1) {
    shown = shown.slice(Math.ceil(shown.length / 10));
    text = exported(format, shown, plain);
  }
  const isCut = shown.length < records.length;
  const intro = isCut ? say('bot.historyCut', { shown: shown.length, total: records.length }) : say('bot.historyWhole', { total: records.length });
  return `${t(intro)}\n\n\`\`\`\n${unfenced(format, text)}\n\`\`\``;
}

/** What would end the fence: JSON has an escape for it, CSV has not. */
function unfenced(format: ExportFormat, text: string): string {
  return format === 'json' ? text.replaceAll('`', String.raw`\u0060`) : text.replaceAll('```', "'''");
}
