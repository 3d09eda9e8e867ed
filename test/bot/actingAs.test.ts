import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { verifiedAudit } from '../../src/storage/sqlite/audit.ts';
import { alex, applying, aRun, aRunWithSteps, now, planned, priya } from '../setup/fixtures.ts';
import { accountsOf } from './accountsOf.ts';
import { type BotHarness, conversationId, startBotHarness } from './botHarness.ts';

const admin = { objectId: 'a1e10000-0000-4000-8000-000000000009', name: 'adm-alex@contoso.onmicrosoft.com' };
const asPriya = { from: { id: priya.channelUserId, name: priya.name, aadObjectId: priya.objectId }, conversation: { id: 'a:chat-of-priya', conversationType: 'personal', tenantId: alex.tenantId } };
const asked = { id: '1', about: 'solution', wanted: 'priya', askedBy: alex, askedAt: now, status: 'open', person: priya, conversationId: 'a:chat-of-priya', signedIn: false } as const;
let bot: BotHarness;
let accounts: ReturnType<typeof accountsOf>;
let shown: Parameters<typeof accountsOf>[1];
const start = async (person = alex, setup: Pick<Parameters<typeof accountsOf>[1], 'runId' | 'askId' | 'purpose'> = {}) => {
  shown = { code: '123456', account: admin, ...setup };
  accounts = accountsOf(person, shown);
  bot = await startBotHarness({ accounts });
};
afterEach(() => bot.stop());
const click = (verb: string, data: object = {}) => bot.click({ verb, data: { verb, runId: 'id1', ...data } });

