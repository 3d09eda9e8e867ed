/**
 * How long things take in the sandbox's Dataverse, in milliseconds of the tenant's clock. Nothing waits in real time: every
 * state is worked out from the clock when it is asked for.
 */
export const timing = {
  /** An import from its start to its end; Microsoft's takes minutes. */
  importMs: 20_000,
  /** How long an asynchronous operation waits for a worker before it is in progress. */
  importQueuedMs: 1_500,
  /** A new application user is refused as "not a member" for this long: it is not known everywhere at once. */
  applicationUserReadyMs: 4_000,
  /** What a second import is told to wait. */
  importBusyRetryAfterSeconds: 5,
} as const;
