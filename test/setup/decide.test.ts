import type { Command } from '../../src/setup/commands/command.ts';
import { decide } from '../../src/setup/commands/index.ts';
import type { Ask, SetupRun } from '../../src/setup/run.ts';
import { currentSection } from '../../src/setup/sections.ts';
import { aCommand, alex, aRun, aRunWithSteps, applying, contoso, done, now, plan, planned, priya } from './fixtures.ts';

const decideOn = (run: SetupRun, command: Command, at = now) =>
  decide(run, { command, now: at, hostKind: (host) => (host.endsWith('.crm4.dynamics.com') ? 'environment' : 'elsewhere') });

describe('Choosing the environment', () => {
  test('takes one that was offered and reads the prerequisites', () => {
    const decision = decideOn(aRun(), aCommand('choose', { environment: contoso.url }));
    expect(decision).toMatchObject({
      kind: 'move',
      run: { environment: contoso, prerequisites: { status: 'reading' } },
      enqueue: [{ task: { kind: 'checkPrerequisites' } }],
    });
  });

  test('refuses one that was not offered, whatever the card says', () => {
    const decision = decideOn(aRun(), aCommand('choose', { environment: 'https://other.crm4.dynamics.com' }));
    expect(decision).toMatchObject({ kind: 'refuse', notice: { key: 'notice.environmentNotOffered' } });
  });

  test('takes an address as it was pasted from a browser', () => {
    const decision = decideOn(aRun(), aCommand('submit', { address: 'fabrikam.crm4.dynamics.com/main.aspx?appid=7' }));
    expect(decision).toMatchObject({ kind: 'move', run: { environment: { url: 'https://fabrikam.crm4.dynamics.com' } } });
  });

  test('refuses one of another organization', () => {
    const guest = { ...contoso, tenantId: 'f0000000-0000-4000-8000-000000000001' };
    const decision = decideOn(aRun({ offered: [guest] }), aCommand('choose', { environment: guest.url }));
    expect(decision).toMatchObject({ kind: 'refuse', notice: { key: 'notice.environmentForeign' } });
  });

  test('is over once it was chosen', () => {
    const decision = decideOn(aRunWithSteps({}), aCommand('submit', { address: 'fabrikam.crm4.dynamics.com' }));
    expect(decision).toMatchObject({ kind: 'refuse', notice: { key: 'notice.environmentChosen' } });
  });
});

describe('Going back', () => {
  test('from the prerequisites leads to the environments, and forgets what was read', () => {
    const read = aRun({ environment: contoso, prerequisites: { status: 'read', at: now }, facts: { directory: { tenantId: 't', displayName: 'Contoso' } } });
    const decision = decideOn(read, aCommand('back'));
    expect(decision).toMatchObject({ kind: 'move', run: { prerequisites: { status: 'waiting' }, checks: [], facts: {} } });
    expect(decision.kind === 'move' && currentSection(decision.run)).toBe('environment');
  });

  test('from a plan leads to the ways of signing in, as long as nothing was approved', () => {
    const decision = decideOn(aRunWithSteps({ solution: planned }), aCommand('back'));
    expect(decision).toMatchObject({ kind: 'move', run: { steps: { solution: { status: 'waiting' } } } });
    expect(decision.kind === 'move' && currentSection(decision.run)).toBe('prerequisites');
  });

  test('waits for nobody any more, approves nothing by itself, and leaves the environment free', () => {
    const asked: Ask = { id: '1', about: 'solution', wanted: 'priya', askedBy: alex, askedAt: now, status: 'open', person: priya, conversationId: 'chat-of-priya', signedIn: true };
    const run = aRunWithSteps({ solution: planned }, { asks: [asked], allAtOnce: { approvedBy: alex, approvedAt: now, foreseen: {} } });
    const decision = decideOn(run, aCommand('back'));
    expect(decision).toMatchObject({ kind: 'move', lock: 'release', run: { asks: [{ status: 'withdrawn' }] }, enqueue: [{ task: { kind: 'redraw' } }] });
    expect(decision.kind === 'move' && decision.run).not.toHaveProperty('allAtOnce');
  });

  test.each([
    ['an approval', aRunWithSteps({ solution: applying }), 'notice.tooLateToGoBack'],
    ['a change', aRunWithSteps({ solution: done, application: planned }), 'notice.tooLateToGoBack'],
    ['the beginning', aRun(), 'notice.nothingToGoBackTo'],
  ])('is refused after %s', (_what, run, key) => {
    expect(decideOn(run, aCommand('back'))).toMatchObject({ kind: 'refuse', notice: { key } });
  });
});

