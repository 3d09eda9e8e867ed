import { actorOf, makerOf, maySee } from '../../src/setup/asking.ts';
import type { Command } from '../../src/setup/commands/command.ts';
import { decide } from '../../src/setup/commands/index.ts';
import type { Ask, JournalEntry, SetupRun } from '../../src/setup/run.ts';
import { say } from '../../src/setup/sentence.ts';
import { aCommand, alex, applying, aRun, aRunWithSteps, done, now, planned, priya } from './fixtures.ts';

const decideOn = (run: SetupRun, command: Command) => decide(run, { command, now, hostKind: () => 'environment' });
const failure = { code: 'E-REFUSED', sentence: say('error.refused'), errorId: 'e' } as const;
const failed = { status: 'failed', at: now, failure } as const;
const open: Ask = { id: '1', about: 'application', wanted: 'priya', askedBy: alex, askedAt: now, status: 'open', person: priya, conversationId: 'chat-of-priya', signedIn: true };
const asking = (given: Partial<Ask> = {}, state: SetupRun['steps']['application'] = planned) =>
  aRunWithSteps({ solution: done, application: state }, { asks: [{ ...open, ...given }] });
const byPriya = (verb: Command['verb'], data: Command['data'] = {}, given: Partial<Command> = {}) =>
  aCommand(verb, { stepId: 'application', planHash: 'hash-1', ...data }, { actor: priya, conversationId: 'chat-of-priya', ...given });

const entry = (result: 'done' | 'refused' | 'unclear' | undefined): JournalEntry => ({
  id: 'e', stepId: 'application', request: 'POST graph /applications', intendedAt: now, by: priya.objectId, ...(result && { outcome: { at: now, result, detail: '' } }),
});

describe('Asking somebody', () => {
  const refused = aRunWithSteps({ solution: done, application: failed });

  test('without a name asks for one', () => {
    expect(decideOn(refused, aCommand('ask'))).toEqual({ kind: 'question', question: { kind: 'ask', about: 'application' } });
  });

  test('by name looks for them', () => {
    expect(decideOn(refused, aCommand('ask', { wanted: ' Priya ' }))).toMatchObject({
      kind: 'move',
      run: { asks: [{ about: 'application', wanted: 'Priya', status: 'searching', askedBy: alex, signedIn: false }] },
      enqueue: [{ task: { kind: 'findPerson' } }, { task: { kind: 'redraw' } }],
    });
  });

  test('else, takes the place of whoever was asked before', () => {
    expect(decideOn(asking(), aCommand('ask', { wanted: 'Tomas' }))).toMatchObject({ run: { asks: [{ status: 'withdrawn' }, { id: '2', status: 'searching' }] } });
  });

  test('twice is asking once', () => {
    expect(decideOn(asking(), aCommand('ask', { wanted: ' PRIYA ' }))).toEqual({ kind: 'show' });
    expect(decideOn(asking({ status: 'declined' }), aCommand('ask', { wanted: 'Priya' }))).toMatchObject({ kind: 'move' });
  });

  test('again looks again for whoever was not found before', () => {
    expect(decideOn(asking({ status: 'nobody' }), aCommand('ask', { wanted: 'priya' }))).toMatchObject({ kind: 'move', run: { asks: [{ status: 'withdrawn' }, { status: 'searching' }] } });
  });

  test('is done twenty times in a setup, and no more', () => {
    const asked = (times: number) => ({ ...refused, asks: Array.from({ length: times }, (_, index): Ask => ({ ...open, id: `${index + 1}`, status: 'withdrawn' })) });
    expect(decideOn(asked(19), aCommand('ask', { wanted: 'Tomas' }))).toMatchObject({ kind: 'move' });
    expect(decideOn(asked(20), aCommand('ask', { wanted: 'Tomas' }))).toEqual({ kind: 'refuse', notice: say('notice.tooManyAsks', { count: 20 }) });
  });

  test('about another step leaves the first one open', () => {
    const run = { ...asking(), steps: { ...asking().steps, keyAndProof: failed } };
    expect(decideOn(run, aCommand('ask', { wanted: 'Tomas', stepId: 'keyAndProof' }))).toMatchObject({ run: { asks: [{ status: 'open' }, { about: 'keyAndProof' }] } });
  });

  test.each([
    ['is being done', { application: applying }],
    ['is done', { application: done }],
    ['has not come up', {}],
  ])('is refused for a step that %s', (_what, steps) => {
    expect(decideOn(aRunWithSteps(steps), aCommand('ask', { stepId: 'application', wanted: 'Priya' }))).toMatchObject({ notice: { key: 'notice.nothingToAsk' } });
  });

  test('is refused while the environment is being chosen', () => {
    expect(decideOn(aRun(), aCommand('ask', { wanted: 'Priya' }))).toMatchObject({ kind: 'refuse' });
  });

  test('chooses among those found, and nobody else', () => {
    const several = asking({ status: 'several', candidates: [priya] });
    const choice = (objectId: string) => decideOn(several, aCommand('ask', { stepId: 'application', objectId }));
    expect(choice(priya.objectId)).toMatchObject({ run: { asks: [{ status: 'searching', person: priya }] }, enqueue: [{ task: { kind: 'findPerson' } }] });
    expect(choice(alex.objectId)).toMatchObject({ notice: { key: 'notice.notAmongThem' } });
  });

  test('is not for whoever was asked', () => {
    expect(decideOn(asking(), byPriya('ask', { wanted: 'Tomas' }))).toMatchObject({ kind: 'refuse' });
  });
});

