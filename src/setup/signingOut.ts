import { samePerson } from './asking.ts';
import type { RunStore } from './ports/stores.ts';
import type { Clock } from './ports/tools.ts';
import type { Person, SetupRun, StepId } from './run.ts';
import { stepsOf } from './sections.ts';

export interface SigningOutParts {
  readonly runs: RunStore;
  readonly clock: Clock;
}

/** A setup under way that the person has signed out of. */
export interface SignedOutOf {
  readonly run: SetupRun;
  /** Steps in hand in their name: they go on to the next need of a sign-in and wait there. */
  readonly waiting: readonly StepId[];
}

/** Every setup under way of this person, and every ask of theirs, needs a new sign-in to go on. Repeating it changes nothing. */
export function signOutOf(parts: SigningOutParts, person: Person): SignedOutOf[] {
  return parts.runs.activeOf(person).map(({ id }) => signedOut(parts, id, person)).filter((one) => one !== undefined);
}

function signedOut(parts: SigningOutParts, runId: string, person: Person): SignedOutOf | undefined {
  const run = parts.runs.load(runId);
  if (run?.status !== 'active') return undefined;
  const at = parts.clock.now().toISOString();
  const isOwn = samePerson(run.startedBy, person);
  const asks = run.asks.map((ask) => (ask.person && samePerson(ask.person, person) ? { ...ask, signedIn: false } : ask));
  const result = parts.runs.commit({ run: { ...run, asks, updatedAt: at, ...(isOwn && { signedIn: false, signedOutAt: at }) }, by: person });
  if (result.kind === 'conflict') return signedOut(parts, runId, person);
  return { run: result.kind === 'written' ? result.run : run, waiting: stepsOf(run).filter((id) => isInHand(run, id, person)) };
}

function isInHand({ steps }: SetupRun, id: StepId, person: Person): boolean {
  const state = steps[id];
  return state.status === 'applying' && samePerson(state.approvedBy, person);
}
