import { askedAnew, goneOnSignedIn, isApprovalOver, withSignIn, withSignInLost } from '../../src/setup/approvalTime.ts';
import { goneOn, isBegun } from '../../src/setup/goingOn.ts';
import { decide } from '../../src/setup/commands/index.ts';
import type { Command } from '../../src/setup/commands/command.ts';
import type { Ask, JournalEntry, Person, SetupRun } from '../../src/setup/run.ts';
import { aCommand, alex, applying, aRunWithSteps, now, planned, priya } from './fixtures.ts';

const dayMs = 24 * 60 * 60_000;
const after = (ms: number) => new Date(Date.parse(now) + ms).toISOString();
const allAtOnce = { approvedBy: alex, approvedAt: now, foreseen: {} };

describe('An approval', () => {
  test('holds for a day, and no longer', () => {
    const run = aRunWithSteps({ solution: applying });
    expect(isApprovalOver(run, { stepId: 'solution', state: applying, now: after(dayMs) })).toBe(false);
    expect(isApprovalOver(run, { stepId: 'solution', state: applying, now: after(dayMs + 1) })).toBe(true);
  });

  test('does not hold for longer because the clock was set back', () => {
    const run = aRunWithSteps({ solution: applying });
    expect(isApprovalOver(run, { stepId: 'solution', state: applying, now: after(-60 * 60_000) })).toBe(false);
    expect(isApprovalOver(run, { stepId: 'solution', state: applying, now: after(-dayMs - 1) })).toBe(true);
  });

  test('that was given with others holds no longer than those, unless it was asked alone', () => {
    const run = aRunWithSteps({}, { allAtOnce });
    const state = { ...applying, approvedAt: after(dayMs) };
    expect(isApprovalOver(run, { stepId: 'solution', state, now: after(dayMs + 1) })).toBe(true);
    expect(isApprovalOver(run, { stepId: 'licence', state, now: after(dayMs + 1) })).toBe(false);
    expect(isApprovalOver(run, { stepId: 'licence', state, now: after(2 * dayMs + 1) })).toBe(true);
  });

  test('that is over is asked for anew, with when it was given, and nothing more is approved by itself', () => {
    const run = aRunWithSteps({ solution: applying }, { allAtOnce });
    const anew = askedAnew(run, { stepId: 'solution', state: applying, now: after(2 * dayMs) });
    expect(anew.run.steps.solution).toEqual({ status: 'planning', since: after(2 * dayMs), notice: { key: 'notice.approvalOver', values: { at: now } } });
    expect(anew.run).not.toHaveProperty('allAtOnce');
    expect(anew.enqueue).toEqual([{ task: { kind: 'plan', stepId: 'solution' } }]);
  });

  test.each<[string, Command, Person]>([
    ['whoever began tries again', aCommand('retry'), alex],
    ['whoever was asked looks', aCommand('check', { stepId: 'solution' }, { actor: priya, conversationId: 'chat-of-priya' }), priya],
  ])('that is over is still said to be when %s after the new plan has failed', (_what, command, person) => {
    const notice = { key: 'notice.approvalOver', values: { at: now } };
    const failure = { code: 'E-SIGN-IN', sentence: { key: 'error.signIn' }, errorId: 'e' } as const;
    const ask: Ask = { id: '1', about: 'solution', wanted: 'priya', askedBy: alex, askedAt: now, status: 'open', person, conversationId: 'chat-of-priya', signedIn: true };
    const run = aRunWithSteps({ solution: { status: 'failed', at: now, failure, notice } }, { asks: person === alex ? [] : [ask] });
    expect(decide(run, { command, now, hostKind: () => 'environment' })).toMatchObject({ run: { steps: { solution: { status: 'planning', notice } } } });
  });
});

