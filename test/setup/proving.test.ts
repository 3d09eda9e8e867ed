import { goOnProven } from '../../src/setup/commands/lookAgain.ts';
import { withLostSignIn } from '../../src/setup/asking.ts';
import { goOnAtOnce } from '../../src/setup/allAtOnce.ts';
import { type Failure, toFailure, SetupError } from '../../src/setup/errors.ts';
import type { ProofAbout } from '../../src/setup/proofAbout.ts';
import { wantedProof } from '../../src/setup/proving.ts';
import type { SetupRun } from '../../src/setup/run.ts';
import { alex, applying, aRun, aRunWithSteps, contoso, now, planned, priya } from './fixtures.ts';

const later = '2026-11-22T10:00:00.000Z';
const claims = '{"access_token":{}}';
const failureOf = (detail: ConstructorParameters<typeof SetupError>[1] = {}): Failure => toFailure(new SetupError('E-CLAIMS', { claims, ...detail }), 'e1');
const { status: _status, ...approval } = applying;
const failed = (failure = failureOf()) => ({ status: 'failed', at: now, failure }) as const;
const ask = { id: 'a1', about: 'application', wanted: 'Priya', askedBy: alex, askedAt: now, status: 'open', signedIn: true, person: priya, conversationId: 'a:priya' } as const;

describe('a proof is wanted', () => {
  it('of whoever began, for what they read', () => {
    expect(wantedProof(aRun({ discovery: failed() }), 'discovery')).toEqual({ person: alex, claims });
    expect(wantedProof(aRun({ environment: contoso, prerequisites: failed() }), 'prerequisites')).toEqual({ person: alex, claims });
  });

  it('of whoever acts in a step, as the account that they act as', () => {
    const admin = { objectId: 'ad31', name: 'adm-alex' };
    const approvedBy = { ...alex, actingAs: admin };
    expect(wantedProof(aRunWithSteps({ solution: { ...failed(), approval: { ...approval, approvedBy } } }), 'solution')?.person.actingAs).toEqual(admin);
    expect(wantedProof(aRunWithSteps({ application: failed() }, { asks: [ask] }), 'application')?.person).toEqual(priya);
  });

  it('of whoever began where a step of another’s read with their rights', () => {
    const run = aRunWithSteps({ application: failed(failureOf({ person: alex.objectId })) }, { asks: [ask] });
    expect(wantedProof(run, 'application')?.person).toEqual(alex);
  });

  it('of whoever was asked where a step of the starter’s read with their rights', () => {
    const nobodyYet = { id: 'a0', about: 'solution', wanted: 'Tomas', askedBy: alex, askedAt: now, status: 'searching', signedIn: false } as const;
    const run = aRunWithSteps({ solution: failed(failureOf({ person: priya.objectId })) }, { asks: [nobodyYet, ask] });
    expect(wantedProof(run, 'solution')?.person).toEqual(priya);
    expect(wantedProof(aRunWithSteps({ solution: failed(failureOf({ person: 'nobody here' })) }, { asks: [nobodyYet] }), 'solution')?.person).toEqual(alex);
  });

  it('of whoever’s sign-in a step in hand has lost, with nothing to be proven besides', () => {
    const lost = { ...applying, signInLost: { since: now, errorId: 'e1' } };
    expect(wantedProof(aRunWithSteps({ application: { ...lost, approvedBy: priya } }, { asks: [ask] }), 'application')).toEqual({ person: priya });
    expect(wantedProof(aRunWithSteps({ solution: lost }, { status: 'cancelled' }), 'solution')).toBeUndefined();
    expect(wantedProof(aRunWithSteps({ solution: lost }), 'application')).toBeUndefined();
  });

  it('of whoever began, for what is taken back and for a check', () => {
    const undoing = (state: NonNullable<SetupRun['undo']>['state']) => aRunWithSteps({}, { undo: { endedAs: 'finished', taken: [], state } });
    expect(wantedProof(undoing(failed()), 'undo')).toEqual({ person: alex, claims });
    expect(wantedProof(undoing({ status: 'planning', since: now }), 'undo')).toBeUndefined();
    expect(wantedProof(aRunWithSteps({}), 'undo')).toBeUndefined();
    expect(wantedProof(aRunWithSteps({}, { drift: { status: 'waiting', at: now, failure: failureOf(), findings: [] } }), 'check')).toEqual({ person: alex, claims });
    expect(wantedProof(aRunWithSteps({}, { drift: { status: 'failed', at: now, failure: failureOf() } }), 'check')).toBeUndefined();
    expect(wantedProof(aRunWithSteps({}), 'check')).toBeUndefined();
  });

  it('of nobody where somebody was not found for another reason, or the setup has ended', () => {
    const { person: _person, ...nobody } = { ...ask, status: 'nobody' } as const;
    const unfound = (given: Partial<SetupRun['asks'][number]>, status: SetupRun['status'] = 'active') => aRunWithSteps({ application: planned }, { status, asks: [{ ...nobody, ...given }] });
    expect(wantedProof(unfound({}), 'application')).toBeUndefined();
    expect(wantedProof(unfound({ failure: toFailure(new SetupError('E-REFUSED'), 'e1') }), 'application')).toBeUndefined();
    expect(wantedProof(unfound({ failure: failureOf() }, 'cancelled'), 'application')).toBeUndefined();
  });

  it('of nobody once it goes on, failed otherwise, or ended', () => {
    const refused = failed(toFailure(new SetupError('E-REFUSED'), 'e1'));
    expect(wantedProof(aRunWithSteps({ solution: applying }), 'solution')).toBeUndefined();
    expect(wantedProof(aRunWithSteps({ solution: planned }), 'solution')).toBeUndefined();
    expect(wantedProof(aRunWithSteps({ solution: refused }), 'solution')).toBeUndefined();
    expect(wantedProof(aRunWithSteps({ solution: failed() }, { status: 'cancelled' }), 'solution')).toBeUndefined();
  });
});

