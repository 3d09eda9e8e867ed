import type { Ask, Path, Person, SetupRun, StepId } from './run.ts';
import { provingStep } from './sections.ts';

/** What somebody can be asked about. */
export type AskedAbout = Ask['about'];

const underWay: readonly Ask['status'][] = ['searching', 'several', 'nobody', 'open'];

/** It waits for its person to be found or to do their part. */
export function isUnderWay({ status }: Pick<Ask, 'status'>): boolean {
  return underWay.includes(status);
}

export function samePerson(one: Pick<Person, 'tenantId' | 'objectId'>, other: Pick<Person, 'tenantId' | 'objectId'>): boolean {
  return one.objectId.toLowerCase() === other.objectId.toLowerCase() && one.tenantId.toLowerCase() === other.tenantId.toLowerCase();
}

/** The last ask about this, whatever became of it. */
export function lastAskAbout({ asks }: Pick<SetupRun, 'asks'>, about: AskedAbout): Ask | undefined {
  return asks.findLast((ask) => ask.about === about);
}

/** The ask about this that waits for something. */
export function askAbout(run: Pick<SetupRun, 'asks'>, about: AskedAbout): Ask | undefined {
  const last = lastAskAbout(run, about);
  return last && isUnderWay(last) ? last : undefined;
}

/** The last of those who wait for something about this: unlike a step, the values may be for several. */
export function lastWaiting({ asks }: Pick<SetupRun, 'asks'>, about: AskedAbout): Ask | undefined {
  return asks.findLast((ask) => ask.about === about && isUnderWay(ask));
}

/** The last ask of this person in their own chat; `about` only where they are asked about several things. */
export function askOf(run: Pick<SetupRun, 'asks'>, { person, conversationId, about }: { person: Person; conversationId: string; about?: AskedAbout | undefined }): Ask | undefined {
  const theirs = run.asks.filter((ask) => ask.person && samePerson(ask.person, person) && ask.conversationId === conversationId);
  return theirs.findLast((ask) => ask.about === about) ?? theirs.findLast(isUnderWay) ?? theirs.at(-1);
}

export function withAsk(run: SetupRun, changed: Ask): SetupRun {
  return { ...run, asks: run.asks.map((ask) => (ask.id === changed.id ? changed : ask)) };
}

/** Nobody is waited for any more: neither found, nor let in by a card that they may still have. */
export function withdrawn(run: SetupRun, isMeant: (ask: Ask) => boolean = () => true): SetupRun {
  return { ...run, asks: run.asks.map((ask) => (isUnderWay(ask) && isMeant(ask) ? { ...ask, status: 'withdrawn' } : ask)) };
}

/** Whoever began the setup, and whoever is asked about this step and has neither declined nor been let go. */
export function mayActOn(run: Pick<SetupRun, 'asks' | 'startedBy'>, stepId: StepId, person: Person): boolean {
  const ask = askAbout(run, stepId);
  return samePerson(run.startedBy, person) || (ask?.status === 'open' && ask.person !== undefined && samePerson(ask.person, person));
}

/** Whoever approved acts, unless their part is over. Before an approval it is the person who was asked, once they have signed in for it; else the one who started. */
export function actorOf(run: Pick<SetupRun, 'asks' | 'startedBy' | 'steps'>, stepId: StepId): Person {
  const state = run.steps[stepId];
  if (state.status === 'applying') return state.approvedBy;
  if (state.status === 'failed' && state.approval && mayActOn(run, stepId, state.approval.approvedBy)) return state.approval.approvedBy;
  const ask = askAbout(run, stepId);
  return (ask?.status === 'open' && ask.signedIn && ask.person) || run.startedBy;
}

/** A step that is done needs nobody any more: whoever approved it has answered, anybody else is not waited for. */
export function settleAsks(run: SetupRun): SetupRun {
  return {
    ...run,
    asks: run.asks.map((ask) => {
      const state = ask.about === 'partnerCenter' ? undefined : run.steps[ask.about];
      if (!isUnderWay(ask) || state?.status !== 'done') return ask;
      const isTheirs = ask.person && state.approvedBy && samePerson(ask.person, state.approvedBy);
      return { ...ask, status: isTheirs ? 'answered' : 'withdrawn' };
    }),
  };
}

/**
 * Microsoft did not accept the sign-in of whoever was asked about this step: it is asked for again. That of another account is made anew in
 * the browser, whatever their own is worth.
 */
export function withLostSignIn(run: SetupRun, stepId: StepId): SetupRun {
  const ask = askAbout(run, stepId);
  return ask?.signedIn && !ask.person?.actingAs ? withAsk(run, { ...ask, signedIn: false }) : run;
}

/** Who approved the making of what is handed over: the one who may see it. Records of before say it by the step alone. */
export function makerOf({ facts, ...run }: SetupRun): Person | undefined {
  const proving = run.steps[provingStep(run)];
  if (proving.status !== 'done') return undefined;
  const madeBy = run.path === 'microsoft365' ? facts.password?.madeBy : facts.key?.madeBy;
  const known = [run.startedBy, proving.approvedBy, ...run.asks.map(({ person }) => person)];
  return madeBy === undefined ? proving.approvedBy : known.find((person) => person?.objectId === madeBy);
}

/** Whom the maker has named, to see what is handed over in their place. */
export function namedBy({ asks }: Pick<SetupRun, 'asks'>): Person[] {
  return asks.flatMap(({ about, status, person }) => (about === 'partnerCenter' && person && ['open', 'answered'].includes(status) ? [person] : []));
}

/** Whether this person may see what is handed over. */
export function maySee(run: SetupRun, person: Person): boolean {
  return [makerOf(run), ...namedBy(run)].some((one) => one && samePerson(one, person));
}

/** Whoever was named was named for the secret of before. */
export function withNobodyNamed(run: SetupRun): SetupRun {
  return { ...run, asks: run.asks.map((ask) => (ask.about === 'partnerCenter' ? { ...ask, status: 'withdrawn' } : ask)) };
}

/** Prerequisites that are about the rights of whoever began, not about the tenant: somebody else can do those steps. */
const lendable: readonly string[] = ['PRE-001'];

/** Whether nothing stands in the way of this path but rights that somebody else may have. */
export function lacksRightsOnly({ checks }: Pick<SetupRun, 'checks'>, path: Path): boolean {
  const blocking = checks.filter(({ verdict, paths }) => verdict === 'blocked' && paths.includes(path));
  return blocking.length > 0 && blocking.every(({ code }) => lendable.includes(code));
}
