import { fold } from '../../folding.ts';
import { samePerson, withAsk } from '../asking.ts';
import type { Failure } from '../errors.ts';
import type { KnownPerson } from '../ports/stores.ts';
import type { Ask, Person, SetupRun } from '../run.ts';
import { failureOf } from './failing.ts';
import type { WorkParts } from './stepContext.ts';
import type { Rewrite } from './writing.ts';

/** Of one person within a day, whoever asks, in setups that have ended since too: beyond it their chat is left alone. */
export const mostAsksOfPerson = 20;
const day = 24 * 60 * 60_000;

/** Looks for whoever is meant, among those who have the bot. */
export async function findPerson(parts: WorkParts, run: SetupRun, errorId: string): Promise<Rewrite> {
  const searching = run.asks.filter(({ status }) => status === 'searching');
  const searched = await Promise.all(searching.map((ask) => afterSearch(parts, run, { ask, errorId })));
  return (now) => {
    const isStill = ({ id }: Ask) => now.asks.some((ask) => ask.id === id && ask.status === 'searching');
    return now.status === 'active' ? { run: searched.filter(isStill).reduce(withAsk, now) } : undefined;
  };
}

async function afterSearch(parts: WorkParts, run: SetupRun, { ask, errorId }: { ask: Ask; errorId: string }): Promise<Ask> {
  try {
    const asked = outcome(ask, await found(parts, run, ask));
    const { person } = asked;
    if (asked.status !== 'open' || !person) return asked;
    const left = { ...notFound(ask), wanted: person.name };
    if (isAskedTooOften(parts, person)) return { ...left, isAskedTooOften: true };
    return (await parts.microsoft.directory(ask.askedBy).isInvited(person.objectId)) ? { ...left, isGuest: true } : asked;
  } catch (error) {
    return notFound(ask, failureOf(parts, error, { errorId, runId: run.id, doing: 'findPerson' }));
  }
}

function isAskedTooOften({ runs, clock }: WorkParts, person: Person): boolean {
  const since = new Date(clock.now().getTime() - day).toISOString();
  return runs.timesAsked(person, since) >= mostAsksOfPerson;
}

async function found(parts: WorkParts, run: SetupRun, ask: Ask): Promise<readonly KnownPerson[]> {
  const people = await known(parts, run, ask);
  return people.filter(({ person }) => !samePerson(person, ask.askedBy) && (ask.about === 'partnerCenter' || !samePerson(person, run.startedBy)));
}

/** An address is looked up with the rights of whoever asks. */
async function known({ people, microsoft }: WorkParts, { startedBy }: SetupRun, { person, wanted, askedBy }: Ask): Promise<readonly KnownPerson[]> {
  if (!person && !wanted.includes('@')) return people.named(startedBy.tenantId, wanted);
  const objectId = person?.objectId ?? (await microsoft.directory(askedBy).userObjectId(wanted));
  const one = objectId && people.find(startedBy.tenantId, objectId);
  return one ? [one] : [];
}

function outcome(ask: Ask, people: readonly KnownPerson[]): Ask {
  const [one, ...others] = people;
  if (!one) return notFound(ask);
  if (others.length > 0 || hasToBeConfirmed(ask, one.person)) return { ...ask, status: 'several', candidates: people.map(({ person }) => person) };
  return { ...ask, status: 'open', person: one.person, conversationId: one.conversationId };
}

/** The values are shown to nobody whom the card has not named; a step is not asked of somebody whom only a part of a word fits. */
function hasToBeConfirmed({ person: chosen, about, wanted }: Ask, { name }: Person): boolean {
  if (chosen) return false;
  if (about === 'partnerCenter') return true;
  if (wanted.includes('@')) return false;
  const words = wordsOf(wanted);
  return words.length === 0 || !words.every((word) => wordsOf(name).includes(word));
}

function wordsOf(text: string): string[] {
  return fold(text).split(/[^\p{L}\p{N}]+/u).filter(Boolean);
}

export function notFound({ person: _person, ...ask }: Ask, failure?: Failure): Ask {
  return { ...ask, status: 'nobody', ...(failure && { failure }) };
}