describe('Choosing how leads sign in', () => {
  const read = aRun({ environment: contoso, prerequisites: { status: 'read', at: now } });
  const blocked = { code: 'PRE-001', verdict: 'blocked', paths: ['entra'], found: { key: 'check.leadTable.missing' } } as const;

  test('Microsoft Entra lets the solution be planned', () => {
    expect(decideOn(read, aCommand('choose', { path: 'entra' }))).toMatchObject({
      kind: 'move',
      run: { path: 'entra', steps: { solution: { status: 'planning' }, application: { status: 'waiting' } } },
      enqueue: [{ task: { kind: 'plan', stepId: 'solution' } }],
    });
  });

  test('Microsoft 365 begins with the solution too', () => {
    expect(decideOn(read, aCommand('choose', { path: 'microsoft365' }))).toMatchObject({
      kind: 'move',
      run: { path: 'microsoft365', steps: { solution: { status: 'planning' } } },
      enqueue: [{ task: { kind: 'plan', stepId: 'solution' } }],
    });
  });

  test('a proven no blocks, a warning does not', () => {
    const withCheck = (verdict: 'blocked' | 'warning') => ({ ...read, checks: [{ ...blocked, paths: ['entra' as const], verdict }] });
    expect(decideOn(withCheck('blocked'), aCommand('choose', { path: 'entra' })).kind).toBe('refuse');
    expect(decideOn(withCheck('warning'), aCommand('choose', { path: 'entra' })).kind).toBe('move');
  });

  test('waits until the prerequisites were read', () => {
    const reading = { ...read, prerequisites: { status: 'reading', since: now } } as const;
    expect(decideOn(reading, aCommand('choose', { path: 'entra' })).kind).toBe('refuse');
  });
});

describe('An approval', () => {
  const run = aRunWithSteps({ solution: planned });
  const click = aCommand('approve', { stepId: 'solution', planHash: 'hash-1' });

  test('enqueues the work, takes the lock, and lets the next step be planned meanwhile', () => {
    expect(decideOn(run, click)).toMatchObject({
      kind: 'move',
      lock: 'acquire',
      run: { steps: { solution: { status: 'applying', begun: false }, application: { status: 'planning' } } },
      enqueue: [{ task: { kind: 'apply', stepId: 'solution' } }, { task: { kind: 'plan', stepId: 'application' } }],
    });
  });

  test('given twice is refused the second time, with the name of who was first', () => {
    expect(decideOn(aRunWithSteps({ solution: applying }), click)).toMatchObject({
      kind: 'refuse',
      notice: { key: 'notice.alreadyApproved', values: { name: 'Alex Admin' } },
    });
  });

  test('of a plan that has changed since is refused', () => {
    const stale = aCommand('approve', { stepId: 'solution', planHash: 'hash-0' });
    expect(decideOn(run, stale)).toMatchObject({ kind: 'refuse', notice: { key: 'notice.planChanged' } });
  });

  test('clicked without naming the plan is refused', () => {
    expect(decideOn(run, aCommand('approve', { stepId: 'solution' }))).toMatchObject({ kind: 'refuse' });
    expect(decideOn(run, aCommand('approve'))).toMatchObject({ kind: 'refuse' });
  });

  test('typed means the one plan that waits', () => {
    expect(decideOn(run, aCommand('approve', {}, { typed: true }))).toMatchObject({
      kind: 'move',
      run: { steps: { solution: { status: 'applying' } } },
    });
  });

  test('typed while two plans wait asks which', () => {
    const two = aRunWithSteps({ solution: planned, application: planned });
    expect(decideOn(two, aCommand('approve', {}, { typed: true }))).toMatchObject({ notice: { key: 'notice.whichPlan' } });
  });

  test('clicked means its own plan, of two that wait', () => {
    const two = aRunWithSteps({ solution: planned, application: planned });
    expect(decideOn(two, aCommand('approve', { stepId: 'application', planHash: 'hash-1' }))).toMatchObject({ run: { steps: { solution: planned, application: { status: 'applying' } } } });
    expect(decideOn(two, aCommand('approve', { planHash: 'hash-1' }))).toMatchObject({ notice: { key: 'notice.nothingToApprove' } });
  });

  describe('of more than the step is there for', () => {
    const ticked = aRunWithSteps({ solution: { ...planned, plan: { ...plan, toTick: [{ key: 'solution.brings.plugIn' }] } } });

    test('needs the tick on the card', () => {
      expect(decideOn(ticked, click)).toMatchObject({ kind: 'refuse', notice: { key: 'notice.tickMissing' } });
      expect(decideOn(ticked, aCommand('approve', { ...click.data, hasSeen: 'true' }))).toMatchObject({ kind: 'move', run: { steps: { solution: { status: 'applying' } } } });
    });

    test('is not typed, whatever comes with the word', () => {
      expect(decideOn(ticked, aCommand('approve', {}, { typed: true }))).toMatchObject({ notice: { key: 'notice.tickOnCard' } });
      expect(decideOn(ticked, aCommand('approve', { hasSeen: 'true' }, { typed: true }))).toMatchObject({ notice: { key: 'notice.tickOnCard' } });
    });
  });

  test.each<[string, SetupRun['steps']['solution']]>([
    ['was found done', { status: 'done', at: now, evidence: [] }],
    ['was left to be done by hand', { status: 'byHand', since: now }],
    ['is done with no name on record', { ...done, approvedBy: undefined }],
  ])('of a step that %s is of nothing', (_what, state) => {
    expect(decideOn(aRunWithSteps({ solution: state }), click)).toMatchObject({ kind: 'refuse', notice: { key: 'notice.nothingToApprove' } });
  });

  test('of a step that is done says when that was', () => {
    expect(decideOn(aRunWithSteps({ solution: done }), click)).toMatchObject({ notice: { key: 'notice.alreadyApproved', values: { name: 'Alex Admin', at: now } } });
  });

  test('leaves alone who is asked about another step', () => {
    const asked: Ask = { id: '1', about: 'application', wanted: 'priya', askedBy: alex, askedAt: now, status: 'open', person: priya, conversationId: 'chat-of-priya', signedIn: true };
    expect(decideOn(aRunWithSteps({ solution: planned }, { asks: [asked, { ...asked, id: '2', about: 'solution' }] }), click)).toMatchObject({ run: { asks: [{ status: 'open' }, { status: 'withdrawn' }] } });
  });

  test('by somebody else changes nothing', () => {
    expect(decideOn(run, { ...click, actor: priya })).toMatchObject({ kind: 'refuse', notice: { key: 'notice.notYours' } });
  });

  test('by somebody with the same object id in another tenant changes nothing', () => {
    const stranger = { ...click.actor, tenantId: 'another-tenant' };
    expect(decideOn(run, { ...click, actor: stranger })).toMatchObject({ notice: { key: 'notice.notYours' } });
  });
});

