import { alex, aRunWithSteps, planned } from '../setup/fixtures.ts';
import { type BotHarness, startBotHarness } from './botHarness.ts';

let bot: BotHarness;
afterEach(() => bot.stop());

describe('a channel that takes every request and answers none', () => {
  beforeEach(async () => {
    bot = await startBotHarness();
    bot.have(aRunWithSteps({ solution: planned }));
    await bot.say('status');
    bot.connector.fallSilent();
  });

  it('holds no conversation: the turn ends, and the next one is taken', async () => {
    expect((await bot.say('help')).status).toBe(200);
    const answer = await bot.click({ verb: 'refresh', data: { verb: 'refresh', runId: 'id1' } });
    expect(answer.body).toMatchObject({ statusCode: 200, type: 'application/vnd.microsoft.card.adaptive' });
  });

  it('holds no job: what could not be told is told when the channel answers again', async () => {
    await expect(bot.notifier.tell('id1')).rejects.toThrow('no answer');
    bot.sent();
    bot.connector.speakAgain();
    await bot.notifier.tell('id1');
    expect(bot.sent()).toEqual([expect.stringMatching(/^PUT card-1 /u)]);
  });
});

describe('a token service that takes every request and answers none', () => {
  beforeEach(async () => {
    bot = await startBotHarness({ tokensFromConnector: true });
    bot.connector.fallSilent();
  });

  it('holds no conversation', async () => {
    expect((await bot.say('set up leads')).status).toBe(200);
    bot.connector.speakAgain();
    await bot.say('help');
    expect(bot.sent()).toEqual([expect.stringContaining('What you can type')]);
  });

  it('holds no job, and counts as out of reach', async () => {
    await expect(bot.userTokens.assertionFor(alex)).rejects.toMatchObject({ code: 'E-UNREACHABLE' });
  });
});
