import { withAccount } from '../../src/setup/commands/actAs.ts';
import { asKnownIn, withAccountOf, withKnownAccount } from '../../src/setup/actingAs.ts';
import { decide } from '../../src/setup/commands/index.ts';
import { goneOn } from '../../src/setup/goingOn.ts';
import { planHash } from '../../src/setup/planHash.ts';
import type { Ask, SetupRun } from '../../src/setup/run.ts';
import { aCommand, alex, aRun, aRunWithSteps, applying, done, now, plan, planned, priya } from './fixtures.ts';

const admin = { objectId: 'a1e10000-0000-4000-8000-000000000009', name: 'adm-alex@contoso.onmicrosoft.com' };
const later = '2026-11-22T10:00:00.000Z';
const actingAs = { ...alex, actingAs: admin };
const decideOn = (run: SetupRun, command = aCommand('actAs')) => decide(run, { command, now, hostKind: () => 'environment' });
const acting = (run: SetupRun, whose?: Ask) => withAccount(run, { whose, account: admin, now });
const asked: Ask = { id: '1', about: 'solution', wanted: 'priya', askedBy: alex, askedAt: now, status: 'open', person: priya, conversationId: 'chat-of-priya', signedIn: true };
const failure = { code: 'E-REFUSED', sentence: { key: 'error.refused' }, errorId: 'e' } as const;
const { status: _applying, ...approval } = applying;
const undoPlan = { changes: [], stays: [], notices: [] };
const begun = [{ id: 'j', stepId: 'solution', request: 'POST', intendedAt: now, by: alex.objectId }] as const;

describe('Use my admin account', () => {
  test('asks first, and changes nothing', () => {
    expect(decideOn(aRunWithSteps({ solution: planned }))).toEqual({ kind: 'question', question: { kind: 'actAs' } });
    expect(decideOn(aRun({ startedBy: actingAs }))).toEqual({ kind: 'question', question: { kind: 'actAs', account: admin.name } });
  });

  test('is not open to somebody else', () => {
    expect(decideOn(aRun(), aCommand('actAs', {}, { actor: priya }))).toMatchObject({ kind: 'refuse', notice: { key: 'notice.notYours' } });
  });

  test('is for the card of whoever was asked, too', () => {
    const command = aCommand('actAs', {}, { actor: priya, conversationId: 'chat-of-priya' });
    expect(decideOn(aRunWithSteps({ solution: planned }, { asks: [asked] }), command)).toEqual({ kind: 'question', question: { kind: 'actAs', askId: '1' } });
  });

  test('of two asks is for the one that the card is about', () => {
    const other = { ...asked, id: '2', about: 'application' } as const;
    const command = aCommand('actAs', { about: 'application', stepId: 'solution' }, { actor: priya, conversationId: 'chat-of-priya' });
    expect(decideOn(aRunWithSteps({ solution: planned }, { asks: [asked, other] }), command)).toEqual({ kind: 'question', question: { kind: 'actAs', askId: '2' } });
  });

  test('is for the whole setup where whoever began it was named for the values too', () => {
    const named: Ask = { ...asked, about: 'partnerCenter', person: alex, conversationId: 'conversation-1' };
    expect(decideOn(aRunWithSteps({ solution: planned }, { asks: [named] }), aCommand('actAs', { about: 'partnerCenter' }))).toEqual({ kind: 'question', question: { kind: 'actAs' } });
  });

  test('waits until what is being taken back is gone', () => {
    const run = aRunWithSteps({ solution: done }, { undo: { endedAs: 'finished', taken: [], state: { status: 'undoing', plan: undoPlan, planHash: 'h', approvedBy: alex, approvedAt: now, begun: true } } });
    expect(decideOn(run)).toMatchObject({ kind: 'refuse', notice: { key: 'notice.actAsLater' } });
    expect(acting(run)).toMatchObject({ kind: 'refuse', notice: { key: 'notice.actAsLater' } });
  });

  test('does not wait for a step that the setup was stopped in, where what it made is to be taken back', () => {
    const run = aRunWithSteps({ solution: applying }, { undo: { endedAs: 'cancelled', taken: [], state: { status: 'planned', plan: undoPlan, planHash: 'h', at: now } } });
    expect(decideOn(run)).toMatchObject({ kind: 'question', question: { kind: 'actAs' } });
    expect(acting(run)).toMatchObject({ run: { startedBy: actingAs } });
  });

  test('waits until a step of theirs is done', () => {
    const run = aRunWithSteps({ solution: applying });
    expect(decideOn(run)).toMatchObject({ kind: 'refuse', notice: { key: 'notice.actAsLater' } });
    expect(acting(run)).toMatchObject({ kind: 'refuse', notice: { key: 'notice.actAsLater' } });
    const back = decideOn({ ...run, startedBy: actingAs }, aCommand('actAsMyself'));
    expect(back).toMatchObject({ kind: 'refuse', notice: { key: 'notice.actAsLater' } });
  });
});

