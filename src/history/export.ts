import { stringify } from 'csv-stringify/sync';
import { z } from 'zod';

import { auditEntrySchema, type AuditRecord } from '../setup/audit/entry.ts';
import type { Sentence } from '../setup/sentence.ts';
import { cellsOf, columns } from './columns.ts';
import { asFarAsKnown, whatHappened } from './what.ts';

export const exportFormats = ['csv', 'json'] as const;
export type ExportFormat = (typeof exportFormats)[number];

const planSchema = auditEntrySchema.shape.plan.unwrap().element;

/** The JSON of an exported history. Properties are only ever added under version 1; see docs/history.md. */
export const historySchema = z.strictObject({
  format: z.literal('lead-setup-history'),
  version: z.literal(1),
  entries: z.array(
    auditEntrySchema.extend({
      sequence: z.number().int().positive(),
      hash: z.string().regex(/^[0-9a-f]{64}$/u),
      /** The entry as one sentence. */
      what: z.string(),
      plan: z.array(planSchema.extend({ text: z.string() })).optional(),
    }),
  ),
});
export type History = z.infer<typeof historySchema>;

/** A history as one text, in the words of `plain`. */
export function exported(format: ExportFormat, records: readonly AuditRecord[], plain: (sentence: Sentence) => string): string {
  const worded = asFarAsKnown(plain);
  return format === 'csv' ? asCsv(records, worded) : asJson(records, worded);
}

/**
 * RFC 4180, every cell in quotes, and nothing in it that a spreadsheet would take for a formula, wherever the program splits: at commas, semicolons or tabs,
 * as its language has it, or at line ends. After OWASP's “CSV Injection” and ASVS 1.2.10.
 */
function asCsv(records: readonly AuditRecord[], plain: (sentence: Sentence) => string): string {
  return stringify(records.map((record) => cellsOf(record, plain)), {
    header: true, columns: [...columns], record_delimiter: '\r\n', quoted: true, quoted_empty: true, cast: { string: withoutFormulas },
  });
}

/** Where a cell may begin, and what programs drop in front of a formula: blanks, quotes and what nobody sees. */
const formula = /(?:^|[,;\t\r\n])[[\s"\p{Cc}\p{Cf}]--[\t\r\n]]*(?=[=+\-@＝＋－＠])/gv;
const control = /^[\t\r\n\0]/u;

function withoutFormulas(cell: string): string {
  return cell.replace(formula, "$&'").replace(control, "'$&");
}

function asJson(records: readonly AuditRecord[], plain: (sentence: Sentence) => string): string {
  const entries = records.map(({ sequence, entry: { plan, ...entry }, hash }) => ({
    sequence,
    ...entry,
    what: plain(whatHappened({ ...entry, plan }, plain)),
    ...(plan && { plan: plan.map((part) => ({ ...part, text: plain(part.sentence) })) }),
    hash,
  }));
  return JSON.stringify({ format: 'lead-setup-history', version: 1, entries } satisfies History, undefined, 2);
}
