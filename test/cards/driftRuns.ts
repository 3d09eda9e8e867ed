import type { Finding, PartId } from '../../src/setup/drift/finding.ts';
import type { SetupRun, StepId } from '../../src/setup/run.ts';
import { say } from '../../src/setup/sentence.ts';
import type { Texts, Variation } from './runParts.ts';

interface Around {
  readonly texts: Texts;
  readonly at: string;
  readonly run: (change: Variation) => SetupRun;
  /** A finished setup with a Microsoft 365 user. */
  readonly on365: SetupRun;
}

const names = 'prvReadAsyncOperation (Global), prvAppendAsyncOperation (Global)';

/** Finished setups that are checked, with everything that can be found. */
export function driftRuns({ texts, at, run, on365 }: Around) {
  const entered = { status: 'finished', handover: { revealedAt: at, revealUntil: at, enteredAt: at } } as const;
  const found = foundWith(texts);
  const read = (...findings: Finding[]) => ({ drift: { status: 'read' as const, at, findings } });
  const right = [
    found('solution', 'solution', 'right'), found('application', 'application', 'right'), found('application', 'servicePrincipal', 'right'),
    found('applicationUserAndRole', 'applicationUser', 'right'), found('applicationUserAndRole', 'role', 'right'), found('applicationUserAndRole', 'privileges', 'right'),
    found('applicationUserAndRole', 'testLead', 'right'),
  ];
  const right365 = [
    found('serviceUser', 'user', 'right'), found('licence', 'licence', 'right'), found('licence', 'environmentUser', 'right'), found('userRole', 'role', 'right'),
    found('userRole', 'privileges', 'right'), found('userRole', 'testLead', 'right'), found('passwordAndProof', 'password', 'right'),
  ];
  const key = found('keyAndProof', 'key', 'right');
  const of365 = (...findings: Finding[]): SetupRun => ({ ...on365, ...read(...findings) });
  const busy = { code: 'E-BUSY', sentence: say('error.busy', { service: 'Dataverse', until: at }), errorId: 'k3v9q2' } as const;
  const challenge = { service: 'entra', status: 400, code: 'AADSTS50076', message: texts.message } as const;
  const claims = { code: 'E-CLAIMS', sentence: say('error.claims'), upstream: challenge, claims: '{"access_token":{"polids":{"values":["1"]}}}', errorId: 'k3v9q2' } as const;
  const consent = { code: 'E-CONSENT', sentence: say('error.consent'), errorId: 'k3v9q2' } as const;
  const signIn = { code: 'E-SIGN-IN', sentence: say('error.signIn'), errorId: 'k3v9q2' } as const;
  const waiting = (failure: typeof claims | typeof consent | typeof signIn, findings: Finding[] = [], startedBy?: SetupRun['startedBy']) =>
    run({ ...entered, status: 'active', ...(startedBy && { startedBy }), drift: { status: 'waiting', at, failure, findings } });
  const asAdmin = { ...on365.startedBy, actingAs: { objectId: 'a1e10000-0000-4000-8000-000000000009', name: texts.person } };

  return {
    checkSigningIn: run({ ...entered, status: 'active', signedIn: false, drift: { status: 'reading', since: at } }),
    checkReading: run({ ...entered, status: 'active', signedIn: true, drift: { status: 'reading', since: at } }),
    checkFailed: run({ ...entered, drift: { status: 'failed', at, failure: busy } }),
    checkWantsProof: waiting(claims),
    checkWantsConsent: waiting(consent, [...right.slice(0, 3), ...['applicationUser', 'role', 'privileges', 'testLead'].map((part) => unknown('applicationUserAndRole', part as PartId)), unknown('keyAndProof', 'key')]),
    checkWantsSignIn: waiting(signIn),
    checkWantsOtherAccount: waiting(signIn, [], asAdmin),
    checkActingAs: run({ ...entered, startedBy: asAdmin, ...read(...right, key) }),
    checkRight: run({ ...entered, ...read(...right, key) }),
    checkRight365: of365(...right365),
    checkEndsSoon: run({ ...entered, ...read(...right, found('keyAndProof', 'key', 'endsSoon')) }),
    checkEndsSoon365: of365(...right365.slice(0, 6), found('passwordAndProof', 'password', 'endsSoon')),
    checkOverdue365: of365(...right365.slice(0, 6), found('passwordAndProof', 'password', 'overdue')),
    checkOneDiffers: run({ ...entered, ...read(...right.slice(0, 6), found('applicationUserAndRole', 'testLead', 'missing'), key) }),
    checkDiffers: run({ ...entered, ...read(found('solution', 'solution', 'missing'), found('application', 'application', 'incomplete'), found('application', 'servicePrincipal', 'disabled'), found('applicationUserAndRole', 'applicationUser', 'disabled'), found('applicationUserAndRole', 'role', 'notAssigned'), found('applicationUserAndRole', 'privileges', 'missing'), found('keyAndProof', 'key', 'missing')) }),
    checkDiffersMore: run({ ...entered, ...read(found('solution', 'solution', 'older'), found('application', 'application', 'missing'), found('application', 'servicePrincipal', 'missing'), found('applicationUserAndRole', 'applicationUser', 'missing'), found('applicationUserAndRole', 'role', 'missing'), found('applicationUserAndRole', 'privileges', 'forTeamsOnly'), found('keyAndProof', 'key', 'ended')) }),
    checkKeyUnused: run({ ...entered, ...read(...right, found('keyAndProof', 'key', 'unused')) }),
    checkKeysSeveral: run({ ...entered, ...read(...right, found('keyAndProof', 'key', 'several')) }),
    checkUnmanaged: run({ ...entered, ...read(found('solution', 'solution', 'unmanaged'), ...right.slice(1), key) }),
    checkDiffers365: of365(found('solution', 'solution', 'right'), found('serviceUser', 'user', 'blocked'), found('licence', 'licence', 'missing'), found('licence', 'environmentUser', 'disabled'), found('userRole', 'role', 'right'), found('passwordAndProof', 'password', 'replaced')),
    checkDiffersMore365: of365(found('serviceUser', 'user', 'missing'), found('licence', 'environmentUser', 'missing')),
    checkTheirs365: of365({ ...found('serviceUser', 'user', 'blocked'), cure: say('drift.user.blockedCure'), isForPeople: true }),
    checkUnknown: run({ ...entered, ...read(...right.slice(0, 3), unknown('applicationUserAndRole', 'applicationUser'), unknown('applicationUserAndRole', 'role'), unknown('applicationUserAndRole', 'privileges'), unknown('applicationUserAndRole', 'testLead'), key) }),
    checkNothingKnown: run({ ...entered, ...read(unknown('solution', 'solution', 'withoutAnswer'), unknown('application', 'application', 'withoutProof'), unknown('application', 'servicePrincipal', 'withoutProof'), unknown('keyAndProof', 'key')) }),
    checkNothingKnown365: of365(unknown('serviceUser', 'user'), unknown('licence', 'licence'), unknown('licence', 'environmentUser'), unknown('passwordAndProof', 'password')),
  } satisfies Record<string, SetupRun>;

  function unknown(stepId: StepId, part: PartId, why = 'withoutRight'): Finding {
    return { stepId, part, verdict: 'unknown', what: say(`drift.unknown.${part}`), cure: say(`drift.${why}`, { mark: 'E-ANSWER k3v9q2' }) };
  }
}

const verdicts: Readonly<Record<string, Finding['verdict']>> = { right: 'asItShouldBe', endsSoon: 'endsSoon', overdue: 'endsSoon' };
/** What only a person can put right. */
const forPeople = ['key.several', 'solution.unmanaged', 'testLead.missing'];

function foundWith({ application, environment, role, solution }: Texts) {
  const values = { name: application, application, environment, role, names, version: '1.0.0.0', installed: '1.0.0.0', licence: 'Dynamics 365 Sales', date: '2028-11-21T14:05:00Z' };
  return (stepId: StepId, part: PartId, how: string): Finding => {
    const verdict = verdicts[how] ?? 'differs';
    const isForPeople = forPeople.includes(`${part}.${how}`);
    return {
      stepId,
      part,
      verdict,
      what: say(`drift.${part}.${how}`, part === 'solution' ? { ...values, name: solution } : values),
      ...((verdict === 'endsSoon' || isForPeople) && { cure: say(`drift.${part}.${how === 'overdue' ? 'endsSoon' : how}Cure`, values) }),
      ...(isForPeople && { isForPeople }),
    };
  };
}
