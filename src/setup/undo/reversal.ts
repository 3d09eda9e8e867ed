import type { Microsoft } from '../ports/microsoft.ts';
import type { Clock } from '../ports/tools.ts';
import type { Environment, Person, SetupRun } from '../run.ts';
import type { Sentence } from '../sentence.ts';
import type { Applied } from '../steps/step.ts';
import type { TakenBack } from './record.ts';

/** What the taking back of a step works with. */
export interface UndoContext {
  /** The run as it is now. */
  run(): SetupRun;
  readonly environment: Environment;
  readonly actor: Person;
  readonly microsoft: Microsoft;
  readonly clock: Clock;
  /** The other setups of this installation that could use what this one has made, taken back or not. */
  otherRuns(): SetupRun[];
  /** Journals the intent, makes the change, journals the outcome. Throws `Stopped` instead when it was stopped or is not approved. */
  changing<T>(request: string, change: () => Promise<T>): Promise<T>;
}

/** One thing that is still there and goes. */
export interface Taking extends TakenBack {
  /** Safe to call again after a crash at any point. */
  readonly take: () => Promise<{ readonly kind: 'done' } | (Applied & { readonly kind: 'waiting' })>;
}

/** What taking a step back would change now, as the tenant has it: nothing of what is gone already, and nothing that was there before the setup. */
export interface Reversal {
  readonly takings: readonly Taking[];
  readonly stays: readonly Sentence[];
  readonly notices: readonly Sentence[];
}

export type Reverse = (context: UndoContext) => Promise<Reversal>;

export const nothing: Reversal = { takings: [], stays: [], notices: [] };

export function together(...parts: readonly Reversal[]): Reversal {
  return {
    takings: parts.flatMap(({ takings }) => takings),
    stays: parts.flatMap(({ stays }) => stays),
    notices: parts.flatMap(({ notices }) => notices),
  };
}

export function staying(...sentences: readonly Sentence[]): Reversal {
  return { ...nothing, stays: sentences };
}

/** One request that takes one thing back. */
export function taking(context: UndoContext, { sentence, request }: TakenBack, change: () => Promise<void>): Taking {
  return {
    sentence,
    request,
    take: async () => {
      await context.changing(request, change);
      return { kind: 'done' };
    },
  };
}