describe('Whoever was asked', () => {
  test('approves the plan that they were shown, in their own name', () => {
    expect(decideOn(asking(), byPriya('approve'))).toMatchObject({
      kind: 'move',
      lock: 'acquire',
      run: { steps: { application: { status: 'applying', approvedBy: priya } }, asks: [{ status: 'open' }] },
      enqueue: [{ task: { kind: 'apply', stepId: 'application' } }, { task: { kind: 'redraw' } }],
    });
  });

  test('not another plan', () => {
    expect(decideOn(asking(), byPriya('approve', { planHash: 'hash-0' }))).toMatchObject({ notice: { key: 'notice.planChanged' } });
    expect(decideOn(asking(), aCommand('approve', {}, { actor: priya, conversationId: 'chat-of-priya', typed: true }))).toMatchObject({ notice: { key: 'notice.planChanged' } });
  });

  test('not before they have signed in', () => {
    expect(decideOn(asking({ signedIn: false }), byPriya('approve'))).toMatchObject({ notice: { key: 'notice.signInFirst' } });
  });

  test('not from another chat, nor in another name', () => {
    expect(decideOn(asking(), byPriya('approve', {}, { conversationId: 'conversation-1' }))).toMatchObject({ notice: { key: 'notice.notYours' } });
    expect(decideOn(asking(), byPriya('approve', {}, { actor: { ...priya, objectId: 'somebody' } }))).toMatchObject({ notice: { key: 'notice.notYours' } });
    expect(decideOn(asking(), byPriya('approve', {}, { actor: { ...priya, tenantId: 'another' } }))).toMatchObject({ notice: { key: 'notice.notYours' } });
  });

  test('not another step', () => {
    const run = { ...asking(), steps: { ...asking().steps, solution: planned } };
    expect(decideOn(run, byPriya('approve', { stepId: 'solution' }))).toMatchObject({ notice: { key: 'notice.notYours' } });
  });

  test.each(['cancel', 'restart', 'choose', 'back', 'withdraw'] as const)('may not %s', (verb) => {
    expect(decideOn(asking(), byPriya(verb, { confirmed: true }))).toMatchObject({ kind: 'refuse', notice: { key: 'notice.notYours' } });
  });

  test('looks with their own rights at what could not be done with the starter’s', () => {
    expect(decideOn(asking({}, failed), byPriya('check'))).toMatchObject({
      run: { steps: { application: { status: 'planning' } } },
      enqueue: [{ task: { kind: 'plan', stepId: 'application' } }, { task: { kind: 'redraw' } }],
    });
  });

  test('plans anew what the starter had approved in vain, and goes on with what they approved themselves', () => {
    const { status: _status, ...approval } = applying;
    expect(decideOn(asking({}, { ...failed, approval }), byPriya('retry'))).toMatchObject({ run: { steps: { application: { status: 'planning' } } } });
    const own = { ...failed, approval: { ...approval, approvedBy: priya } };
    expect(decideOn(asking({}, own), byPriya('retry'))).toMatchObject({ run: { steps: { application: { status: 'applying', approvedBy: priya } } } });
  });

  test('changes the details of the step', () => {
    expect(decideOn(asking(), byPriya('submit', { displayName: 'Leads' }))).toMatchObject({ run: { inputs: { application: { displayName: 'Leads' } } } });
  });

  test('declines, and cannot approve afterwards', () => {
    const declined = decideOn(asking(), byPriya('decline'));
    expect(declined).toMatchObject({ kind: 'move', run: { asks: [{ status: 'declined' }] } });
    if (declined.kind !== 'move') throw new Error('not declined');
    expect(decideOn(declined.run, byPriya('approve'))).toMatchObject({ notice: { key: 'notice.askOver' } });
    expect(decideOn(declined.run, byPriya('refresh'))).toEqual({ kind: 'show' });
  });

  test('declines before signing in too, but not while their approval is being carried out', () => {
    expect(decideOn(asking({ signedIn: false }), byPriya('decline')).kind).toBe('move');
    expect(decideOn(asking({}, { ...applying, approvedBy: priya }), byPriya('decline'))).toMatchObject({ notice: { key: 'notice.declinedTooLate' } });
  });

  test('is too late when the starter no longer waits, has approved, or has stopped', () => {
    expect(decideOn(asking({ status: 'withdrawn' }), byPriya('approve'))).toMatchObject({ notice: { key: 'notice.askOver' } });
    const cancelled = decideOn(asking(), aCommand('cancel', { confirmed: true }));
    if (cancelled.kind !== 'move') throw new Error('not cancelled');
    expect(cancelled.run.asks[0]).toMatchObject({ status: 'withdrawn' });
    expect(decideOn(cancelled.run, byPriya('approve'))).toMatchObject({ notice: { key: 'notice.cancelled' } });
    const approved = decideOn(asking(), aCommand('approve', { stepId: 'application', planHash: 'hash-1' }));
    expect(approved).toMatchObject({ run: { asks: [{ status: 'withdrawn' }], steps: { application: { approvedBy: alex } } } });
  });
});

