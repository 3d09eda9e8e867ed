import { z } from 'zod';

const sqliteErrorSchema = z.object({ code: z.literal('ERR_SQLITE_ERROR'), errcode: z.number(), errstr: z.string() });
const fileErrorSchema = z.object({ code: z.string(), syscall: z.string() });

/** SQLite's primary result codes, https://sqlite.org/rescode.html. */
const primary = 0xff;
const reasons: Readonly<Record<number, string>> = {
  5: 'another process has it locked. One process at a time may use a DATA_DIR.',
  6: 'another process has it locked. One process at a time may use a DATA_DIR.',
  8: 'it cannot be written.',
  10: 'the disk cannot be read or written.',
  11: 'it is damaged. Restore a backup, see docs/operations.md.',
  13: 'there is no room left on the disk.',
  14: 'it cannot be opened.',
  26: 'it is no database, or damaged. Restore a backup, see docs/operations.md.',
};

/** One line for whoever runs the bot. */
export function reasonOf(error: unknown): string {
  const sqlite = sqliteErrorSchema.safeParse(error).data;
  if (sqlite) return reasons[sqlite.errcode & primary] ?? `${sqlite.errstr}.`;
  const file = fileErrorSchema.safeParse(error).data;
  if (file) return `it cannot be made or written (${file.code}). DATA_DIR has to be a folder in which the bot may write.`;
  return error instanceof Error ? error.message : String(error);
}
