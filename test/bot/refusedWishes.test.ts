import { alex, aRunWithSteps, planned, priya } from '../setup/fixtures.ts';
import { accountsOf } from './accountsOf.ts';
import { type BotHarness, conversationId, startBotHarness } from './botHarness.ts';

const admin = { objectId: 'a1e10000-0000-4000-8000-000000000009', name: 'adm-alex@contoso.onmicrosoft.com' };
const asPriya = { from: { id: priya.channelUserId, name: priya.name, aadObjectId: priya.objectId }, conversation: { id: 'a:chat-of-priya', conversationType: 'personal', tenantId: alex.tenantId } };
const elsewhere = { conversation: { id: conversationId, conversationType: 'personal', tenantId: 'another-tenant' }, channelData: { tenant: { id: 'another-tenant' } } };

describe('In the log is', () => {
  let bot: BotHarness;
  afterEach(() => bot.stop());
  const start = async (limits?: Parameters<typeof startBotHarness>[0]) => {
    bot = await startBotHarness({ accounts: accountsOf(alex, { code: '123456', account: admin }), ...limits });
    bot.have(aRunWithSteps({ solution: planned }));
    bot.lines.length = 0;
  };
  const logged = (message: string) => bot.lines.map((line): Record<string, unknown> => JSON.parse(line)).filter(({ msg }) => msg === message);

  test('who wished what of somebody else’s setup', async () => {
    await start();
    await bot.click({ verb: 'approve', data: { verb: 'approve', runId: 'id1', stepId: 'solution', planHash: 'hash-1' } }, asPriya);
    await bot.click({ verb: 'history', data: { verb: 'history', runId: 'id1' } }, asPriya);
    expect(logged('A wish was refused')).toEqual([
      expect.objectContaining({ level: 30, verb: 'approve', by: priya.objectId, runId: 'id1', why: 'notice.notYours' }),
      expect.objectContaining({ level: 30, verb: 'history', by: priya.objectId, runId: 'id1', why: 'notice.notYours' }),
    ]);
  });

  test('an approval of another plan than the one that waits', async () => {
    await start();
    await bot.click({ verb: 'approve', data: { verb: 'approve', runId: 'id1', stepId: 'solution', planHash: 'another' } });
    expect(logged('A wish was refused')).toEqual([expect.objectContaining({ verb: 'approve', by: alex.objectId, why: 'notice.planChanged' })]);
  });

  test('that somebody is of another organization, once and not for each of their messages', async () => {
    await start();
    for (let count = 0; count < 5; count += 1) await bot.say('hello', elsewhere);
    await bot.click({ verb: 'cancel', data: { verb: 'cancel', runId: 'id1' } }, elsewhere);
    expect(logged('Somebody who is nobody here was refused')).toEqual([expect.objectContaining({ level: 40, reason: 'bot.otherTenant' })]);
  });

  test('a wrong code for another account, without the code', async () => {
    await start();
    await bot.say('654321');
    expect(logged('A wrong code for another account was typed')).toEqual([expect.objectContaining({ level: 40, by: alex.objectId })]);
    expect(bot.lines.join('\n')).not.toContain('654321');
  });

  test('that more was asked for than is taken', async () => {
    await start({ limits: { person: { points: 2, duration: 60 } } });
    for (let count = 0; count < 5; count += 1) await bot.say('status');
    expect(logged('More was asked for than is taken')).toEqual([expect.objectContaining({ level: 40, reason: 'bot.tooMuch' })]);
  });
});
