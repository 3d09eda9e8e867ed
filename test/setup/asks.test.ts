import { actorOf, askAbout, askOf, lacksRightsOnly, lastWaiting, makerOf, mayActOn, maySee, settleAsks, withAsk, withLostSignIn, withNobodyNamed } from '../../src/setup/asking.ts';
import type { Ask, SetupRun } from '../../src/setup/run.ts';
import { alex, applying, aRun, aRunWithSteps, done, now, planned, priya } from './fixtures.ts';

const tomas = { ...priya, objectId: 'a1e10000-0000-4000-8000-000000000003', name: 'Tomas' };
const chat = 'chat-of-priya';
const open: Ask = { id: '1', about: 'application', wanted: 'priya', askedBy: alex, askedAt: now, status: 'open', person: priya, conversationId: chat, signedIn: true };
const { person: _person, ...nobodyYet } = open;
const asking = (...asks: Partial<Ask>[]): SetupRun => aRun({ asks: asks.map((ask, index) => ({ ...open, id: `${index}`, ...ask })) });

describe('Whoever is waited for about a step', () => {
  test('is the one asked last, as long as they have not answered, declined or been let go', () => {
    expect(askAbout(asking({}, { about: 'solution' }), 'application')?.id).toBe('0');
    expect(askAbout(asking({}, { status: 'declined' }), 'application')).toBeUndefined();
    expect(askAbout(asking(), 'application')).toBeUndefined();
    expect(lastWaiting(asking({}, { status: 'declined' }, { about: 'solution' }), 'application')?.id).toBe('0');
  });

  test.each(['searching', 'several', 'nobody', 'open'] as const)('is waited for while that is %s', (status) => {
    expect(askAbout(asking({ status }), 'application')).toBeDefined();
  });

  test.each(['declined', 'withdrawn', 'answered'] as const)('is not any more once that is %s', (status) => {
    expect(askAbout(asking({ status }), 'application')).toBeUndefined();
  });
});

describe('Somebody who writes from their own chat', () => {
  const inChat = (run: SetupRun, about?: Ask['about'], given: { person?: typeof priya; conversationId?: string } = {}) => askOf(run, { person: priya, conversationId: chat, about, ...given })?.id;

  test('means what they say, else what they are waited for, else what was last', () => {
    const several = asking({ about: 'solution', status: 'answered' }, {}, { about: 'keyAndProof', status: 'declined' });
    expect(inChat(several, 'solution')).toBe('0');
    expect(inChat(several)).toBe('1');
    expect(inChat(several, 'licence')).toBe('1');
    expect(inChat(asking({ status: 'answered' }, { status: 'declined' }))).toBe('1');
  });

  test('is nobody in another chat, as another person, or before they were found', () => {
    expect(inChat(asking({}), 'application', { conversationId: 'another' })).toBeUndefined();
    expect(inChat(asking({}), 'application', { person: tomas })).toBeUndefined();
    expect(inChat(aRun({ asks: [nobodyYet] }), 'application')).toBeUndefined();
  });

  test('is the same in whatever letters their id is written', () => {
    expect(inChat(asking({}), 'application', { person: { ...priya, objectId: priya.objectId.toUpperCase(), tenantId: priya.tenantId.toUpperCase() } })).toBe('0');
  });
});

test('of several asks one changes', () => {
  const run = asking({}, {});
  expect(withAsk(run, { ...open, id: '1', status: 'declined' }).asks.map(({ status }) => status)).toEqual(['open', 'declined']);
});

describe('Acting on a step', () => {
  test('is for whoever began, and whoever is asked about it', () => {
    expect([alex, priya, tomas].map((person) => mayActOn(asking({}), 'application', person))).toEqual([true, true, false]);
    expect(mayActOn(asking({}), 'solution', priya)).toBe(false);
    expect(mayActOn(asking({ status: 'searching' }), 'application', priya)).toBe(false);
    expect(mayActOn(asking(), 'application', priya)).toBe(false);
    expect(mayActOn(aRun({ asks: [nobodyYet] }), 'application', priya)).toBe(false);
  });

  test('after a failure is done as who approved it, as long as they may', () => {
    const { status: _status, ...approval } = applying;
    const failure = { code: 'E-REFUSED', sentence: { key: 'error.refused' }, errorId: 'e' } as const;
    const failed = (approvedBy: typeof alex, ...asks: Ask[]) => aRunWithSteps({ application: { status: 'failed', at: now, failure, approval: { ...approval, approvedBy } } }, { asks });
    expect(actorOf(failed(alex, open), 'application')).toEqual(alex);
    expect(actorOf(failed(priya, { ...open, signedIn: false }), 'application')).toEqual(priya);
    expect(actorOf(failed(tomas, open), 'application')).toEqual(priya);
    expect(actorOf(failed(tomas), 'application')).toEqual(alex);
    expect(actorOf(aRunWithSteps({ application: { status: 'failed', at: now, failure } }, { asks: [open] }), 'application')).toEqual(priya);
  });
});