test('A card that was carried into another chat changes nothing', () => {
  const click = aCommand('approve', { stepId: 'solution', planHash: 'hash-1' }, { conversationId: 'conversation-2' });
  expect(decideOn(aRunWithSteps({ solution: planned }), click)).toMatchObject({ kind: 'refuse', notice: { key: 'notice.elsewhere' } });
});

describe.each(['choose', 'submit', 'approve', 'retry', 'reveal', 'done', 'cancel'] as const)('%s after the end', (verb) => {
  test.each(['finished', 'cancelled'] as const)('of a %s setup is refused', (status) => {
    const run = aRunWithSteps({ solution: planned }, { status });
    const command = aCommand(verb, { stepId: 'solution', planHash: 'hash-1', confirmed: true });
    expect(decideOn(run, command)).toMatchObject({ kind: 'refuse', notice: { key: `notice.${status}` } });
  });
});

test('A setup that was stopped is not checked', () => {
  expect(decideOn(aRunWithSteps({ solution: planned }, { status: 'cancelled' }), aCommand('check'))).toMatchObject({ kind: 'refuse', notice: { key: 'notice.cancelled' } });
});

describe('Changing details', () => {
  const run = aRunWithSteps({ solution: done, application: planned });

  test('plans the step anew with them', () => {
    expect(decideOn(run, aCommand('submit', { stepId: 'application', displayName: 'Our leads' }))).toMatchObject({
      kind: 'move',
      run: { inputs: { application: { displayName: 'Our leads' } }, steps: { application: { status: 'planning' } } },
      enqueue: [{ task: { kind: 'plan', stepId: 'application' } }],
    });
  });

  test.each([{ displayName: '  ' }, { displayName: 'x'.repeat(121) }])('refuses what the field does not take: %j', (given) => {
    expect(decideOn(run, aCommand('submit', { stepId: 'application', ...given })).kind).toBe('refuse');
  });

  test('refuses a key life of the person’s own invention', () => {
    const key = aRunWithSteps({ keyAndProof: planned });
    expect(decideOn(key, aCommand('submit', { stepId: 'keyAndProof', months: '240' })).kind).toBe('refuse');
  });

  test('refuses a field that the step does not have', () => {
    expect(decideOn(run, aCommand('submit', { stepId: 'application', months: '12' })).kind).toBe('refuse');
  });
});

