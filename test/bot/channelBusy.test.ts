import { alex, applying, aRunWithSteps, planned } from '../setup/fixtures.ts';
import { type BotHarness, startBotHarness } from './botHarness.ts';

let bot: BotHarness;
beforeEach(async () => {
  bot = await startBotHarness();
  bot.have(aRunWithSteps({ solution: planned }));
  await bot.say('status');
  bot.sent();
});
afterEach(() => bot.stop());

const busyFor = (seconds: number, method = 'POST') => bot.connector.failNext(method, 429, { 'retry-after': String(seconds) });
const logged = (message: string) => bot.lines.filter((line) => line.includes(message));
/** The time that was named is over; what was put off is due. */
const timePasses = (ms: number) => {
  bot.clock.advance(ms);
  bot.put.splice(0).forEach(({ work }) => work());
};
const until = async (isSo: () => boolean) => {
  while (!isSo()) await new Promise((resolve) => { setImmediate(resolve); });
};
const untilSent = async () => {
  await until(() => bot.connector.received.length > 0);
  return bot.sent();
};

describe('a channel that has no time for a moment', () => {
  it('is asked again after what it named, and the turn is as any other', async () => {
    const before = bot.clock.now().getTime();
    busyFor(2);
    await bot.say('help');
    expect(bot.sent()).toEqual([expect.stringContaining('What you can type')]);
    expect(bot.clock.now().getTime() - before).toBe(2000);
  });

  it.each([412, 502, 503, 504, 500])('is asked again when it says %d without a time', async (status) => {
    bot.connector.failNext('POST', status);
    await bot.say('help');
    expect(bot.sent()).toEqual([expect.stringContaining('What you can type')]);
  });
});

describe('a channel that wants to be left alone', () => {
  it('gets the answers to what was typed when it has time again, in their order and not before', async () => {
    busyFor(40);
    const asked = bot.connector.asked();
    expect((await bot.say('help')).status).toBe(200);
    expect((await bot.say('nonsense')).status).toBe(200);
    expect(bot.connector.asked()).toBe(asked + 1);
    expect(bot.put.map(({ ms }) => ms)).toEqual([40_000]);
    timePasses(40_000);
    const sent = [...(await untilSent()), ...(await untilSent())];
    expect(sent).toEqual([expect.stringContaining('What you can type'), expect.stringMatching(/^POST /u)]);
    expect(logged('A turn failed')).toEqual([]);
  });

  it('may say so again: the answer waits once more', async () => {
    busyFor(40);
    await bot.say('help');
    busyFor(50);
    const asked = bot.connector.asked();
    timePasses(40_000);
    await until(() => bot.connector.asked() > asked && bot.put.length > 0);
    expect(bot.put.map(({ ms }) => ms)).toEqual([50_000]);
    timePasses(50_000);
    expect(await untilSent()).toEqual([expect.stringContaining('What you can type')]);
  });

  it('gets the card of a setup later, and that is where it is changed from then on', async () => {
    busyFor(40);
    await bot.say('status');
    timePasses(40_000);
    expect(await untilSent()).toEqual([expect.stringMatching(/^POST /u)]);
    expect(await untilSent()).toEqual([expect.stringMatching(/^PUT card-1 /u)]);
    await until(() => logged('has been given').length > 0);
    expect(await bot.notifier.tell('id1')).toEqual({ kind: 'told' });
    expect(bot.sent().at(-1)).toMatch(/^PUT card-2 /u);
  });

  it('takes nothing from a click, which is answered at once', async () => {
    busyFor(40, 'PUT');
    await bot.notifier.tell('id1');
    const answer = await bot.click({ verb: 'refresh', data: { verb: 'refresh', runId: 'id1' } });
    expect(answer.body).toMatchObject({ statusCode: 200, type: 'application/vnd.microsoft.card.adaptive' });
    expect(logged('A turn failed')).toEqual([]);
  });

  it('gets the question for the sign-in later; the setup is begun', async () => {
    await fetch(`${bot.sandbox.url}/_sandbox/sign-in`, { method: 'POST', body: JSON.stringify({ userId: alex.channelUserId, persona: 'alex', prompt: 'ask' }), headers: { 'content-type': 'application/json' } });
    const chat = { conversation: { id: 'a:new', conversationType: 'personal', tenantId: alex.tenantId } };
    busyFor(40);
    await bot.say('set up leads', chat);
    expect(bot.setups.latestIn('a:new')?.status).toBe('active');
    timePasses(40_000);
    expect((await untilSent())[0]).toMatch(/Sign in/u);
  });

  it('is told news of a job when it has time again: the job says so, nothing waits for it', async () => {
    busyFor(600, 'PUT');
    const asked = bot.connector.asked();
    expect(await bot.notifier.tell('id1')).toEqual({ kind: 'notNow', forMs: 600_000 });
    bot.clock.advance(200_000);
    expect(await bot.notifier.tell('id1')).toEqual({ kind: 'notNow', forMs: 400_000 });
    expect(bot.connector.asked()).toBe(asked + 1);
    bot.clock.advance(400_000);
    expect(await bot.notifier.tell('id1')).toEqual({ kind: 'told' });
    expect(bot.sent()).toEqual([expect.stringMatching(/^PUT card-1 /u)]);
  });

  it('hears of progress later, as it is by then', async () => {
    const at = (percent: number) => ({ ...aRunWithSteps({ solution: { ...applying, progress: { sentence: { key: 'solution.importing' } as const, percent, since: '2026-11-22T09:00:00.000Z' } } }) });
    const write = (percent: number) => bot.storage.runs.commit({ run: { ...bot.run(), steps: at(percent).steps } });
    write(10);
    await bot.notifier.tell('id1');
    write(20);
    await bot.notifier.tell('id1');
    bot.sent();
    busyFor(40, 'PUT');
    timePasses(3000);
    await until(() => bot.put.some(({ ms }) => ms === 40_000));
    write(90);
    timePasses(40_000);
    expect((await untilSent()).join('\n')).toMatch(/PUT card-1 .*90\s?%/u);
  });

  it('does not hold up other chats', async () => {
    busyFor(40);
    await bot.say('help');
    await bot.say('help', { conversation: { id: 'a:other', conversationType: 'personal', tenantId: alex.tenantId } });
    expect(bot.sent()).toEqual([expect.stringContaining('What you can type')]);
  });

  it('for ever gets the answer no more, which is in the log', async () => {
    busyFor(40);
    await bot.say('help');
    for (let round = 0; round < 10; round += 1) {
      busyFor(40);
      const asked = bot.connector.asked();
      timePasses(40_000);
      await until(() => bot.connector.asked() > asked && (bot.put.length > 0 || logged('An answer could not be given').length > 0));
    }
    expect(logged('An answer could not be given')).toHaveLength(1);
    expect(bot.put).toEqual([]);
  });
});
