import type { DatabaseSync } from 'node:sqlite';

import type { Clock } from '../../setup/ports/tools.ts';
import { isStoreUnusable } from '../unusable.ts';
import { briefly, transaction } from './database.ts';

/** Whoever asks is not alone: a try in this time is enough for all. */
const againAfterMs = 2000;
const bytes = 16_384;

/** Tells whether anything can be kept now: whether the file is locked, on a full disk or read-only is known only by writing. */
export function createWritability(database: DatabaseSync, clock: Clock): () => boolean {
  let triedAt = Number.NEGATIVE_INFINITY;
  let isWritable = true;
  return () => {
    const now = clock.now().getTime();
    if (Math.abs(now - triedAt) < againAfterMs) return isWritable;
    triedAt = now;
    isWritable = tryWriting(database);
    return isWritable;
  };
}

function tryWriting(database: DatabaseSync): boolean {
  try {
    briefly(database, () => transaction(database, () => write(database)));
    return true;
  } catch (error) {
    if (!isStoreUnusable(error)) throw error;
    return false;
  }
}

/** Some of what a decision needs: put there and taken away in one transaction, so that nobody ever sees it. */
function write(database: DatabaseSync): void {
  const key = 'room '.padEnd(bytes);
  database.prepare('insert into sign_in_exchanges (key, at) values (?, 0)').run(key);
  database.prepare('delete from sign_in_exchanges where key = ?').run(key);
}
