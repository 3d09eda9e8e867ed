import type { ForeignComponent } from '../solutionComponents.ts';

export interface Clock {
  now(): Date;
}

export interface Ids {
  /** A short id for runs and journal entries: lower-case letters and digits, unguessable. */
  short(): string;
  /** A GUID, for rows that Microsoft lets us name. */
  guid(): string;
}

/** What a solution's file says of itself, as this bot reads it. */
export interface SolutionContents {
  readonly uniqueName: string;
  readonly version: string;
  readonly isManaged: boolean;
  readonly publisherUniqueName: string;
  /** What a solution that is there for one security role has no business with. Things that no list of root components tells are told by where they are in the file. */
  readonly foreign: readonly ForeignComponent[];
}

export interface SolutionFile {
  readonly zip: Uint8Array;
  readonly contents: SolutionContents;
  readonly sha256: string;
  /** Unique or display name of the publisher that it must be by, where whoever runs this bot says so. */
  readonly publisher?: string;
}

/** The solution that this installation of the bot hands out, checked against its pinned hash and read. */
export interface SolutionSource {
  /** undefined when no file is configured: the step is then done by hand. Throws `E-SOL-FILE`, `E-SOL-HASH`, `E-SOL-UNREADABLE`. */
  read(): Promise<SolutionFile | undefined>;
}