describe('A step that has lost its sign-in', () => {
  const progress = { since: now, jobId: 'job-1' } as never;
  const lost = withSignInLost({ ...applying, progress }, { errorId: 'e1', now });

  test('is not said to make progress, and keeps when it was lost first', () => {
    expect(lost).toEqual({ ...applying, signInLost: { since: now, errorId: 'e1' } });
    expect(withSignInLost(lost, { errorId: 'e2', now: after(60_000) })).toEqual(lost);
    expect(withSignIn(lost)).toEqual(applying);
  });

  test('goes on when its own person has signed in, with the same approval', () => {
    const run = aRunWithSteps({ solution: lost, application: { ...lost, approvedBy: priya }, applicationUserAndRole: applying, keyAndProof: planned });
    const on = goneOnSignedIn(run, alex);
    expect(on.run).toEqual({ ...run, steps: { ...run.steps, solution: applying } });
    expect(on.enqueue).toEqual([{ task: { kind: 'apply', stepId: 'solution' } }]);
  });
});

describe('What was approved and has failed', () => {
  const { status: _status, ...approval } = applying;
  const failure = { code: 'E-REFUSED', sentence: { key: 'error.refused' }, errorId: 'e' } as const;
  const entry: JournalEntry = { id: 'j', stepId: 'solution', request: 'POST', intendedAt: now, by: alex.objectId };
  const failed = (given: { approvedBy?: typeof alex; approvedAt?: string; firstApprovedAt?: string; begun?: boolean } = {}, journal: JournalEntry[] = [entry]): SetupRun =>
    aRunWithSteps({ solution: { status: 'failed', at: now, failure, approval: { ...approval, ...given } } }, { journal });

  test.each<[string, SetupRun, boolean]>([
    ['once a change was intended', failed(), true],
    ['once one was made', failed({}, [{ ...entry, outcome: { at: now, result: 'done', detail: '' } }]), true],
    ['not where everything was refused', failed({}, [{ ...entry, outcome: { at: now, result: 'refused', detail: '' } }]), false],
    ['not by what another step did', failed({}, [{ ...entry, stepId: 'application' }]), false],
    ['not by what was done under an earlier approval', failed({ approvedAt: after(1) }), false],
    ['by what was done under the first of several in a row', failed({ approvedAt: after(1), firstApprovedAt: now }), true],
    ['not before its first change', failed({ begun: false }), false],
    ['not where it was not approved', aRunWithSteps({ solution: { status: 'failed', at: now, failure } }, { journal: [entry] }), false],
    ['not where it is planned again', aRunWithSteps({ solution: planned }, { journal: [entry] }), false],
  ])('was begun: %s', (_when, run, expected) => {
    expect(isBegun(run, 'solution')).toBe(expected);
  });

  test('goes on in the name of whoever approved it, as long as they may act', () => {
    expect(goneOn(failed({}, []), 'solution', { by: priya, at: after(1) })?.steps.solution).toEqual(applying);
    const theirs: Ask = { id: '1', about: 'solution', wanted: 'priya', askedBy: alex, askedAt: now, status: 'open', person: priya, conversationId: 'c', signedIn: true };
    const byPriya = failed({ approvedBy: priya }, []);
    expect(goneOn({ ...byPriya, asks: [theirs] }, 'solution', { by: alex, at: after(1) })?.steps.solution).toMatchObject({ approvedBy: priya, approvedAt: now });
    expect(goneOn(byPriya, 'solution', { by: alex, at: after(1) })).toBeUndefined();
  });

  test('goes on in the name of whoever says so where the one who approved it may act no more, and says since when it was approved', () => {
    const on = goneOn(failed({ approvedBy: priya }), 'solution', { by: alex, at: after(5) });
    expect(on?.steps.solution).toEqual({ ...applying, approvedBy: alex, approvedAt: after(5), firstApprovedAt: now });
    const again = goneOn(failed({ approvedBy: priya, approvedAt: after(5), firstApprovedAt: now }), 'solution', { by: alex, at: after(9) });
    expect(again?.steps.solution).toMatchObject({ approvedAt: after(9), firstApprovedAt: now });
  });

  test('is planned anew where it was never approved', () => {
    expect(goneOn(aRunWithSteps({ solution: { status: 'failed', at: now, failure } }), 'solution', { by: alex, at: now })).toBeUndefined();
  });
});
