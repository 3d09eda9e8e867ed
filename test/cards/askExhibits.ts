import { askedCard } from '../../src/cards/askedCard.ts';
import { questionCard } from '../../src/cards/questionCards.ts';
import { setupCard } from '../../src/cards/setupCard.ts';
import type { SetupCardInput } from '../../src/cards/view.ts';
import { type Ask, type Person, type SetupRun, stepIds } from '../../src/setup/run.ts';
import { say } from '../../src/setup/sentence.ts';
import type { Exhibit } from './gallery.ts';
import { type runsWith, secret, type Texts } from './runs.ts';

const at = '2026-11-22T14:02:00Z';

/** Every card of a setup in which somebody else is asked: the starter's, and those in the other person's own chat. */
export function askExhibits(texts: Texts, runs: ReturnType<typeof runsWith>, input: Omit<SetupCardInput, 'run'>): Exhibit[] {
  const { startedBy } = runs.applicationPlanned;
  const priya: Person = { ...startedBy, objectId: 'a1e10000-0000-4000-8000-000000000002', channelUserId: '29:priya', name: texts.person };
  const failure = { code: 'E-REFUSED', sentence: say('error.refused', { service: 'Microsoft Graph' }), upstream: { service: 'graph', status: 403, code: 'Authorization_RequestDenied', message: texts.message }, errorId: 'k3v9q2' } as const;
  const ask = (given: Partial<Ask> = {}): Ask =>
    ({ id: '1', about: 'application', wanted: texts.person, askedBy: startedBy, askedAt: at, status: 'open', person: priya, conversationId: 'a:priya', signedIn: false, ...given });
  const refused: SetupRun = withStep(runs.applicationPlanned, 'application', { status: 'failed', at, failure });
  const wanting = (person: string): SetupRun => withStep(refused, 'application', { status: 'failed', at, failure: { code: 'E-CLAIMS', sentence: say('error.claims'), claims: '{}', person, errorId: 'k3v9q2' } });
  const asking = (given: Partial<Ask>, run = refused) => ({ ...run, asks: [ask(given)] });
  const { person: _person, ...unfound } = ask();
  const made = madeByPriya(runs.handover, priya);
  const handedOver = { ...made, asks: [ask({ about: 'keyAndProof', status: 'answered' })] };
  const shown = { ...handedOver, handover: runs.revealed.handover };
  const named = { ...handedOver, asks: [...handedOver.asks, ask({ id: '2', about: 'partnerCenter', askedBy: priya, person: { ...priya, objectId: 'third' } })] };

  const starters: Record<string, SetupRun> = {
    noAdministrator: { ...runs.prerequisitesWarned, checks: [{ code: 'PRE-001', verdict: 'blocked', paths: ['entra', 'microsoft365'], found: say('check.systemAdministrator.missing', { environment: texts.environment }), cure: say('check.systemAdministrator.missingCure') }] },
    refused,
    lacksRight: withStep(refused, 'application', { status: 'blocked', at, reason: say('applicationUserAndRole.deleted', { name: texts.application }), cure: say('applicationUserAndRole.deletedCure'), lacksRight: true }),
    searching: { ...refused, asks: [{ ...unfound, status: 'searching' }] },
    several: { ...refused, asks: [{ ...unfound, status: 'several', candidates: [priya, { ...priya, objectId: 'another' }] }] },
    confirm: { ...refused, asks: [{ ...unfound, status: 'several', candidates: [priya] }] },
    tooMany: { ...refused, asks: [{ ...unfound, status: 'several', candidates: Array.from({ length: 11 }, (_, count) => ({ ...priya, objectId: `person-${count + 1000}` })) }] },
    nobody: { ...refused, asks: [{ ...unfound, status: 'nobody' }] },
    nobodyFailed: { ...refused, asks: [{ ...unfound, status: 'nobody', failure }] },
    askedTooOften: { ...refused, asks: [{ ...unfound, status: 'nobody', isAskedTooOften: true }] },
    guest: { ...refused, asks: [{ ...unfound, status: 'nobody', isGuest: true }] },
    nobodyWithoutProof: { ...refused, asks: [{ ...unfound, status: 'nobody', failure: { code: 'E-CLAIMS', sentence: say('error.claims'), claims: '{}', person: startedBy.objectId, errorId: 'k3v9q2' } }] },
    unreachable: { ...refused, asks: [{ ...unfound, status: 'nobody', isUnreachable: true }] },
    open: asking({}),
    planned: asking({ signedIn: true }, runs.applicationPlanned),
    applying: asking({ signedIn: true }, runs.applicationApplying),
    signInLost: waitingForSignIn(asking({ signedIn: false }, runs.applicationApplying), priya),
    declined: asking({ status: 'declined' }),
    valuesElsewhere: handedOver,
    valuesElsewhereShown: shown,
    passwordElsewhere: passwordByPriya(shown, priya),
    naming: { ...runs.handover, asks: [{ ...unfound, about: 'partnerCenter', status: 'nobody', askedBy: startedBy }] },
    namingWithoutConsent: { ...runs.handover, asks: [{ ...unfound, about: 'partnerCenter', status: 'nobody', askedBy: startedBy, failure: { code: 'E-CONSENT', sentence: say('error.consent'), errorId: 'k3v9q2' } }] },
    named: { ...runs.revealed, asks: [ask({ about: 'partnerCenter' })] },
  };
  const theirs: Record<string, SetupRun> = {
    toLook: asking({}),
    toApprove: asking({}, runs.applicationPlanned),
    signInLost: waitingForSignIn(asking({ signedIn: false }, runs.applicationApplying), priya),
    planning: asking({ signedIn: true }, runs.applicationPlanning),
    actingAs: asking({ signedIn: true, person: { ...priya, actingAs: { objectId: 'a1e10000-0000-4000-8000-000000000007', name: `adm-${texts.person}` } } }, runs.applicationPlanned),
    planned: asking({ signedIn: true }, runs.applicationPlanned),
    toTick: { ...runs.solutionWithCode, asks: [ask({ about: 'solution', signedIn: true })] },
    failed: asking({ signedIn: true }),
    wantsProof: asking({ signedIn: true }, wanting(priya.objectId)),
    wantsProofOfOther: asking({ signedIn: true }, wanting(startedBy.objectId)),
    applying: asking({ signedIn: true }, runs.applicationApplying),
    declined: asking({ status: 'declined' }),
    withdrawn: asking({ status: 'withdrawn' }),
    cancelled: asking({ status: 'withdrawn' }, runs.cancelledAtOnce),
    answered: asking({ status: 'answered' }, runs.rolePlanned),
    hasKey: handedOver,
    keyShown: shown,
    named,
    valuesOver: { ...named, status: 'finished' },
  };
  const lastOf = ({ asks }: SetupRun) => asks.at(-1) ?? ask();
  return [
    ...Object.entries(starters).map(([name, run]) => ({ name: `ask.${name}`, card: setupCard({ ...input, run }) })),
    ...Object.entries(theirs).map(([name, run]) => ({ name: `asked.${name}`, card: askedCard({ ...input, run, ask: lastOf(run) }) })),
    ...stepIds.map((stepId) => ({ name: `askWhom.${stepId}`, card: questionCard({ ...input, run: refused }, { kind: 'ask', about: stepId }) })),
    ...stepIds.map((stepId) => ({ name: `asked.${stepId}`, card: askedCard({ ...input, run: { ...refused, asks: [] }, ask: ask({ about: stepId }) }) })),
    { name: 'askWhom.partnerCenter', card: questionCard({ ...input, run: runs.handover }, { kind: 'ask', about: 'partnerCenter' }) },
    { name: 'takeOver', card: questionCard({ ...input, run: refused }, { kind: 'takeOver', lockRunId: 'other', holder: texts.person, since: at, mayTakeOver: true, keyName: 'lead-setup r4x7k2m9' }) },
    { name: 'takeOver.mayNot', card: questionCard({ ...input, run: refused }, { kind: 'takeOver', lockRunId: 'other', holder: texts.person, since: at, mayTakeOver: false }) },
    { name: 'takenOver', card: setupCard({ ...input, run: { ...runs.cancelledLate, takenOverBy: priya } }) },
    { name: 'asked.keyOnCard', card: askedCard({ ...input, run: shown, ask: lastOf(shown), secret }), showsSecret: true },
    { name: 'asked.notice', card: askedCard({ ...input, run: asking({}), ask: ask(), notice: say('notice.planChanged') }) },
  ];
}

/** Approved by whoever was asked, whose sign-in has ended since. */
function waitingForSignIn(run: SetupRun, approvedBy: Person): SetupRun {
  const { application } = run.steps;
  return application.status === 'applying' ? withStep(run, 'application', { ...application, approvedBy, signInLost: { since: at, errorId: 'k3v9q2' } }) : run;
}

function withStep(run: SetupRun, stepId: 'application', state: SetupRun['steps']['application']): SetupRun {
  return { ...run, steps: { ...run.steps, [stepId]: state } };
}

function madeByPriya(run: SetupRun, { objectId }: Person): SetupRun {
  return { ...run, facts: { ...run.facts, ...(run.facts.key && { key: { ...run.facts.key, madeBy: objectId } }) } };
}

function passwordByPriya(run: SetupRun, { objectId }: Person): SetupRun {
  const done = { ...run.steps.keyAndProof };
  const steps = { ...run.steps, serviceUser: done, licence: done, userRole: done, passwordAndProof: done };
  return { ...run, path: 'microsoft365', steps, facts: { ...run.facts, password: { setAt: at, renewBy: at, madeBy: objectId } }, asks: run.asks.map((one) => ({ ...one, about: 'passwordAndProof' })) };
}
