import { alex, applying, aRunWithSteps, now, priya } from '../setup/fixtures.ts';
import { type BotHarness, startBotHarness } from './botHarness.ts';

const signInLost = { since: now, errorId: 'lost-1' };
const asPriya = { from: { id: priya.channelUserId, name: priya.name, aadObjectId: priya.objectId }, conversation: { id: 'a:chat-of-priya', conversationType: 'personal', tenantId: alex.tenantId } };
let bot: BotHarness;
beforeEach(async () => {
  bot = await startBotHarness();
  for (const [userId, persona] of [[alex.channelUserId, 'alex'], [priya.channelUserId, 'priya']]) {
    const body = JSON.stringify({ userId, persona, prompt: 'ask' });
    await fetch(`${bot.sandbox.url}/_sandbox/sign-in`, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
  }
});
afterEach(() => bot.stop());

const asked = expect.stringMatching(/^POST .*\/sign-in\//u);
const codeOn = async (sent: string[]) => {
  const link = /http:\/\/127\.0\.0\.1:\d+\/sign-in\/\S+/u.exec(sent.join('\n'))?.[0] ?? '';
  return /<output[^>]*>(\d{6})</u.exec(await (await fetch(link)).text())?.[1] ?? 'no code';
};
const dueNow = () => bot.storage.jobs.claim(bot.clock.now().toISOString(), '2026-11-22T09:31:00.000Z')?.task;

describe('A step in hand that has lost its sign-in', () => {
  it('asks whoever began for it once, and goes on with the same approval', async () => {
    bot.have(aRunWithSteps({ solution: { ...applying, signInLost } }));
    await bot.say('status');
    await bot.notifier.tell('id1');
    await bot.notifier.tell('id1');
    const sent = bot.sent();
    expect(sent.filter((line) => /\/sign-in\//u.test(line))).toEqual([asked]);
    expect(sent.join('\n')).toContain('This step waits for a sign-in');
    await bot.say(await codeOn(sent));
    expect(bot.run().steps.solution).toEqual(applying);
    expect(dueNow()).toEqual({ kind: 'apply', stepId: 'solution' });
    expect(dueNow()).toBeUndefined();
  });

  it('is asked for again by its button', async () => {
    bot.have(aRunWithSteps({ solution: { ...applying, signInLost } }));
    const answer = await bot.click({ verb: 'continue', data: { verb: 'continue', runId: 'id1' } });
    expect(answer.text).toContain('This step waits for a sign-in');
    expect(bot.sent()).toContainEqual(asked);
  });

  it('asks whoever approved it, in their own chat', async () => {
    const ask = { id: '1', about: 'solution', wanted: 'priya', askedBy: alex, askedAt: now, status: 'open', person: priya, conversationId: 'a:chat-of-priya', signedIn: false } as const;
    const theirs = { ...applying, approvedBy: priya };
    bot.have(aRunWithSteps({ solution: { ...theirs, signInLost } }, { asks: [ask] }));
    await bot.click({ verb: 'check', data: { verb: 'check', runId: 'id1', stepId: 'solution' } }, asPriya);
    const sent = bot.sent();
    expect(sent).toContainEqual(asked);
    await bot.say(await codeOn(sent), asPriya);
    expect(bot.run()).toMatchObject({ asks: [{ signedIn: true }] });
    expect(bot.run().steps.solution).toEqual(theirs);
    expect(dueNow()).toEqual({ kind: 'apply', stepId: 'solution' });
  });

  it('is not gone on with by the sign-in of somebody else', async () => {
    bot.have(aRunWithSteps({ solution: { ...applying, approvedBy: priya, signInLost } }));
    bot.setups.signedIn('id1');
    expect(bot.run().steps.solution).toMatchObject({ signInLost });
  });
});