describe('Acting as another account', () => {
  test('reads the environments again, of which none of before can be chosen', () => {
    expect(acting(aRun({ signedIn: false }))).toMatchObject({
      kind: 'move',
      run: { startedBy: actingAs, signedIn: true, offered: [], discovery: { status: 'reading' } },
      enqueue: [{ task: { kind: 'discover' } }],
    });
  });

  test('reads the prerequisites again once an environment is chosen', () => {
    const { path: _path, ...run } = aRunWithSteps({});
    expect(acting(run)).toMatchObject({ run: { prerequisites: { status: 'reading' } }, enqueue: [{ task: { kind: 'checkPrerequisites' } }] });
  });

  test('plans anew what was planned, could not be done, or failed before it was begun', () => {
    const blocked = { status: 'blocked', at: now, reason: { key: 'r' }, cure: { key: 'c' } } as const;
    const decision = acting(aRunWithSteps({ solution: planned, application: { status: 'failed', at: now, failure }, keyAndProof: blocked, applicationUserAndRole: done }));
    expect(decision).toMatchObject({
      run: { steps: { solution: { status: 'planning', notice: { key: 'notice.accountChanged' } }, application: { status: 'planning' }, keyAndProof: { status: 'planning' }, applicationUserAndRole: { status: 'done' } } },
      enqueue: [{ task: { kind: 'checkPrerequisites' } }, { task: { stepId: 'solution' } }, { task: { stepId: 'application' } }, { task: { stepId: 'keyAndProof' } }],
    });
  });

  test('plans as before what is to be done by hand, says of no failure that a plan has changed, and begins no planning twice', () => {
    const byHand = { status: 'failed', at: now, failure, byHand: true } as const;
    const planning = { status: 'planning', since: now } as const;
    const run = aRunWithSteps({ solution: byHand, application: { status: 'failed', at: now, failure }, keyAndProof: planning });
    const decision = withAccount(run, { whose: undefined, account: admin, now: later });
    expect(decision.kind === 'move' && decision.run.steps).toMatchObject({ keyAndProof: planning });
    expect(decision.kind === 'move' && decision.run.steps.solution).toEqual({ status: 'planning', since: later, byHand: true });
    expect(decision.kind === 'move' && decision.run.steps.application).toEqual({ status: 'planning', since: later });
  });

  test('reads what is to be taken back anew', () => {
    const run = aRunWithSteps({ solution: done }, { undo: { endedAs: 'finished', taken: [], state: { status: 'planned', plan: undoPlan, planHash: 'h', at: now } } });
    expect(acting(run)).toMatchObject({ run: { startedBy: actingAs, undo: { state: { status: 'planning' } } }, enqueue: [{ task: { kind: 'planUndo' } }] });
  });

  test('changes no step where somebody was named for the values only', () => {
    const run = aRunWithSteps({ solution: planned }, { asks: [{ ...asked, about: 'partnerCenter' }] });
    const decision = acting(run, run.asks[0]);
    expect(decision).toMatchObject({ run: { steps: { solution: planned }, asks: [{ person: { actingAs: admin } }] } });
    expect(decision.kind === 'move' && decision.enqueue).toEqual([{ task: { kind: 'redraw' } }]);
  });

  test('ends with one’s own account for whoever was asked, too', () => {
    const run = aRunWithSteps({ solution: planned }, { asks: [{ ...asked, person: { ...priya, actingAs: admin } }] });
    const decision = decideOn(run, aCommand('actAsMyself', {}, { actor: priya, conversationId: 'chat-of-priya' }));
    expect(decision).toMatchObject({ kind: 'move', run: { startedBy: alex, steps: { solution: { status: 'planning' } } } });
    expect(decision.kind === 'move' && decision.run.asks[0]?.person).toEqual(priya);
  });

  test('ends what was approved for all at once', () => {
    const decision = acting(aRunWithSteps({ solution: planned }, { allAtOnce: { approvedBy: alex, approvedAt: now, foreseen: {} } }));
    expect(decision.kind === 'move' && decision.run).not.toHaveProperty('allAtOnce');
  });

  test('leaves to others what they were asked', () => {
    const decision = acting(aRunWithSteps({ solution: planned }, { asks: [asked] }));
    expect(decision).toMatchObject({ run: { steps: { solution: planned }, asks: [asked] } });
  });

  test('is for the one step that somebody was asked about', () => {
    const run = aRunWithSteps({ solution: planned, application: planned }, { asks: [{ ...asked, signedIn: false }] });
    expect(acting(run, run.asks[0])).toMatchObject({
      run: { startedBy: alex, asks: [{ person: { ...priya, actingAs: admin }, signedIn: true }], steps: { solution: { status: 'planning' }, application: planned } },
    });
  });

  test('ends with one’s own account, which reads and plans anew too', () => {
    const run = aRunWithSteps({ solution: planned }, { startedBy: actingAs });
    const decision = decideOn(run, aCommand('actAsMyself'));
    expect(decision).toMatchObject({ kind: 'move', run: { steps: { solution: { status: 'planning' } }, prerequisites: { status: 'reading' } } });
    expect(decision.kind === 'move' && decision.run.startedBy).toEqual(alex);
    expect(decideOn(aRun(), aCommand('actAsMyself'))).toMatchObject({ kind: 'refuse', notice: { key: 'notice.actAsAlreadyMyself' } });
  });

  test('begins the check of a finished setup with its rights, and what was read with others is worth nothing', () => {
    const run = aRunWithSteps({ solution: done }, { signedIn: false, drift: { status: 'reading', since: now } });
    const decision = acting(run);
    expect(decision).toMatchObject({ run: { startedBy: actingAs, signedIn: true, drift: { status: 'reading' } }, enqueue: [{ task: { kind: 'check' } }] });
    expect(decision).toMatchObject({ run: { prerequisites: run.prerequisites } });
  });

  test('begins the putting right of a finished setup that waited for the sign-in', () => {
    const run = aRunWithSteps({ application: done, applicationUserAndRole: done, keyAndProof: done }, { signedIn: false, mending: { since: now, steps: {}, handover: {} } });
    expect(acting(run)).toMatchObject({
      run: { startedBy: actingAs, signedIn: true, steps: { solution: { status: 'planning', notice: { key: 'notice.undone.solution' } } } },
      enqueue: [{ task: { kind: 'checkPrerequisites' } }, { task: { kind: 'plan', stepId: 'solution' } }],
    });
  });

  test('said twice changes nothing the second time', () => {
    expect(acting(aRun({ startedBy: actingAs }))).toMatchObject({ kind: 'refuse', notice: { key: 'notice.actAsSame', values: { name: admin.name } } });
    expect(withAccount(aRun(), { whose: undefined, account: { ...admin, objectId: alex.objectId }, now })).toMatchObject({ kind: 'refuse' });
  });

  test('is part of what an approval is of', () => {
    const run = aRunWithSteps({});
    const other = { ...actingAs, actingAs: { ...admin, objectId: 'another' } };
    const hashes = [run, { ...run, startedBy: actingAs }, { ...run, startedBy: other }].map((one) => planHash(one, 'solution', plan));
    expect(new Set(hashes).size).toBe(3);
  });

  test('goes on with what was begun only in the name of the account that says so now', () => {
    const run = aRunWithSteps({ solution: { status: 'failed', at: now, failure, approval } }, { startedBy: actingAs, journal: [...begun] });
    expect(goneOn(run, 'solution', { by: actingAs, at: now })).toMatchObject({ steps: { solution: { status: 'applying', approvedBy: actingAs } } });
    expect(goneOn({ ...run, journal: [] }, 'solution', { by: actingAs, at: now })).toBeUndefined();
    const moved = acting({ ...run, startedBy: alex });
    expect(moved).toMatchObject({ run: { steps: { solution: { status: 'failed' } } } });
  });
});

