import type { z } from 'zod';

import type { Microsoft } from '../ports/microsoft.ts';
import type { Clock, Ids, SolutionSource } from '../ports/tools.ts';
import type { ErrorCode } from '../errors.ts';
import type { Change, Choices, Environment, Facts, Inputs, Person, Plan, SetupRun, StepId } from '../run.ts';
import type { Sentence } from '../sentence.ts';

/** What a look at the tenant says about a step. */
export type Look =
  | { readonly kind: 'done'; readonly evidence: readonly Sentence[] }
  | {
      readonly kind: 'needed';
      readonly plan: Plan;
      /** What the inputs may be chosen from now. */
      readonly choices?: Choices;
      /** Shown beside the plan; may change without the plan being another one. */
      readonly remarks?: readonly Sentence[];
    }
  /** It cannot be done now; `cure` says who can change that and how. With `choices`, other inputs may be a way on. */
  | {
      readonly kind: 'blocked';
      readonly reason: Sentence;
      readonly cure: Sentence;
      readonly choices?: Choices;
      /** Somebody with more rights could do it. */
      readonly lacksRight?: boolean;
    }
  /** What a person who does it in Microsoft's portals has not done yet. */
  | {
      readonly kind: 'byHand';
      readonly missing: readonly Sentence[];
      /** The bot cannot do it in this installation. */
      readonly isOnlyWay?: boolean;
    };

export type Applied =
  | { readonly kind: 'done'; readonly evidence: readonly Sentence[] }
  /** Nothing to do but wait: come back then. A wait for the same thing longer than its limit becomes the failure named. */
  | {
      readonly kind: 'waiting';
      readonly sentence: Sentence;
      readonly percent?: number;
      readonly againAfterMs: number;
      readonly limitMs: number;
      readonly onLimit: ErrorCode;
      /** Several sentences may be of one wait: its name. */
      readonly wait?: string;
      /** Told and limited is how long that wait takes altogether, not this sentence. */
      readonly isAltogether?: boolean;
    };

/** One approval's worth of the procedure. */
export interface Step {
  readonly id: StepId;
  /** Steps that must be done before this one can be planned. */
  readonly needs: readonly StepId[];
  /** What the person may change on the card; every input has a default. */
  readonly inputs: z.ZodType<Inputs>;
  readonly defaults: Inputs;
  /** The changes that it makes in a tenant where nothing stands in the way, for the whole plan; said without reading anything. */
  foresee(run: SetupRun): readonly Change[];
  /** What its plan will say that the person must see before approving, as far as that is known without reading anything. */
  forewarns?(run: SetupRun): readonly Sentence[];
  /** It costs money or more: never approved together with others. */
  readonly isAskedAlone?: boolean;
  /** The inputs with which the step, or the part of it that can be left out, is skipped, and what follows from that. */
  readonly skipping?: { readonly inputs: Inputs; readonly consequence: Sentence };
  /** Reads the tenant, changes nothing, and says what would be done. No dates or staging ids in the plan: the same tenant gives the same plan. */
  look(context: StepContext): Promise<Look>;
  /** Whether what was done or found is still there, however that came about; reads only. `false` only where it is certain that it is not. */
  isStillDone(context: StepContext): Promise<boolean>;
  /** Makes the changes. Safe to call again after a crash at any point; reads back before it says `done`. */
  apply(context: StepContext): Promise<Applied>;
}

/** What a step works with. */
export interface StepContext {
  /** The run as it is now: facts remembered during the call are in it. */
  run(): SetupRun;
  readonly environment: Environment;
  readonly actor: Person;
  readonly inputs: Inputs;
  /** The person says that they have done it themselves. */
  readonly byHand: boolean;
  readonly microsoft: Microsoft;
  readonly solutionSource: SolutionSource;
  readonly clock: Clock;
  readonly ids: Ids;
  /** A run of this installation, to tell what an earlier setup made from what only says so. */
  earlierRun(runId: string): SetupRun | undefined;
  /** Those of the same environment, the newest first. */
  earlierRuns(): SetupRun[];
  /** Writes facts to the run at once; a fact set to undefined is forgotten. */
  remember(facts: { [K in keyof Facts]?: Facts[K] | undefined }): void;
  /** Journals the intent, makes the change, journals the outcome. Throws `Stopped` instead when the setup was cancelled; `by`: whose rights are used, where not the actor's. */
  changing<T>(request: string, change: () => Promise<T>, by?: Person): Promise<T>;
  /** The same for what is put away after the setup was cancelled. */
  tidying<T>(request: string, change: () => Promise<T>): Promise<T>;
  /** The step has nothing under way any more: the next try looks and compares the plan again before it changes anything. */
  planAnew(): void;
  readonly secrets: {
    /** Seals; false when the setup was cancelled in between and nothing may be kept. */
    keep(name: string, secret: string): boolean;
    open(name: string): string | undefined;
    /** Destroys it at once; one that is not there is no error. */
    forget(name: string): void;
  };
}

/** The setup was cancelled while a step was being applied: nothing more is changed. */
export class Stopped extends Error {
  constructor() {
    super('The setup was cancelled');
    this.name = 'Stopped';
  }
}

/** What was approved cannot be done as it stands, but with these inputs it can: it is asked anew, with the reason. */
export class PlanAnew extends Error {
  readonly inputs: Inputs;
  readonly notice: Sentence;

  constructor(inputs: Inputs, notice: Sentence) {
    super('The plan has to be another one');
    this.name = 'PlanAnew';
    this.inputs = inputs;
    this.notice = notice;
  }
}