describe('Retry', () => {
  const failure = { code: 'E-REFUSED', sentence: { key: 'error.refused' }, errorId: 'e1' } as const;

  test('goes on with what was approved', () => {
    const approval = { plan, planHash: 'hash-1', approvedBy: applying.approvedBy, approvedAt: now, begun: true };
    const run = aRunWithSteps({ solution: done, application: { status: 'failed', at: now, failure, approval } });
    expect(decideOn(run, aCommand('retry', { stepId: 'application' }))).toMatchObject({
      run: { steps: { application: { status: 'applying', begun: true } } },
      enqueue: [{ task: { kind: 'apply', stepId: 'application' } }],
    });
  });

  test('plans again what failed before it was approved', () => {
    const run = aRunWithSteps({ solution: { status: 'failed', at: now, failure } });
    expect(decideOn(run, aCommand('retry'))).toMatchObject({
      run: { steps: { solution: { status: 'planning' } } },
      enqueue: [{ task: { kind: 'plan', stepId: 'solution' } }],
    });
  });

  test('is refused where nothing failed', () => {
    expect(decideOn(aRunWithSteps({ solution: planned }), aCommand('retry')).kind).toBe('refuse');
  });
});

describe('Handing over', () => {
  const all = { solution: done, application: done, applicationUserAndRole: done, keyAndProof: done };
  const run = aRunWithSteps(all);
  const later = (minutes: number) => new Date(Date.parse(now) + minutes * 60_000).toISOString();
  const shown = aRunWithSteps(all, { handover: { revealedAt: now, revealUntil: later(15) } });

  test('shows the key and plans to take it off the card', () => {
    expect(decideOn(run, aCommand('reveal'))).toMatchObject({
      kind: 'reveal',
      moved: { run: { handover: { revealUntil: later(15) } }, enqueue: [{ task: { kind: 'conceal' }, notBefore: later(15) }] },
    });
  });

  test('shows it again within fifteen minutes, and not after', () => {
    const again = decideOn(shown, aCommand('reveal'), later(14));
    expect(again).toMatchObject({ kind: 'reveal', moved: { run: { handover: { ...shown.handover, reveals: [{ at: later(14) }] } } } });
    expect(again).not.toHaveProperty('moved.enqueue');
    expect(decideOn(shown, aCommand('reveal'), later(15))).toMatchObject({ kind: 'refuse', notice: { key: 'notice.revealOver' } });
  });

  test('offers a new key when that time is over', () => {
    // It may be in Partner Center already.
    expect(decideOn(shown, aCommand('retry', { stepId: 'keyAndProof' }), later(16))).toEqual({ kind: 'question', question: { kind: 'newSecret', stepId: 'keyAndProof' } });
    expect(decideOn(shown, aCommand('retry', { stepId: 'keyAndProof', confirmed: true }), later(16))).toMatchObject({
      kind: 'move',
      destroySecrets: true,
      run: { handover: {}, steps: { keyAndProof: { status: 'planning' } } },
    });
  });

  test('shows the key to nobody but who approved its making', () => {
    const byPriya = aRunWithSteps({ ...all, keyAndProof: { ...done, approvedBy: priya } });
    expect(decideOn(byPriya, aCommand('reveal'))).toMatchObject({ notice: { key: 'notice.revealNotYours' } });
  });

  test('ends with the key destroyed, once it was shown', () => {
    expect(decideOn(run, aCommand('done'))).toMatchObject({ kind: 'refuse', notice: { key: 'notice.revealFirst' } });
    expect(decideOn(shown, aCommand('done'))).toMatchObject({ kind: 'move', destroySecrets: true, lock: 'release', run: { status: 'finished' } });
  });
});

