import { z } from 'zod';

const sqliteErrorSchema = z.object({ code: z.literal('ERR_SQLITE_ERROR'), errcode: z.number() });
/** SQLite's primary result codes for a file that is locked, read-only, on a disk that fails or is full, or cannot be opened: https://sqlite.org/rescode.html. */
const unusable: readonly number[] = [5, 6, 8, 10, 13, 14];
const primary = 0xff;

/** Whether what went wrong is that nothing can be kept for now, whatever it was to be. */
export function isStoreUnusable(error: unknown): boolean {
  const sqlite = sqliteErrorSchema.safeParse(error).data;
  return sqlite !== undefined && unusable.includes(sqlite.errcode & primary);
}