describe('Which account is used', () => {
  test('is what the setup says, never what a client sends', () => {
    const run = aRun({ startedBy: actingAs });
    expect(withKnownAccount(run, aCommand('approve')).actor).toEqual(actingAs);
    expect(withKnownAccount(aRun(), aCommand('approve', {}, { actor: actingAs })).actor).toEqual(alex);
    expect(withKnownAccount(run, aCommand('approve', {}, { actor: { ...priya, actingAs: admin } })).actor).toEqual(priya);
  });

  test('is the same again when a finished setup is taken back', () => {
    const run = aRunWithSteps({ solution: done }, { status: 'finished', startedBy: actingAs, journal: [...begun] });
    const { actor } = withKnownAccount(run, aCommand('undo'));
    expect(decideOn(run, aCommand('undo', {}, { actor }))).toMatchObject({ kind: 'move', run: { status: 'active', startedBy: actingAs, signedIn: false } });
  });

  test('of whoever was asked is that of the step that they write about', () => {
    const other = { ...asked, id: '2', about: 'application', person: { ...priya, actingAs: admin } } as const;
    const run = aRun({ asks: [asked, other] });
    const command = (stepId: 'solution' | 'application') => aCommand('approve', { stepId }, { actor: priya, conversationId: 'chat-of-priya' });
    expect(withKnownAccount(run, command('solution')).actor).toEqual(priya);
    expect(withKnownAccount(run, command('application'))).toEqual({ ...command('application'), actor: { ...priya, actingAs: admin } });
    expect(withKnownAccount(run, aCommand('ask', { about: 'application', stepId: 'solution' }, { actor: priya, conversationId: 'chat-of-priya' })).actor).toMatchObject({ actingAs: admin });
  });

  test('is their own again when it is named, in whatever letters', () => {
    expect(withAccountOf(actingAs, { ...admin, objectId: alex.objectId.toUpperCase() })).toEqual(alex);
    expect(withAccountOf(actingAs, undefined)).toEqual(alex);
    expect(withAccountOf(alex, admin)).toEqual(actingAs);
  });

  test('of a person is what the setup knows of them now', () => {
    const now1 = { ...priya, actingAs: admin };
    const nobodyYet = { ...asked, id: '0', person: undefined };
    expect(asKnownIn(aRun({ startedBy: actingAs, asks: [{ ...asked, person: { ...alex } }] }), alex)).toEqual(actingAs);
    expect(asKnownIn(aRun({ asks: [{ ...asked, person: now1 }, { ...asked, status: 'declined' }, { ...asked, person: alex }, nobodyYet] }), priya)).toEqual(now1);
    expect(asKnownIn(aRun({ asks: [{ ...asked, status: 'declined', person: now1 }] }), priya)).toEqual(priya);
    expect(asKnownIn(aRun(), priya)).toEqual(priya);
  });
});
