export interface Clock {
  now(): Date;
}

export interface Ids {
  /** A short id for runs and journal entries: lower-case letters and digits, unguessable. */
  short(): string;
  /** A GUID, for rows that Microsoft lets us name. */
  guid(): string;
}

export interface SolutionFile {
  readonly zip: Uint8Array;
  readonly sha256: string;
  /** Unique or display name of the publisher that it must be by, where whoever runs this bot says so. */
  readonly publisher?: string;
}

/** The solution that this installation of the bot hands out, already checked against its pinned hash. */
export interface SolutionSource {
  /** undefined when no file is configured: the step is then done by hand. Throws `E-SOL-FILE`, `E-SOL-HASH`. */
  read(): Promise<SolutionFile | undefined>;
}
