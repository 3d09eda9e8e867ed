import type { Clock, Ids } from '../../setup/ports/tools.ts';
import { SqliteAskedPlaces } from './askedPlaces.ts';
import { SqliteAuditTrail } from './audit.ts';
import { SqliteConversationPlaces } from './conversationPlaces.ts';
import { hurry, openDatabase } from './database.ts';
import { SqliteDialogState } from './dialogState.ts';
import { EnvironmentLocks } from './environmentLocks.ts';
import { JobQueue } from './jobQueue.ts';
import { SqliteLanguageChoices } from './languageChoices.ts';
import { SqlitePeople } from './people.ts';
import { SqliteRunStore } from './runs.ts';
import type { SealingKeys } from './sealingKeys.ts';
import { SqliteSecretVault } from './secretVault.ts';
import { SqliteSignInExchanges } from './signInExchanges.ts';
import { createWritability } from './writability.ts';

export type { SealingKeys } from './sealingKeys.ts';

export interface SqliteStorageOptions {
  readonly file: string;
  readonly sealingKeys: SealingKeys;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Told of what the file holds and this build cannot read. */
  readonly log?: { error(detail: Record<string, unknown>, message: string): void };
}

export type SqliteStorage = ReturnType<typeof openSqliteStorage>;

/** Everything that outlives the process, in one SQLite file. */
export function openSqliteStorage({ file, sealingKeys, clock, ids, log }: SqliteStorageOptions) {
  const database = openDatabase(file);
  const jobs = new JobQueue(database, ids);
  const audit = new SqliteAuditTrail(database);
  const secrets = new SqliteSecretVault(database, sealingKeys, { audit, clock });
  const unopened = secrets.sealAnew();
  if (unopened > 0) log?.error({ unopened }, 'Sealed secrets lie under keys that are not among the sealing keys; new ones have to be made');
  return {
    runs: new SqliteRunStore(database, { queue: jobs, locks: new EnvironmentLocks(database), clock, audit, secrets, log }),
    audit,
    jobs,
    secrets,
    askedPlaces: new SqliteAskedPlaces(database),
    people: new SqlitePeople(database, clock),
    places: new SqliteConversationPlaces(database),
    signInExchanges: new SqliteSignInExchanges(database, clock),
    languageChoices: new SqliteLanguageChoices(database),
    dialogState: new SqliteDialogState(database),
    isOpen: () => database.isOpen,
    isWritable: createWritability(database, clock),
    hurry: () => hurry(database),
    close: () => database.close(),
  };
}