describe('Whoever was asked, besides', () => {
  test('is told whose setup it is, and sees it', () => {
    expect(decideOn(asking(), byPriya('cancel'))).toMatchObject({ notice: { values: { name: 'Alex Admin' } } });
    expect(decideOn(asking(), byPriya('approve', { stepId: 'solution' }))).toMatchObject({ notice: { values: { name: 'Alex Admin' } } });
    expect(decideOn(asking({ status: 'withdrawn' }), byPriya('approve'))).toMatchObject({ notice: { values: { name: 'Alex Admin' } } });
    for (const verb of ['refresh', 'continue', 'history'] as const) expect(decideOn({ ...asking(), status: 'finished' }, byPriya(verb))).toEqual({ kind: 'show' });
  });

  test('acts on the step that the card is about, of two that they were asked about', () => {
    const run = { ...asking(), asks: [{ ...open, id: '2', about: 'keyAndProof' as const, signedIn: false }, open] };
    expect(decideOn(run, byPriya('decline', { about: 'keyAndProof' }))).toMatchObject({ run: { asks: [{ status: 'declined' }, { status: 'open' }] } });
    expect(decideOn(run, byPriya('decline', { stepId: 'keyAndProof' }))).toMatchObject({ run: { asks: [{ status: 'declined' }, { status: 'open' }] } });
  });

  test.each(['done', 'applying', 'planning'] as const)('changes nothing by looking at what is %s', (status) => {
    const state = { done, applying, planning: { status: 'planning', since: now } as const }[status];
    expect(decideOn(asking({}, state), byPriya('check'))).toEqual({ kind: 'show' });
  });

  test.each<[string, SetupRun['steps']['application']]>([
    ['planned', planned],
    ['blocked', { status: 'blocked', at: now, reason: say('x'), cure: say('y') }],
    ['left to be done by hand', { status: 'byHand', since: now }],
  ])('looks again at what is %s', (_what, state) => {
    expect(decideOn(asking({}, state), byPriya('retry'))).toMatchObject({ run: { steps: { application: { status: 'planning', since: now } } } });
  });

  test('names no user to be taken: that is for whoever owns the setup', () => {
    const run = aRunWithSteps({ serviceUser: planned }, { path: 'microsoft365', asks: [{ ...open, about: 'serviceUser' }] });
    const naming = (adoptedName?: string) => decideOn(run, byPriya('submit', { stepId: 'serviceUser', displayName: 'Leads', adoptedName }));
    expect(naming('somebody@contoso.example')).toMatchObject({ kind: 'refuse', notice: { key: 'notice.adoptingNotYours', values: { name: 'Alex Admin' } } });
    for (const none of ['', '  ', undefined]) expect(naming(none)).not.toMatchObject({ notice: { key: 'notice.adoptingNotYours' } });
  });

  test('about the values only is told who asked, and may let that be', () => {
    const values = asking({ about: 'partnerCenter' });
    expect(decideOn(values, byPriya('approve', { stepId: undefined }))).toMatchObject({ notice: { key: 'notice.askedForValuesOnly', values: { name: 'Alex Admin' } } });
    expect(decideOn(values, byPriya('approve'))).toMatchObject({ notice: { key: 'notice.askedForValuesOnly' } });
  });

  test('about the values takes nothing else back', () => {
    expect(decideOn(asking(), byPriya('withdraw'))).toMatchObject({ kind: 'refuse' });
    expect(decideOn(asking(), byPriya('withdraw', { about: 'partnerCenter' }))).toMatchObject({ kind: 'refuse' });
  });
});

