import { samePerson } from './asking.ts';
import { doneBy } from './audit/derive.ts';
import type { AuditTrail, RunStore } from './ports/stores.ts';
import type { Clock } from './ports/tools.ts';
import type { Person, SetupRun, StepId } from './run.ts';
import { stepsOf } from './sections.ts';
import { isUndoing } from './undo/underWay.ts';

export interface SigningOutParts {
  readonly runs: RunStore;
  readonly record: Pick<AuditTrail, 'latestBy' | 'add'>;
  readonly clock: Clock;
}

/** A setup under way that the person has signed out of. */
export interface SignedOutOf {
  readonly run: SetupRun;
  /** Steps in hand in their name: they go on to the next need of a sign-in and wait there. */
  readonly waiting: readonly StepId[];
}

/** How the run remembers it: by their own wish, or because it was over. */
type Remembered = 'signedOutAt' | 'signInEndedAt';

/** As long as an approval holds. */
const idleMs = 24 * 60 * 60_000;
const longestMs = 7 * idleMs;

/** By their own wish, which is on record also where no setup of theirs has it: once, until they do anything else. */
export function signOutByWish(parts: SigningOutParts, person: Person): SignedOutOf[] {
  const left = signOutOf(parts, person);
  const { record, clock } = parts;
  if (record.latestBy(person)?.kind !== 'signedOut') record.add({ kind: 'signedOut', at: clock.now().toISOString(), tenantId: person.tenantId, ...doneBy(person) });
  return left;
}

/** Every setup under way of this person, and every ask of theirs, needs a new sign-in to go on. Repeating it changes nothing. */
export function signOutOf(parts: Pick<SigningOutParts, 'runs' | 'clock'>, person: Person, remembered: Remembered = 'signedOutAt'): SignedOutOf[] {
  return parts.runs.activeOf(person).map(({ id }) => signedOut(parts, { id, remembered }, person)).filter((one) => one !== undefined);
}

function signedOut(parts: Pick<SigningOutParts, 'runs' | 'clock'>, about: { id: string; remembered: Remembered }, person: Person): SignedOutOf | undefined {
  const run = parts.runs.load(about.id);
  if (run?.status !== 'active') return undefined;
  const at = parts.clock.now().toISOString();
  const isOwn = samePerson(run.startedBy, person);
  const asks = run.asks.map((ask) => (ask.person && samePerson(ask.person, person) ? { ...ask, signedIn: false } : ask));
  const mark = isOwn && (about.remembered === 'signedOutAt' || run.signedIn) && { signedIn: false, [about.remembered]: at };
  const result = parts.runs.commit({ run: { ...run, asks, updatedAt: at, ...mark }, by: person });
  if (result.kind === 'conflict') return signedOut(parts, about, person);
  return { run: result.kind === 'written' ? result.run : run, waiting: stepsOf(run).filter((id) => isInHand(run, id, person)) };
}

function isInHand({ steps }: SetupRun, id: StepId, person: Person): boolean {
  const state = steps[id];
  return state.status === 'applying' && samePerson(state.approvedBy, person);
}

/** Whose sign-in has to end. Nobody's while a step is in hand in their name: that ends with its approval. */
export function overdueSignIns({ runs, clock }: Pick<SigningOutParts, 'runs' | 'clock'>): Person[] {
  const people = runs.signedIn().flatMap((run) => signInsOf(run).map(({ person }) => person));
  const each = new Map(people.map((person) => [`${person.tenantId} ${person.objectId}`.toLowerCase(), person]));
  return [...each.values()].filter((person) => isOverdue(runs.activeOf(person), person, clock.now().getTime()));
}

function isOverdue(theirs: readonly SetupRun[], person: Person, now: number): boolean {
  if (theirs.some((run) => isAtWork(run, person))) return false;
  const signIns = theirs.flatMap(signInsOf).filter((one) => samePerson(one.person, person));
  // Ahead of now: the clock was set back.
  const isAgo = (at: string, ms: number): boolean => Math.abs(now - Date.parse(at)) >= ms;
  return theirs.every(({ updatedAt }) => isAgo(updatedAt, idleMs)) || signIns.some(({ since }) => isAgo(since, longestMs));
}

function isAtWork(run: SetupRun, person: Person): boolean {
  if (isUndoing(run)) return run.undo.state.status === 'undoing' && samePerson(run.startedBy, person);
  return stepsOf(run).some((id) => isInHand(run, id, person));
}

/** Who is signed in for this setup, and since when. */
function signInsOf({ startedBy, startedAt, signedIn, signedInAt = startedAt, asks }: SetupRun): { person: Person; since: string }[] {
  const asked = asks.flatMap((ask) => (ask.signedIn && ask.person ? [{ person: ask.person, since: ask.signedInAt ?? ask.askedAt }] : []));
  return [...(signedIn ? [{ person: startedBy, since: signedInAt }] : []), ...asked];
}