describe('Nothing is handed over', () => {
  const all = { solution: done, application: done, applicationUserAndRole: done, keyAndProof: done };
  const shown = { revealedAt: now, revealUntil: now };

  test('and nothing ended as entered before the last step is done', () => {
    const early = aRunWithSteps({ ...all, keyAndProof: applying }, { handover: shown });
    expect(decideOn(early, aCommand('reveal'))).toMatchObject({ notice: { key: 'notice.nothingToReveal' } });
    expect(decideOn(early, aCommand('done'))).toMatchObject({ notice: { key: 'notice.notDoneYet' } });
  });

  test('that people made themselves', () => {
    const key = aRunWithSteps(all, { facts: { key: { displayName: 'Mine', endsAt: now, isByHand: true } } });
    expect(decideOn(key, aCommand('reveal'))).toMatchObject({ notice: { key: 'notice.keyByHand' } });
    expect(decideOn(key, aCommand('done'))).toMatchObject({ kind: 'move', run: { status: 'finished' } });
  });

  test('of a maker whom nobody knows any more', () => {
    const unknown = aRunWithSteps(all, { facts: { key: { displayName: 'k', endsAt: now, madeBy: 'somebody' } } });
    expect(decideOn(unknown, aCommand('reveal'))).toMatchObject({ notice: { key: 'notice.revealNotYours', values: { name: 'Alex Admin' } } });
  });

  test('twice without both times on record, also after the end', () => {
    const at = { at: now, by: alex };
    const run = aRunWithSteps(all, { handover: { ...shown, reveals: [at] } });
    expect(decideOn(run, aCommand('done'))).toMatchObject({ run: { handover: { ...shown, reveals: [at], enteredAt: now } } });
  });

  const m365 = { solution: done, serviceUser: done, licence: done, userRole: done, passwordAndProof: done };
  const password = { setAt: now, renewBy: now, madeBy: priya.objectId };

  test('to who did not set the password', () => {
    const run = aRunWithSteps({ ...m365, passwordAndProof: { ...done, approvedBy: priya } }, { path: 'microsoft365', facts: { password } });
    expect(decideOn(run, aCommand('reveal'))).toMatchObject({ notice: { key: 'notice.passwordNotYours', values: { name: 'Priya Power' } } });
  });
});

test.each(['continue', 'refresh', 'history', 'start'] as const)('%s shows what is there', (verb) => {
  expect(decideOn(aRunWithSteps({ solution: planned }), aCommand(verb))).toEqual({ kind: 'show' });
});

test('taking over is decided where the locks are', () => {
  expect(decideOn(aRunWithSteps({ solution: planned }), aCommand('takeOver'))).toEqual({ kind: 'takeOver' });
});

test('The owner is the same in whatever letters their id is written', () => {
  const actor = { ...alex, objectId: alex.objectId.toUpperCase() };
  expect(decideOn(aRunWithSteps({ solution: planned }), aCommand('approve', { stepId: 'solution', planHash: 'hash-1' }, { actor })).kind).toBe('move');
});

test('Somebody else hears whose setup it is', () => {
  expect(decideOn(aRun(), aCommand('cancel', {}, { actor: priya }))).toMatchObject({ notice: { key: 'notice.notYours', values: { name: 'Alex Admin' } } });
});

describe('Cancelling', () => {
  const run = aRunWithSteps({ solution: applying }, { facts: { key: { keyId: 'key-1', displayName: 'k', endsAt: now } } });

  test('asks first', () => {
    expect(decideOn(run, aCommand('cancel'))).toEqual({ kind: 'question', question: { kind: 'cancel' } });
  });

  test('destroys the key, frees the environment and removes the key from the application when asked', () => {
    expect(decideOn(run, aCommand('cancel', { confirmed: true, removeKey: 'true' }))).toMatchObject({
      kind: 'move',
      destroySecrets: true,
      lock: 'release',
      run: { status: 'cancelled' },
      enqueue: [{ task: { kind: 'removeKey' } }],
    });
    expect(decideOn(run, aCommand('cancel', { confirmed: true }))).toMatchObject({ enqueue: [{ task: { kind: 'conceal' } }] });
  });
});

describe('Starting again', () => {
  const facts = { key: { displayName: 'k', endsAt: now } };

  test('removes a key that nobody has seen, and draws the old card anew', () => {
    expect(decideOn(aRunWithSteps({ keyAndProof: applying }, { facts }), aCommand('restart'))).toMatchObject({
      ended: { run: { status: 'cancelled' }, destroySecrets: true, enqueue: [{ task: { kind: 'removeKey' } }] },
    });
  });

  test('leaves a key that was shown: it may be in Partner Center', () => {
    expect(decideOn(aRunWithSteps({}, { facts, handover: { revealedAt: now } }), aCommand('restart'))).toMatchObject({
      ended: { enqueue: [{ task: { kind: 'conceal' } }] },
    });
  });
});
