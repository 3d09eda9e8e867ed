import { actorOf, askAbout } from './asking.ts';
import type { Failure } from './errors.ts';
import type { ProofAbout } from './proofAbout.ts';
import { type Ask, type Person, type SetupRun, type StepId, stepIdSchema } from './run.ts';

/** What somebody has proven in a browser, and for which part of which setup. */
export interface Proof {
  readonly runId: string;
  readonly about: ProofAbout;
  /** Who they are, and as which account they signed in. */
  readonly person: Person;
}

/** A proof that a part of a setup waits for. */
export interface WantedProof {
  /** Whose it is, and as which account. */
  readonly person: Person;
  /** What Microsoft wants proven: JSON, as it said it. Absent where a new sign-in is enough. */
  readonly claims?: string | undefined;
}

/** The proof that this part waits for; undefined when it waits for none, also when the setup has ended. */
export function wantedProof(run: SetupRun, about: ProofAbout): WantedProof | undefined {
  const unfound = run.status === 'active' ? unfoundAsk(run, about) : undefined;
  // Stryker disable next-line OptionalChaining: whoever was not found for that has a failure.
  if (unfound) return { person: unfound.askedBy, claims: unfound.failure?.claims };
  if (run.status === 'active' && isSignInLost(run, about)) return { person: actorAt(run, about) };
  const failure = run.status === 'active' ? failureOf(run, about) : undefined;
  if (failure?.code === 'E-CLAIMS') return { person: personOf(run, about, failure.person), claims: failure.claims };
  return failure?.code === 'E-SIGN-IN' ? { person: actorAt(run, about) } : undefined;
}

/** Whoever asks has to prove something before somebody can be looked for. */
export function unfoundAsk(run: SetupRun, about: ProofAbout): Ask | undefined {
  const ask = isStep(about) || about === 'partnerCenter' ? askAbout(run, about) : undefined;
  return ask?.status === 'nobody' && ask.failure?.code === 'E-CLAIMS' ? ask : undefined;
}

function isSignInLost({ steps }: SetupRun, about: ProofAbout): boolean {
  if (!isStep(about)) return false;
  const state = steps[about];
  return state.status === 'applying' && state.signInLost !== undefined;
}

function failureOf({ discovery, prerequisites, steps, undo, drift }: SetupRun, about: ProofAbout): Failure | undefined {
  if (about === 'partnerCenter') return undefined;
  if (about === 'check') return drift?.status === 'waiting' ? drift.failure : undefined;
  const state = about === 'undo' ? undo?.state : { discovery, prerequisites, ...steps }[about];
  return state?.status === 'failed' ? state.failure : undefined;
}

function actorAt(run: SetupRun, about: ProofAbout): Person {
  return isStep(about) ? actorOf(run, about) : run.startedBy;
}

/** A step may read with the rights of whoever began, whoever acts otherwise. */
function personOf(run: SetupRun, about: ProofAbout, objectId: string | undefined): Person {
  const actor = actorAt(run, about);
  return [actor, run.startedBy, ...run.asks.map(({ person }) => person)].find((person) => person?.objectId === objectId) ?? actor;
}

function isStep(about: ProofAbout): about is StepId {
  return stepIdSchema.safeParse(about).success;
}