describe('Use my admin account', () => {
  beforeEach(() => start());

  it.each(['use my admin account', 'utiliser mon compte d’administration'])('is a question card, by the words %s', async (words) => {
    bot.have(aRunWithSteps({ solution: planned }));
    await bot.say(words);
    expect(bot.sent()).toEqual([expect.stringMatching(/^POST .*Use my admin account|^POST .*Utiliser mon compte/u)]);
    expect(bot.run().startedBy).toEqual(alex);
  });

  it('is a question card in the place of the clicked one, and ends what was begun with its link before', async () => {
    const endOlder = jest.fn();
    Object.assign(accounts, { endOlder });
    bot.have(aRunWithSteps({ solution: planned }));
    expect((await click('actAs')).text).toContain('Use my admin account');
    expect(endOlder.mock.calls).toEqual([[expect.objectContaining({ person: expect.objectContaining({ objectId: alex.objectId }), runId: 'id1' })]]);
  });

  it.each(['123456', ' 123 456 '])('takes the code %j, and the card names the account', async (typed) => {
    bot.have(aRunWithSteps({ solution: planned }));
    await bot.say(typed);
    expect(bot.run()).toMatchObject({ startedBy: { ...alex, actingAs: admin }, steps: { solution: { status: 'planning' } } });
    expect(bot.sent()).toEqual([expect.stringContaining(`Acting as ${admin.name}`)]);
  });

  it('twice at once moves once, and the second code is no code any more', async () => {
    bot.have(aRunWithSteps({ solution: planned }));
    await Promise.all([bot.say('123456'), bot.say('123456')]);
    expect(bot.sent().join('\n').match(/are used from now on/gu)).toHaveLength(1);
    expect(bot.run().startedBy).toMatchObject({ actingAs: admin });
  });

  it('says that a code is wrong, how many tries are left, and when it has to be begun again', async () => {
    bot.have(aRunWithSteps({ solution: planned }));
    for (const digits of ['000001', '000002', '000003', '000004', '000005', '123456']) await bot.say(digits);
    const sent = bot.sent();
    expect(sent.slice(0, 4)).toEqual(['4 more tries', '3 more tries', '2 more tries', 'one more try'].map((left) => expect.stringMatching(new RegExp(`not the code.*${left}`, 'u'))));
    expect(sent[4]).toContain('Open the sign-in page from the card again');
    expect(sent[5]).toContain('wait for your click');
    expect(bot.run().startedBy).toEqual(alex);
  });

  it('says that no page has shown a code yet', async () => {
    await bot.stop();
    const onItsWay = { ...accountsOf(alex, { code: '123456', account: admin }), triesLeft: () => undefined, redeem: () => undefined };
    bot = await startBotHarness({ accounts: onItsWay });
    await bot.say('654321');
    expect(bot.sent()).toEqual([expect.stringContaining('No page has shown you a code yet')]);
  });

  it('is not kept for a setup that has ended since the page was opened', async () => {
    const refused = jest.fn();
    Object.assign(accounts, { refused });
    bot.have(aRunWithSteps({ solution: planned }, { status: 'cancelled' }));
    await bot.say('123456');
    expect(refused.mock.calls).toEqual([[expect.objectContaining({ objectId: alex.objectId, actingAs: admin })]]);
  });

  it('is kept for a setup that acts as it already', async () => {
    const refused = jest.fn();
    Object.assign(accounts, { refused });
    bot.have(aRunWithSteps({ solution: planned }, { startedBy: { ...alex, actingAs: admin } }));
    await bot.say('123456');
    expect(refused).not.toHaveBeenCalled();
  });

  it('is nobody else’s by the same code', async () => {
    bot.have(aRunWithSteps({ solution: planned }));
    await bot.say('123456', asPriya);
    await bot.say('123456', { from: { ...asPriya.from, id: alex.channelUserId, name: alex.name } });
    expect(bot.run().startedBy).toEqual(alex);
  });

  it('waits until a step in hand is done', async () => {
    bot.have(aRunWithSteps({ solution: applying }));
    expect((await click('actAs')).text).toContain('Wait until this step is done');
  });

  it('ends a sign-in that was waited for', async () => {
    const body = JSON.stringify({ userId: alex.channelUserId, persona: 'alex', prompt: 'ask' });
    await fetch(`${bot.sandbox.url}/_sandbox/sign-in`, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
    await bot.say('set up leads');
    bot.sent();
    shown.runId = bot.setups.latestIn(conversationId)?.id ?? '';
    await bot.say('654321');
    expect(bot.sent()).toEqual([expect.stringContaining('waits for your sign-in')]);
    await bot.say('123456');
    expect(bot.setups.latestIn(conversationId)).toMatchObject({ signedIn: true, discovery: { status: 'reading' }, startedBy: { actingAs: admin } });
    expect(bot.sent()).toEqual([expect.stringContaining('Looking for your environments')]);
    await bot.say('what now');
    expect(bot.sent()).not.toContainEqual(expect.stringContaining('waits for your sign-in'));
  });

  it('is taken back by a button and by words', async () => {
    bot.have(aRun({ startedBy: { ...alex, actingAs: admin } }));
    await bot.say('use my own account again');
    expect(bot.run().startedBy).toEqual(alex);
    await bot.say('use my own account again');
    expect([accounts.forgottenOthers, bot.forgetTokens.mock.calls.length]).toEqual([[alex.objectId], 1]);
  });
});

it('of whoever was asked is for their step, in their chat', async () => {
  await start(priya, { askId: '1' });
  bot.have({ ...aRunWithSteps({ solution: planned }), asks: [asked] });
  await bot.say('use my admin account', asPriya);
  await bot.say('123456', asPriya);
  expect(bot.run()).toMatchObject({ startedBy: alex, asks: [{ person: { ...priya, actingAs: admin }, signedIn: true }], steps: { solution: { status: 'planning' } } });
  expect(bot.sent().at(-1)).toContain('Acting as');
});

describe('A code', () => {
  it('moves the setup that its link was for, whatever is under way in the chat meanwhile', async () => {
    await start(alex, { runId: 'earlier' });
    bot.have(aRunWithSteps({ solution: planned }, { id: 'earlier' }));
    bot.have(aRunWithSteps({ solution: planned }));
    await bot.say('123456');
    expect(bot.setups.load('earlier')?.startedBy).toMatchObject({ actingAs: admin });
    expect(bot.run().startedBy).toEqual(alex);
  });

  it('moves nothing when it is typed in another chat than the setup’s', async () => {
    await start(alex);
    bot.have(aRunWithSteps({ solution: planned }));
    await bot.say('123456', { conversation: { ...asPriya.conversation, id: 'a:another-chat-of-alex' } });
    expect(bot.sent()).toEqual([expect.stringContaining('belongs to Alex Admin')]);
    expect(bot.run().startedBy).toEqual(alex);
  });

  it('of a setup that has ended is of no other one that goes on in the chat', async () => {
    await start(alex, { runId: 'earlier' });
    bot.have(aRunWithSteps({ solution: planned }, { id: 'earlier', status: 'cancelled' }));
    bot.have(aRunWithSteps({ solution: planned }));
    await bot.say('123456');
    expect(bot.run().startedBy).toEqual(alex);
  });

  it('of somebody’s part in the setup of another is not for their own, and of one part not for the next', async () => {
    await start(priya, { askId: '1' });
    bot.have({ ...aRunWithSteps({ solution: planned }), asks: [asked, { ...asked, id: '2', about: 'application' }] });
    bot.storage.runs.create({ ...aRunWithSteps({ solution: planned }), id: 'own', startedBy: priya, conversationId: asPriya.conversation.id });
    await bot.say('123456', asPriya);
    expect(bot.setups.load('own')?.startedBy).toEqual(priya);
    expect(bot.run().asks).toMatchObject([{ person: { ...priya, actingAs: admin } }, { person: priya }]);
    expect(bot.run().asks[1]?.person).not.toHaveProperty('actingAs');
  });
});

describe('A code for a proof', () => {
  const asAdmin = { ...alex, actingAs: admin };
  const lost = aRunWithSteps({ solution: { ...applying, approvedBy: asAdmin, signInLost: { since: now, errorId: 'lost-1' } } }, { startedBy: asAdmin });
  const refused = jest.fn();
  beforeEach(async () => {
    refused.mockClear();
    await start(alex, { purpose: { kind: 'proof', person: asAdmin, runId: 'id1', about: 'solution' } });
    Object.assign(accounts, { refused });
  });
  const record = () => bot.storage.audit.ofRun('id1').map(({ entry }) => entry);

  it('lets the step go on that lost the sign-in of the admin account, and that is on record', async () => {
    bot.have(lost);
    await bot.say('123456');
    expect(bot.run().steps.solution).toEqual({ ...applying, approvedBy: asAdmin });
    expect(record().at(-1)).toMatchObject({ kind: 'proven', by: { objectId: alex.objectId }, actingAs: admin, about: 'solution' });
    expect(bot.sent()).toEqual([expect.stringContaining(`The sign-in as ${admin.name} is used`)]);
    expect(refused).not.toHaveBeenCalled();
  });

  it('lets nothing go on that uses another account by now, and is not kept', async () => {
    bot.have({ ...lost, startedBy: alex, steps: { ...lost.steps, solution: { ...applying, signInLost: { since: now, errorId: 'lost-1' } } } });
    await bot.say('123456');
    expect(bot.run().steps.solution).toHaveProperty('signInLost');
    expect(record().map(({ kind }) => kind)).not.toContain('proven');
    expect(refused).toHaveBeenCalledTimes(1);
  });

  it('lets nothing go on for somebody else, or twice', async () => {
    bot.have(lost);
    expect(bot.setups.proven({ runId: 'id1', about: 'solution', person: { ...priya, actingAs: admin } })).toMatchObject({ kind: 'refused' });
    expect(bot.run().steps.solution).toHaveProperty('signInLost');
    expect(bot.setups.proven({ runId: 'id1', about: 'solution', person: asAdmin })).toMatchObject({ kind: 'moved' });
    expect(bot.setups.proven({ runId: 'id1', about: 'solution', person: asAdmin })).toMatchObject({ kind: 'refused' });
    expect(bot.setups.proven({ runId: 'unknown', about: 'solution', person: asAdmin })).toMatchObject({ kind: 'refused' });
    expect(record().filter(({ kind }) => kind === 'proven')).toHaveLength(1);
  });

  it('of what was read is on record without a step, when it goes on', async () => {
    const discovery = { status: 'failed', at: now, failure: { code: 'E-SIGN-IN', sentence: { key: 'error.signIn' }, errorId: 'e1' } } as const;
    bot.have(aRun({ startedBy: asAdmin, discovery }));
    bot.setups.proven({ runId: 'id1', about: 'discovery', person: asAdmin });
    expect(bot.run().discovery).toMatchObject({ status: 'reading' });
    expect(record().at(-1)).toMatchObject({ kind: 'proven', actingAs: admin });
    expect(record().at(-1)).not.toHaveProperty('about');
  });
});

describe('Signing out', () => {
  const leave = jest.fn();
  beforeEach(async () => {
    leave.mockClear();
    await start();
    jest.spyOn(bot.userTokens, 'signOut').mockImplementation(leave);
  });

  it.each(['sign out', 'se déconnecter'])('lets go of everything of theirs at once: %s', async (words) => {
    bot.have(aRunWithSteps({ solution: planned }));
    await bot.say(words);
    expect(leave).toHaveBeenCalledWith(alex);
    expect(bot.forgetTokens).toHaveBeenCalledWith(alex);
    expect(bot.run()).toMatchObject({ signedIn: false, signedOutAt: expect.any(String) });
    expect(bot.sent().join('\n')).toMatch(/continue|continuer/u);
  });

  it('does not stop what is in hand, and says so', async () => {
    bot.have(aRunWithSteps({ solution: applying }));
    await bot.say('sign out');
    expect(bot.sent()[0]).toContain('is not stopped by that');
    expect(bot.run().steps.solution).toEqual(applying);
  });

  it('is answered where nothing is under way', async () => {
    await bot.say('sign out');
    expect(bot.sent()).toEqual([expect.stringContaining('Nothing of yours was under way')]);
  });

  const recorded = () => {
    const audit = new DatabaseSync(join(bot.folder, 'bot.db'), { readOnly: true });
    const entries = [...verifiedAudit(audit)].map(({ record, fault }) => fault ?? record?.entry);
    audit.close();
    return entries;
  };

  it('is on record where nothing is under way, once until they have done something else', async () => {
    await bot.say('sign out');
    await bot.say('sign out');
    await bot.say('sign out', asPriya);
    const common = { kind: 'signedOut', tenantId: alex.tenantId, at: bot.clock.now().toISOString() };
    expect(recorded()).toEqual([{ ...common, by: { objectId: alex.objectId, name: alex.name } }, { ...common, by: { objectId: priya.objectId, name: priya.name } }]);
    bot.have(aRunWithSteps({}, { status: 'finished' }));
    await bot.say('sign out');
    expect(recorded().slice(2)).toMatchObject([{ kind: 'begun', runId: 'id1' }, { kind: 'signedIn' }, { kind: 'signedOut' }]);
    expect(recorded().at(-1)).not.toHaveProperty('runId');
  });

  it('is on record once where a setup is under way', async () => {
    bot.have(aRunWithSteps({ solution: planned }));
    await bot.say('sign out');
    expect(recorded().filter((entry) => entry && 'kind' in entry && entry.kind === 'signedOut')).toEqual([expect.objectContaining({ runId: 'id1' })]);
    await bot.say('history');
    expect(bot.sent().join('\n')).toContain('Signed out');
  });

  it('is not followed by a sign-in that nobody asked for, until they go on', async () => {
    const body = JSON.stringify({ userId: alex.channelUserId, persona: 'alex', prompt: 'ask' });
    await fetch(`${bot.sandbox.url}/_sandbox/sign-in`, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
    bot.have(aRunWithSteps({ solution: planned }));
    await bot.say('status');
    await bot.say('sign out');
    bot.sent();
    await bot.notifier.tell('id1');
    expect(bot.sent()).toEqual([expect.stringContaining('You signed out at')]);
    await bot.say('continue');
    expect(bot.sent()).toEqual([expect.stringMatching(/\/sign-in\//u)]);
  });

  it('of whoever was asked leaves the setup of the other alone', async () => {
    bot.have({ ...aRunWithSteps({ solution: planned }), asks: [{ ...asked, signedIn: true }] });
    await bot.say('sign out', asPriya);
    expect(bot.run()).toMatchObject({ signedIn: true, asks: [{ signedIn: false }] });
    expect(bot.run()).not.toHaveProperty('signedOutAt');
  });
});
