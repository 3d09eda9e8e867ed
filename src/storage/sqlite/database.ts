import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { reasonOf } from './reason.ts';
import { migrations } from './migrations.ts';

/** Who else has an account on the machine reads nothing of it. A folder or file that is there keeps its rights: they are for whoever made it. */
const onlyOwner = { folder: 0o700, file: 0o600 } as const;

/** How long a write waits, in milliseconds, for another process to let go of the file. The whole process stands still meanwhile. */
const patience = { opening: 5000, usual: 1000, brief: 200 } as const;

/** Opens the file, making it and its folder when they are missing, and brings its schema up to date. Throws one line that says why it cannot be used. */
export function openDatabase(file: string): DatabaseSync {
  try {
    return openWhole(file);
  } catch (error) {
    throw new Error(`${file}: ${reasonOf(error)}`, { cause: error });
  }
}

function openWhole(file: string): DatabaseSync {
  mkdirSync(dirname(file), { recursive: true, mode: onlyOwner.folder });
  // SQLite gives its other files the rights of this one.
  closeSync(openSync(file, 'a', onlyOwner.file));
  const database = new DatabaseSync(file, { enableForeignKeyConstraints: true, timeout: patience.opening });
  database.exec('pragma journal_mode = wal; pragma synchronous = full; pragma secure_delete = on');
  refuseDamaged(database);
  migrate(database);
  bePatient(database, patience.usual);
  return database;
}

/** From here on no write waits for long. */
export function hurry(database: DatabaseSync): void {
  bePatient(database, patience.brief);
}

/** Does `work` without waiting for long: for what is tried again anyway. */
export function briefly<T>(database: DatabaseSync, work: () => T): T {
  const usual = Number(database.prepare('pragma busy_timeout').get()?.['timeout']);
  hurry(database);
  try {
    return work();
  } finally {
    bePatient(database, usual);
  }
}

function bePatient(database: DatabaseSync, ms: number): void {
  database.exec(`pragma busy_timeout = ${ms}`);
}

/** A page that is not read today is read some day: better no start than one that loses a setup later. */
function refuseDamaged(database: DatabaseSync): void {
  const found = database.prepare('pragma quick_check(1)').get()?.['quick_check'];
  if (found !== 'ok') throw new Error(`it is damaged (${String(found).replaceAll(/\s+/gu, ' ')}). Restore a backup, see docs/operations.md.`);
}

/** Runs `work` as one transaction that nobody else can write into: all of it happens, or nothing. Within another it is a part of that. */
export function transaction<T>(database: DatabaseSync, work: () => T): T {
  if (database.isTransaction) return work();
  database.exec('begin immediate');
  try {
    const result = work();
    database.exec('commit');
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec('rollback');
    throw error;
  }
}

function migrate(database: DatabaseSync): void {
  transaction(database, () => {
    const version = schemaVersion(database);
    if (version > migrations.length) {
      throw new Error(`it has schema version ${version}; this build knows ${migrations.length}. Run a newer build.`);
    }
    for (const step of migrations.slice(version)) database.exec(step);
    database.exec(`pragma user_version = ${migrations.length}`);
  });
}

function schemaVersion(database: DatabaseSync): number {
  return Number(database.prepare('pragma user_version').get()?.['user_version']);
}