describe('A step that is done', () => {
  const settled = (state: SetupRun['steps']['application'], ask: Partial<Ask> = {}) => settleAsks(aRunWithSteps({ application: state }, { asks: [{ ...open, ...ask }] })).asks[0];

  test('was answered by whoever approved it, and waits for nobody else', () => {
    expect(settled({ ...done, approvedBy: priya })).toEqual({ ...open, status: 'answered' });
    expect(settled({ ...done, approvedBy: alex })).toEqual({ ...open, status: 'withdrawn' });
    expect(settled({ status: 'done', at: now, evidence: [] })).toEqual({ ...open, status: 'withdrawn' });
    expect(settleAsks(aRunWithSteps({ application: done }, { asks: [nobodyYet] })).asks).toEqual([{ ...nobodyYet, status: 'withdrawn' }]);
  });

  test('changes nothing for who has declined, is asked about another, or about the values', () => {
    expect(settled(done, { status: 'declined' })?.status).toBe('declined');
    expect(settled(done, { about: 'solution' })?.status).toBe('open');
    expect(settled(done, { about: 'partnerCenter' })?.status).toBe('open');
    expect(settled(planned)?.status).toBe('open');
  });
});

describe('A sign-in that Microsoft did not accept', () => {
  test('is asked for again', () => {
    expect(withLostSignIn(asking({}), 'application').asks[0]).toEqual({ ...open, id: '0', signedIn: false });
  });

  test('of another account, or of somebody who is asked about something else, is not theirs to repeat here', () => {
    const asAdmin = asking({ person: { ...priya, actingAs: { objectId: 'admin', name: 'admin' } } });
    expect(withLostSignIn(asAdmin, 'application')).toEqual(asAdmin);
    expect(withLostSignIn(asking({}), 'solution')).toEqual(asking({}));
    expect(withLostSignIn(asking(), 'application')).toEqual(asking());
    expect(withLostSignIn(aRun({ asks: [nobodyYet] }), 'application').asks[0]).toMatchObject({ signedIn: false });
  });
});

describe('What is handed over', () => {
  const key = (madeBy?: string) => ({ key: { keyId: 'k', displayName: 'k', endsAt: now, madeBy } });
  const entra = (given: Partial<SetupRun>, state: SetupRun['steps']['keyAndProof'] = done) => aRunWithSteps({ keyAndProof: state }, given);

  test('was made by nobody before it is proven', () => {
    expect(makerOf(entra({ facts: key(alex.objectId) }, applying))).toBeUndefined();
  });

  test('was made by who approved that, whoever approved the step again later', () => {
    expect(makerOf(entra({ facts: key(priya.objectId), asks: [nobodyYet, { ...open, status: 'answered' }] }))).toEqual(priya);
    expect(makerOf(entra({ facts: key(alex.objectId) }, { ...done, approvedBy: priya }))).toEqual(alex);
    expect(makerOf(entra({ facts: key() }, { ...done, approvedBy: priya }))).toEqual(priya);
    expect(makerOf(entra({ facts: {} }))).toEqual(alex);
    expect(makerOf(entra({ facts: key('somebody') }))).toBeUndefined();
    expect(maySee(entra({ facts: key('somebody') }), alex)).toBe(false);
  });

  test('on the other way is the password', () => {
    const password = { setAt: now, renewBy: now, madeBy: priya.objectId };
    const run = aRunWithSteps({ passwordAndProof: done }, { path: 'microsoft365', facts: { ...key(alex.objectId), password }, asks: [open] });
    expect(makerOf(run)).toEqual(priya);
    expect(makerOf({ ...run, path: 'entra' })).toBeUndefined();
    expect(makerOf({ ...run, facts: {} })).toEqual(alex);
  });

  test('is named anew after it is made anew; whoever was asked about a step stays', () => {
    const run = withNobodyNamed(asking({ about: 'partnerCenter' }, {}));
    expect(run.asks.map(({ status }) => status)).toEqual(['withdrawn', 'open']);
  });
});

describe('Rights alone stand in the way', () => {
  const check: SetupRun['checks'][number] = { code: 'PRE-001', verdict: 'blocked', paths: ['entra'], found: { key: 'x' } };
  const other = { ...check, code: 'PRE-002' };

  test.each<[string, SetupRun['checks'], boolean]>([
    ['where somebody else’s would do', [check], true],
    ['not where something else blocks too', [check, other], false],
    ['but for what only warns', [check, { ...other, verdict: 'warning' }], true],
    ['but for what blocks the other way', [check, { ...other, paths: ['microsoft365'] }], true],
    ['not where nothing blocks', [], false],
    ['not where something else blocks', [other], false],
  ])('%s', (_when, checks, expected) => {
    expect(lacksRightsOnly({ checks }, 'entra')).toBe(expected);
  });
});