describe('Whoever has declined, or is not waited for any more, after what they approved has failed', () => {
  const { status: _status, ...approval } = { ...applying, approvedBy: priya };
  const over = (command: Command, given: Partial<SetupRun> = {}) => {
    const decided = decideOn({ ...asking({}, { ...failed, approval }), ...given }, command);
    if (decided.kind !== 'move') throw new Error('It is not over');
    const again = decideOn(decided.run, aCommand('retry', { stepId: 'application' }));
    if (again.kind !== 'move') throw new Error('It is not tried again');
    expect(actorOf(decided.run, 'application')).toEqual(alex);
    return again;
  };
  const ways = [['declined', byPriya('decline')], ['let go', aCommand('withdraw', { stepId: 'application' })]] as const;

  test.each(ways)('is not acted for: %s, it is planned anew', (_how, command) => {
    expect(over(command)).toMatchObject({ run: { steps: { application: { status: 'planning' } } }, enqueue: [{ task: { kind: 'plan' } }] });
  });

  test.each(ways)('is not acted for: %s, what was begun goes on in the name of whoever tries again', (_how, command) => {
    const again = over(command, { journal: [entry('done')] });
    expect(again).toMatchObject({ lock: 'acquire', run: { steps: { application: { status: 'applying', approvedBy: alex, firstApprovedAt: now } } } });
    expect(actorOf(again.run, 'application')).toEqual(alex);
  });

  test('is acted for as long as they are waited for', () => {
    const again = decideOn(asking({}, { ...failed, approval }), aCommand('retry', { stepId: 'application' }));
    expect(again).toMatchObject({ run: { steps: { application: { status: 'applying', approvedBy: priya } } } });
  });
});