describe('once it was proven', () => {
  const afterwards = (run: SetupRun, about: ProofAbout) => {
    const decision = goOnProven(run, about, later);
    return decision.kind === 'move' ? decision : undefined;
  };

  it('what was approved and begun goes on with the same approval', () => {
    const moved = afterwards(aRunWithSteps({ solution: { ...failed(), approval } }), 'solution');
    expect(moved?.run.steps.solution).toMatchObject({ status: 'applying', begun: true, approvedAt: now, planHash: approval.planHash });
    expect(moved?.enqueue).toEqual([{ task: { kind: 'apply', stepId: 'solution' } }]);
  });

  it('what somebody approved whose part is over stays, whoever proves what: nobody has approved it in their place', () => {
    const theirs = { ...approval, approvedBy: priya };
    const declined = aRunWithSteps({ application: { ...failed(), approval: theirs } }, { asks: [{ ...ask, status: 'declined' }] });
    expect(afterwards(declined, 'application')).toBeUndefined();
  });

  it('what was approved as another account stays when that is not acted as any more', () => {
    const approvedBy = { ...alex, actingAs: { objectId: 'ad31', name: 'adm-alex' } };
    expect(afterwards(aRunWithSteps({ solution: { ...failed(), approval: { ...approval, approvedBy } } }), 'solution')).toBeUndefined();
  });

  it('what was not approved yet is planned', () => {
    const moved = afterwards(aRunWithSteps({ application: failed() }, { asks: [ask] }), 'application');
    expect(moved?.run.steps.application).toEqual({ status: 'planning', since: later });
    expect(moved?.enqueue).toEqual([{ task: { kind: 'plan', stepId: 'application' } }]);
  });

  it('what was read is read again', () => {
    expect(afterwards(aRun({ discovery: failed() }), 'discovery')?.enqueue).toEqual([{ task: { kind: 'discover' } }]);
    expect(afterwards(aRun({ environment: contoso, prerequisites: failed() }), 'prerequisites')?.enqueue).toEqual([{ task: { kind: 'checkPrerequisites' } }]);
  });

  it('whoever could not be looked for is looked for', () => {
    const { person: _person, ...unfound } = ask;
    const run = aRunWithSteps({ application: planned }, { asks: [{ ...unfound, status: 'nobody', failure: failureOf({ person: alex.objectId }) }] });
    expect(wantedProof(run, 'application')).toEqual({ person: alex, claims });
    const moved = afterwards(run, 'application');
    expect(moved?.run.asks).toEqual([{ ...unfound, status: 'searching' }]);
    expect(moved?.enqueue).toEqual([{ task: { kind: 'findPerson' } }]);
    expect(moved && afterwards(moved.run, 'application')).toBeUndefined();
  });

  it('whoever could not be looked for, to be let see the values, is looked for', () => {
    const { person: _person, ...unfound } = { ...ask, about: 'partnerCenter', askedBy: priya } as const;
    const run = aRunWithSteps({ application: planned }, { asks: [{ ...unfound, status: 'nobody', failure: failureOf() }] });
    expect(wantedProof(run, 'partnerCenter')).toEqual({ person: priya, claims });
    const moved = afterwards(run, 'partnerCenter');
    expect(moved?.run.asks).toEqual([{ ...unfound, status: 'searching' }]);
    expect(moved?.enqueue).toEqual([{ task: { kind: 'findPerson' } }]);
    expect(moved && wantedProof(moved.run, 'partnerCenter')).toBeUndefined();
    expect(moved && afterwards(moved.run, 'partnerCenter')).toBeUndefined();
  });

  it('twice or late changes nothing', () => {
    const moved = afterwards(aRunWithSteps({ solution: { ...failed(), approval } }), 'solution');
    expect(moved && afterwards(moved.run, 'solution')).toBeUndefined();
    expect(afterwards(aRunWithSteps({ solution: failed() }, { status: 'finished' }), 'solution')).toBeUndefined();
  });
});

test('a proof that is asked for does not end that steps are approved by themselves, other trouble does', () => {
  const allAtOnce = { approvedBy: alex, approvedAt: now, foreseen: {} };
  const held = goOnAtOnce({ run: aRunWithSteps({ solution: { ...failed(), approval } }, { allAtOnce }), enqueue: [] }, later);
  expect(held.run.allAtOnce).toEqual(allAtOnce);
  const ended = goOnAtOnce({ run: aRunWithSteps({ solution: failed(toFailure(new SetupError('E-REFUSED'), 'e1')) }, { allAtOnce }), enqueue: [] }, later);
  expect(ended.run).toMatchObject({ allAtOnceEndedAt: later });
});

describe('a sign-in that is gone, of whoever was asked', () => {
  const lost = toFailure(new SetupError('E-SIGN-IN'), 'e1');
  const signedInOf = (person: typeof priya) => withLostSignIn(aRunWithSteps({ application: failed(lost) }, { asks: [{ ...ask, person }] }), 'application');

  it('is asked for by single sign-on where it is their own', () => {
    expect(signedInOf(priya).asks[0]?.signedIn).toBe(false);
  });

  it('is wanted in the browser where it is of another account', () => {
    const asAdmin = { ...priya, actingAs: { objectId: 'ad31', name: 'adm-priya' } };
    expect(signedInOf(asAdmin).asks[0]?.signedIn).toBe(true);
    expect(wantedProof(signedInOf(asAdmin), 'application')?.person).toEqual(asAdmin);
  });
});
