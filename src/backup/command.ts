import { closeSync, existsSync, openSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';

import { reasonOf } from '../storage/sqlite/reason.ts';

export interface Lines {
  log(line: string): void;
  error(line: string): void;
}

/** Written with the rights of the file that it is a copy of. */
const onlyOwner = 0o600;
/** More pages (4 GB) than there are: between two steps a bot that writes would make it begin again. */
const allPages = 1_000_000;

/**
 * Copies the database in `dataDir`, which a bot may be using, to a file that is not there yet. It appears under its name only when it is whole.
 * Resolves to the exit code: 0 when it is there, 1 when it is not.
 */
export async function backUp(args: readonly string[], dataDir: string, lines: Lines): Promise<0 | 1> {
  const [target, ...more] = args;
  const source = join(dataDir, 'lead-setup.db');
  if (target === undefined || more.length > 0) return failed(lines, 'usage: npm run backup -- <file>');
  if (!existsSync(source)) return failed(lines, `${source}: no such file. DATA_DIR says where it is.`);
  if (existsSync(target)) return failed(lines, `${target}: is there already. A backup is never overwritten.`);
  const part = `${target}.part`;
  try {
    await copy(source, part);
    lines.log(`${target}: ${verified(part)}`);
    renameSync(part, target);
    return 0;
  } catch (error) {
    rmSync(part, { force: true });
    return failed(lines, `${target}: ${reasonOf(error)}`);
  }
}

async function copy(source: string, part: string): Promise<void> {
  rmSync(part, { force: true });
  closeSync(openSync(part, 'wx', onlyOwner));
  const database = new DatabaseSync(source, { readOnly: true, timeout: 5000 });
  try {
    await backup(database, part, { rate: allPages });
  } finally {
    database.close();
  }
}

/** What is in it, in a line. Throws when it is not whole. */
function verified(part: string): string {
  const database = new DatabaseSync(part);
  try {
    // Of its own, without files beside it.
    database.exec('pragma journal_mode = delete');
    const found = database.prepare('pragma integrity_check(1)').get()?.['integrity_check'];
    const strays = database.prepare('pragma foreign_key_check').all();
    if (found !== 'ok' || strays.length > 0) throw new Error('the copy is not whole; the database itself may be damaged.');
    const count = (table: string) => Number(database.prepare(`select count(*) as n from ${table}`).get()?.['n']);
    const version = Number(database.prepare('pragma user_version').get()?.['user_version']);
    return `whole, ${count('runs')} setups, ${count('jobs')} jobs, schema version ${version}`;
  } finally {
    database.close();
  }
}

function failed(lines: Lines, line: string): 1 {
  lines.error(line);
  return 1;
}
