import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parseArgs } from 'node:util';

import { z } from 'zod';

import { createTranslator } from '../locales/index.ts';
import type { AuditRecord } from '../setup/audit/entry.ts';
import { type AuditFault, verifiedAudit } from '../storage/sqlite/audit.ts';
import { exported, exportFormats } from './export.ts';

/** 0: written, and the record is whole. 1: nothing could be read. 2: written, and the record is not whole. */
export type ExitCode = 0 | 1 | 2;

export interface Streams {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

const usage = 'npm run history -- [--format csv|json] [--run <id>] [--since <date>] [--language <language>]';
const optionsSchema = z.strictObject({
  format: z.enum(exportFormats).default('csv'),
  run: z.string().min(1).optional(),
  /** `2026-11-22`, or with a time. */
  since: z.union([z.iso.date(), z.iso.datetime({ offset: true })]).optional(),
  language: z.string().default('en'),
});
type Options = z.infer<typeof optionsSchema>;

/** Writes the audit record of the database in `dataDir`, which a bot may be using; changes nothing there. The whole record is verified, whatever is asked for. */
export function writeHistory(args: readonly string[], dataDir: string, { out, err }: Streams): ExitCode {
  const options = readOptions(args);
  const file = join(dataDir, 'lead-setup.db');
  if (!options) return failed(err, `usage: ${usage}`);
  if (!existsSync(file)) return failed(err, `${file}: no such file. DATA_DIR says where it is.`);
  const database = new DatabaseSync(file, { readOnly: true, timeout: 5000 });
  try {
    const { records, faults } = read(database, options);
    out(exported(options.format, records, createTranslator(options.language)));
    for (const { sequence, why } of faults) err(`The record is not whole: entry ${sequence} ${whys[why]}`);
    return faults.length > 0 ? 2 : 0;
  } catch (error) {
    return failed(err, `${file}: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    database.close();
  }
}

const whys: Record<AuditFault['why'], string> = {
  missing: 'is missing',
  changed: 'or one before it was changed',
  unreadable: 'is none that this version knows',
};

function readOptions(args: readonly string[]): Options | undefined {
  const options = { format: { type: 'string' }, run: { type: 'string' }, since: { type: 'string' }, language: { type: 'string' } } as const;
  try {
    return optionsSchema.parse(parseArgs({ args: [...args], options, strict: true }).values);
  } catch {
    return undefined;
  }
}

/** One snapshot, in which a bot that writes at the same time does not show. */
function read(database: DatabaseSync, { run, since }: Options): { records: AuditRecord[]; faults: AuditFault[] } {
  const from = since === undefined ? -Infinity : Date.parse(since);
  const records: AuditRecord[] = [];
  const faults: AuditFault[] = [];
  database.exec('begin');
  for (const { record, fault } of verifiedAudit(database)) {
    if (fault) faults.push(fault);
    if (record && (run === undefined || record.entry.runId === run) && Date.parse(record.entry.at) >= from) records.push(record);
  }
  database.exec('commit');
  return { records, faults };
}

function failed(err: Streams['err'], line: string): ExitCode {
  err(line);
  return 1;
}