describe('What another has begun', () => {
  const { status: _status, ...approval } = applying;
  const begun = (result: 'done' | 'refused' | 'unclear' | undefined) => ({ ...asking({}, { ...failed, approval }), journal: [entry(result)] });

  test.each(['done', 'unclear', undefined] as const)('goes on when whoever was asked says so, and is not planned anew: %s', (result) => {
    expect(decideOn(begun(result), byPriya('check'))).toEqual({ kind: 'show' });
    expect(decideOn(begun(result), byPriya('retry'))).toMatchObject({
      lock: 'acquire',
      run: { steps: { application: { status: 'applying', approvedBy: priya, begun: true } } },
      enqueue: [{ task: { kind: 'apply' } }, { task: { kind: 'redraw' } }],
    });
  });

  test('is nothing where all was refused: that is planned with the rights of whoever was asked', () => {
    expect(decideOn(begun('refused'), byPriya('retry'))).toMatchObject({ run: { steps: { application: { status: 'planning' } } } });
  });
});

describe('The starter', () => {
  test('need not wait', () => {
    expect(decideOn(asking(), aCommand('withdraw', { stepId: 'application' }))).toMatchObject({ run: { asks: [{ status: 'withdrawn' }] }, enqueue: [{ task: { kind: 'redraw' } }] });
    expect(decideOn(asking({}, { ...applying, approvedBy: priya }), aCommand('withdraw', { stepId: 'application' }))).toMatchObject({ notice: { key: 'notice.askedAtWork' } });
    expect(decideOn(aRunWithSteps({ solution: planned }), aCommand('withdraw'))).toMatchObject({ notice: { key: 'notice.nobodyAsked' } });
  });

  test('cannot decline for others', () => {
    expect(decideOn(asking(), aCommand('decline'))).toMatchObject({ notice: { key: 'notice.nothingToDecline' } });
  });
});

describe('Whose rights are used', () => {
  test.each([
    ['the starter’s where nobody is asked', aRunWithSteps({ application: planned }), alex],
    ['the starter’s until the other has signed in', asking({ signedIn: false }), alex],
    ['the other’s for the step that they were asked about', asking(), priya],
    ['the starter’s again when the other declines', asking({ status: 'declined' }), alex],
    ['theirs who approved, whoever is asked meanwhile', asking({}, applying), alex],
  ])('%s', (_what, run, person) => {
    expect(actorOf(run, 'application')).toEqual(person);
  });

  test('the starter’s for every other step', () => {
    expect(actorOf(asking(), 'applicationUserAndRole')).toEqual(alex);
  });
});

