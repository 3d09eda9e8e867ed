import { decide } from '../../src/setup/commands/index.ts';
import { checkFinishedAs } from '../../src/setup/commands/drift.ts';
import { goOnProven } from '../../src/setup/commands/lookAgain.ts';
import { type ErrorCode, SetupError, toFailure } from '../../src/setup/errors.ts';
import type { Microsoft } from '../../src/setup/ports/microsoft.ts';
import { wantedProof } from '../../src/setup/proving.ts';
import type { SetupRun } from '../../src/setup/run.ts';
import { check } from '../../src/setup/work/checking.ts';
import { aCommand, alex, aRunWithSteps, contoso, now } from './fixtures.ts';
import { jobBench } from './jobBench.ts';

const bench = jobBench();
afterAll(() => bench.removeAll());

const begun = aRunWithSteps({}, { drift: { status: 'reading', since: now } });

const admin = { objectId: 'a1e10000-0000-4000-8000-000000000009', name: 'adm-alex@contoso.onmicrosoft.com' };

/** What is written of a check of `begun` that could read nothing, when the setup stands like this by then. */
async function written(then: SetupRun, why: Error = new Error('away')): Promise<SetupRun | undefined> {
  const { parts } = bench.withOneJob({ microsoft: { directory: () => ({ isGuest: () => Promise.reject(why) }) } as unknown as Microsoft });
  return (await check(parts, begun, 'error-1'))(then)?.run;
}

describe('What a check has read', () => {
  test('is written where that check is waited for', async () => {
    expect(await written(begun)).toMatchObject({ status: 'finished', drift: { status: 'failed' } });
  });

  test('is not, where it was stopped, or begun again since', async () => {
    expect(await written({ ...begun, status: 'finished' })).toBeUndefined();
    expect(await written({ ...begun, drift: { status: 'reading', since: '2026-03-01T10:00:07.000Z' } })).toBeUndefined();
  });

  test('is not, where another account is used since', async () => {
    expect(await written({ ...begun, startedBy: { ...alex, actingAs: admin } })).toBeUndefined();
  });
});

const claims = '{"access_token":{}}';
const failureOf = (code: ErrorCode) => toFailure(new SetupError(code, { claims, person: alex.objectId }), 'e1');
const known = { stepId: 'solution', part: 'solution', verdict: 'asItShouldBe', what: { key: 'drift.solution.right' } } as const;
const waiting = (code: ErrorCode, given: Partial<SetupRun> = {}): SetupRun => ({ ...begun, drift: { status: 'waiting', at: now, failure: failureOf(code), findings: [known] }, ...given });
const later = '2026-11-22T10:00:00.000Z';
const decideOn = (run: SetupRun, verb: Parameters<typeof aCommand>[0]) => decide(run, { command: aCommand(verb), now: later, hostKind: () => 'environment' });
const again = { kind: 'move', run: { status: 'active', drift: { status: 'reading', since: later } }, enqueue: [{ task: { kind: 'check' } }] };

