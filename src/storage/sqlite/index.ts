import type { Clock, Ids } from '../../setup/ports/tools.ts';
import { SqliteConversationPlaces } from './conversationPlaces.ts';
import { openDatabase } from './database.ts';
import { SqliteDialogState } from './dialogState.ts';
import { EnvironmentLocks } from './environmentLocks.ts';
import { JobQueue } from './jobQueue.ts';
import { SqliteLanguageChoices } from './languageChoices.ts';
import { SqliteRunStore } from './runs.ts';
import { SqliteSecretVault } from './secretVault.ts';

export interface SqliteStorageOptions {
  readonly file: string;
  /** 32 bytes. */
  readonly sealingKey: Uint8Array;
  readonly clock: Clock;
  readonly ids: Ids;
}

export type SqliteStorage = ReturnType<typeof openSqliteStorage>;

/** Everything that outlives the process, in one SQLite file. */
export function openSqliteStorage({ file, sealingKey, clock, ids }: SqliteStorageOptions) {
  const database = openDatabase(file);
  const jobs = new JobQueue(database, ids);
  return {
    runs: new SqliteRunStore(database, { queue: jobs, locks: new EnvironmentLocks(database), clock }),
    jobs,
    secrets: new SqliteSecretVault(database, sealingKey),
    places: new SqliteConversationPlaces(database),
    languageChoices: new SqliteLanguageChoices(database),
    dialogState: new SqliteDialogState(database),
    isOpen: () => database.isOpen,
    close: () => database.close(),
  };
}
