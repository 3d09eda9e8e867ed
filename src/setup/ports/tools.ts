export interface Clock {
  now(): Date;
}

export interface Ids {
  /** A short id for runs and journal entries: lower-case letters and digits, unguessable. */
  short(): string;
  /** A GUID, for rows that Microsoft lets us name. */
  guid(): string;
}

/** The solution that this installation of the bot hands out, already checked against its pinned hash. */
export interface SolutionSource {
  /** undefined when no file is configured: the step is then done by hand. Throws `E-SOL-FILE`, `E-SOL-HASH`. */
  read(): Promise<{ zip: Uint8Array; sha256: string } | undefined>;
}
