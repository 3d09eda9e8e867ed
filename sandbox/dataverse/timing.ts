import { conditionsSchema } from '../conditions.ts';
import { toMilliseconds } from '../duration.ts';

const usual = conditionsSchema.parse({});

/**
 * How long things take in the sandbox's Dataverse, in milliseconds of the tenant's clock. Nothing waits in real time: every
 * state is worked out from the clock when it is asked for.
 */
export const timing = {
  /** An import from its start to its end, unless the conditions say something else. */
  importMs: toMilliseconds(usual.importTakes),
  /** How long an asynchronous operation waits for a worker before it is in progress. */
  importQueuedMs: 1_500,
  /** A new application user is refused as "not a member" for this long, unless the conditions say something else. */
  applicationUserReadyMs: toMilliseconds(usual.replication.applicationUser),
  /** What a second import is told to wait. */
  importBusyRetryAfterSeconds: 5,
} as const;