describe('A check that needs something of the person', () => {
  test.each(['E-CLAIMS', 'E-CONSENT', 'E-SIGN-IN', 'E-OTHER-ACCOUNT'] as const)('waits for it, and has not failed: %s', async (code) => {
    expect(await written(begun, new SetupError(code, { claims }))).toMatchObject({ status: 'active', drift: { status: 'waiting', failure: { code }, findings: [] } });
  });

  test('in one part waits too, with what could be read of the others', async () => {
    const withSolution: SetupRun = { ...begun, environment: contoso, facts: { solution: { uniqueName: 'LeadWriter', friendlyName: 'Lead Writer', version: '1.0.0.0', publisher: 'microsoft', solutionId: 's1', origin: 'made' }, application: { objectId: 'o1', appId: 'a1', displayName: 'Writer', origin: 'made' } } };
    const directory = () => ({ isGuest: () => Promise.resolve(false), application: () => Promise.resolve(undefined) });
    const refused = () => Promise.reject(new SetupError('E-CLAIMS', { claims, person: alex.objectId }));
    const microsoft = { directory, dataverse: () => ({ installedSolution: refused, applicationUser: refused }) } as unknown as Microsoft;
    const { parts } = bench.withOneJob({ microsoft });
    const drift = (await check(parts, withSolution, 'error-1'))(withSolution)?.run.drift;
    expect(drift).toMatchObject({ status: 'waiting', failure: { code: 'E-CLAIMS', claims } });
    expect(drift?.status === 'waiting' && drift.findings.map(({ part, verdict }) => `${part} ${verdict}`)).toEqual(expect.arrayContaining(['solution unknown', 'application differs']));
  });

  test('wants the proof of whoever checks, as the account that they act as', () => {
    expect(wantedProof(waiting('E-CLAIMS'), 'check')).toEqual({ person: alex, claims });
    expect(wantedProof(waiting('E-SIGN-IN', { startedBy: { ...alex, actingAs: admin } }), 'check')).toEqual({ person: { ...alex, actingAs: admin } });
    expect(wantedProof(waiting('E-CONSENT'), 'check')).toBeUndefined();
    expect(wantedProof(waiting('E-CLAIMS', { status: 'finished' }), 'check')).toBeUndefined();
    expect(wantedProof(begun, 'check')).toBeUndefined();
  });

  test('reads everything again once it was proven, once', () => {
    const decision = goOnProven(waiting('E-CLAIMS'), 'check', later);
    expect(decision).toMatchObject(again);
    expect(decision.kind === 'move' && goOnProven(decision.run, 'check', later)).toEqual({ kind: 'show' });
  });

  test.each(['check', 'retry'] as const)('reads everything again when they say so: %s', (verb) => {
    expect(decideOn(waiting('E-CONSENT'), verb)).toMatchObject(again);
    expect(decideOn(begun, verb)).toEqual({ kind: 'show' });
  });

  test('ends with what could be read when they leave it, and as it was when that was nothing', () => {
    expect(decideOn(waiting('E-CONSENT'), 'cancel')).toMatchObject({ run: { status: 'finished', drift: { status: 'read', at: now, findings: [known] } } });
    const none = decideOn({ ...begun, drift: { status: 'waiting', at: now, failure: failureOf('E-CONSENT'), findings: [] } }, 'cancel');
    expect(none.kind === 'move' && [none.run.status, none.run.drift]).toEqual(['finished', undefined]);
  });

  test('lets them use another account, and their own again', () => {
    expect(decideOn(waiting('E-SIGN-IN'), 'actAs')).toEqual({ kind: 'question', question: { kind: 'actAs' } });
    expect(decideOn(begun, 'actAs')).toEqual({ kind: 'question', question: { kind: 'actAs' } });
    const own = decideOn(waiting('E-SIGN-IN', { startedBy: { ...alex, actingAs: admin } }), 'actAsMyself');
    expect(own).toMatchObject(again);
    expect(own.kind === 'move' && own.run.startedBy).toEqual(alex);
  });
});

describe('The account that a finished setup is checked with', () => {
  const finished = aRunWithSteps({}, { status: 'finished', startedBy: { ...alex, actingAs: admin }, signedIn: false });

  test('is the one that was used then, which is signed in anew', () => {
    expect(decideOn(finished, 'check')).toMatchObject({ run: { startedBy: { ...alex, actingAs: admin }, signedIn: false, drift: { status: 'reading' } } });
  });

  test('is one’s own again where they say so, which begins a check', () => {
    const decision = decideOn(finished, 'actAsMyself');
    expect(decision).toMatchObject({ kind: 'move', run: { status: 'active', signedIn: false, drift: { status: 'reading', since: later } } });
    expect(decision.kind === 'move' && decision.run.startedBy).toEqual(alex);
    expect(decideOn({ ...finished, startedBy: alex }, 'actAsMyself')).toMatchObject({ kind: 'refuse', notice: { key: 'notice.actAsAlreadyMyself' } });
  });

  test('is another from when its code is typed, which begins a check; to be asked for it changes nothing', () => {
    const own = { ...finished, startedBy: alex };
    expect(decideOn(own, 'actAs')).toEqual({ kind: 'question', question: { kind: 'actAs' } });
    expect(checkFinishedAs(own, admin, { now: later, isOtherUnderWay: () => false })).toMatchObject({ ...again, run: { ...again.run, startedBy: { ...alex, actingAs: admin }, signedIn: true } });
  });

  test('is none beside another setup that is under way, or once it was undone', () => {
    expect(checkFinishedAs(finished, admin, { now: later, isOtherUnderWay: () => true })).toMatchObject({ kind: 'refuse', notice: { key: 'notice.otherUnderWay' } });
    const undone: SetupRun = { ...finished, undo: { endedAs: 'finished', state: { status: 'undone', at: now, stays: [] }, taken: [] } };
    for (const verb of ['actAs', 'actAsMyself', 'check'] as const) expect(decideOn(undone, verb)).toMatchObject({ kind: 'refuse', notice: { key: 'notice.checkAfterUndo' } });
    expect(decideOn({ ...finished, status: 'cancelled' }, 'actAs')).toMatchObject({ kind: 'refuse', notice: { key: 'notice.cancelled' } });
  });
});
