import type { Clock, Ids } from '../../setup/ports/tools.ts';
import { SqliteAskedPlaces } from './askedPlaces.ts';
import { SqliteAuditTrail } from './audit.ts';
import { SqliteConversationPlaces } from './conversationPlaces.ts';
import { openDatabase } from './database.ts';
import { SqliteDialogState } from './dialogState.ts';
import { EnvironmentLocks } from './environmentLocks.ts';
import { JobQueue } from './jobQueue.ts';
import { SqliteLanguageChoices } from './languageChoices.ts';
import { SqlitePeople } from './people.ts';
import { SqliteRunStore } from './runs.ts';
import { SqliteSecretVault } from './secretVault.ts';

export interface SqliteStorageOptions {
  readonly file: string;
  /** 32 bytes. */
  readonly sealingKey: Uint8Array;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Told of what the file holds and this build cannot read. */
  readonly log?: { error(detail: Record<string, unknown>, message: string): void };
}

export type SqliteStorage = ReturnType<typeof openSqliteStorage>;

/** Everything that outlives the process, in one SQLite file. */
export function openSqliteStorage({ file, sealingKey, clock, ids, log }: SqliteStorageOptions) {
  const database = openDatabase(file);
  const jobs = new JobQueue(database, ids);
  const audit = new SqliteAuditTrail(database);
  const secrets = new SqliteSecretVault(database, sealingKey, { audit, clock });
  return {
    runs: new SqliteRunStore(database, { queue: jobs, locks: new EnvironmentLocks(database), clock, audit, secrets, log }),
    audit,
    jobs,
    secrets,
    askedPlaces: new SqliteAskedPlaces(database),
    people: new SqlitePeople(database, clock),
    places: new SqliteConversationPlaces(database),
    languageChoices: new SqliteLanguageChoices(database),
    dialogState: new SqliteDialogState(database),
    isOpen: () => database.isOpen,
    close: () => database.close(),
  };
}