describe('The values', () => {
  const key = { keyId: 'k', displayName: 'lead-setup id1', endsAt: now, madeBy: priya.objectId };
  const tomas = { ...priya, objectId: 'tomas', name: 'Tomas' };
  const proven = { ...done, approvedBy: priya };
  const steps = { solution: done, application: done, applicationUserAndRole: done, keyAndProof: proven };
  const answered: Ask = { ...open, about: 'keyAndProof', status: 'answered' };
  const handover = (asks: Ask[] = [answered], given: Partial<SetupRun> = {}) => aRunWithSteps(steps, { asks, facts: { key }, ...given });
  const mine = { actor: priya, conversationId: 'chat-of-priya' };

  test('are for whoever approved the making of the key, not for whoever began the setup', () => {
    expect(makerOf(handover())).toEqual(priya);
    expect(decideOn(handover(), aCommand('reveal'))).toMatchObject({ notice: { key: 'notice.revealNotYours', values: { name: 'Priya Power' } } });
    expect(decideOn(handover(), aCommand('reveal', {}, mine))).toMatchObject({ kind: 'reveal' });
  });

  test('are for the starter when the maker lets them', () => {
    const let1 = decideOn(handover(), aCommand('ask', { about: 'partnerCenter', objectId: alex.objectId }, mine));
    if (let1.kind !== 'move') throw new Error('not let');
    expect(maySee(let1.run, alex)).toBe(true);
    expect(decideOn(let1.run, aCommand('reveal'))).toMatchObject({ kind: 'reveal' });
  });

  test('cannot be given away by whoever did not make the key', () => {
    expect(decideOn(handover(), aCommand('ask', { about: 'partnerCenter', objectId: alex.objectId }))).toMatchObject({ notice: { key: 'notice.valuesNotYoursToGive' } });
  });

  test('are for whom the maker names, and for nothing but to be seen', () => {
    const named: Ask = { ...open, id: '2', about: 'partnerCenter', askedBy: priya, person: tomas, conversationId: 'chat-of-tomas' };
    const theirs = { actor: tomas, conversationId: 'chat-of-tomas' };
    expect(decideOn(handover([answered, named]), aCommand('reveal', {}, theirs))).toMatchObject({ kind: 'reveal' });
    expect(decideOn(handover([answered, named]), aCommand('retry', {}, theirs))).toMatchObject({ kind: 'refuse' });
    expect(decideOn(handover([answered, { ...named, status: 'withdrawn' }]), aCommand('reveal', {}, theirs))).toMatchObject({ kind: 'refuse' });
  });

  test('are entered by either of them, once they were shown', () => {
    const shown = handover([answered], { handover: { revealedAt: now, revealUntil: now } });
    expect(decideOn(shown, aCommand('done'))).toMatchObject({ run: { status: 'finished' }, destroySecrets: true });
    expect(decideOn(shown, aCommand('done', {}, mine))).toMatchObject({ run: { status: 'finished' } });
    expect(decideOn(handover(), aCommand('done', {}, mine))).toMatchObject({ notice: { key: 'notice.revealFirst' } });
  });

  test.each(['declined', 'withdrawn', 'answered', 'open'] as const)('are not ended by somebody who was asked about another step: %s', (status) => {
    const asked: Ask = { ...open, status, person: tomas, conversationId: 'chat-of-tomas' };
    const shown = handover([asked, answered], { handover: { revealedAt: now, revealUntil: now } });
    const theirs = { actor: tomas, conversationId: 'chat-of-tomas' };
    expect(decideOn(shown, aCommand('done', {}, theirs))).toMatchObject({ notice: { key: 'notice.notYours', values: { name: 'Alex Admin' } } });
    expect(decideOn(shown, aCommand('done', {}, { ...theirs, typed: true }))).toMatchObject({ kind: 'refuse' });
  });

  test('are taken back from everybody who was named, one after the other, by the maker too', () => {
    const named: Ask = { ...open, id: '2', about: 'partnerCenter', askedBy: priya, person: tomas, conversationId: 'chat-of-tomas' };
    const rita = { ...tomas, objectId: 'rita', name: 'Rita' };
    const takenBack = (run: SetupRun, given?: Partial<Command>) => {
      const decided = decideOn(run, aCommand('withdraw', { about: 'partnerCenter' }, given));
      if (decided.kind !== 'move') throw new Error('It is not taken back');
      return decided.run;
    };
    const both = handover([answered, named, { ...named, id: '3', person: rita, conversationId: 'chat-of-rita' }]);
    const one = takenBack(both, mine);
    expect([maySee(one, tomas), maySee(one, rita)]).toEqual([true, false]);
    const none = takenBack(one);
    expect([maySee(none, tomas), maySee(none, rita)]).toEqual([false, false]);
    expect(decideOn(both, aCommand('withdraw', { about: 'keyAndProof' }, mine))).toMatchObject({ kind: 'refuse', notice: { key: 'notice.askOver' } });
    expect(decideOn(both, aCommand('decline', { about: 'partnerCenter' }, mine))).toMatchObject({ kind: 'refuse', notice: { key: 'notice.askOver' } });
    expect(decideOn(none, aCommand('withdraw', { about: 'partnerCenter' }, mine))).toMatchObject({ notice: { key: 'notice.nobodyAsked' } });
    expect(decideOn(both, aCommand('withdraw', { about: 'partnerCenter' }, { actor: rita, conversationId: 'chat-of-rita' }))).toMatchObject({ kind: 'refuse' });
  });

  test('another key is shown to nobody who was named for the one before', () => {
    const named: Ask = { ...open, id: '2', about: 'partnerCenter', askedBy: priya, person: tomas };
    expect(decideOn(handover([answered, named]), aCommand('retry', { stepId: 'keyAndProof' }))).toMatchObject({ run: { asks: [{ status: 'answered' }, { status: 'withdrawn' }] } });
  });
});
