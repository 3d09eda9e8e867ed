import type { Activity } from 'botbuilder';

import { limits, TurnLimits } from '../../src/bot/turnLimits.ts';
import { alex, priya } from '../setup/fixtures.ts';
import { type BotHarness, startBotHarness } from './botHarness.ts';

const { tenantId } = alex;

// Only what `TurnLimits` reads of an activity.
const from = ({ objectId, channelUserId, tenantId: tenant } = alex, type = 'message') =>
  ({ type, channelId: 'msteams', from: { id: channelUserId, name: 'A', aadObjectId: objectId }, conversation: { id: 'a', tenantId: tenant } }) as Activity;

async function takeMany(counter: TurnLimits, activity: Activity, count: number) {
  const verdicts = [];
  for (let index = 0; index < count; index += 1) verdicts.push(await counter.take(activity, tenantId));
  return verdicts;
}

describe('A person', () => {
  beforeEach(() => jest.useFakeTimers({ now: new Date('2026-11-22T09:00:00Z'), doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] }));
  afterEach(() => jest.useRealTimers());

  test('is listened to within the limit, told once beyond it, and listened to again a minute later', async () => {
    const counter = new TurnLimits();
    const within = await takeMany(counter, from(), limits.person.points);
    expect(within.every(({ kind }) => kind === 'within')).toBe(true);
    jest.advanceTimersByTime(20_000);
    expect(await takeMany(counter, from(), 2)).toEqual([
      { kind: 'over', isTold: false, sentence: { key: 'bot.tooMuch', values: { seconds: 40 } } },
      { kind: 'over', isTold: true, sentence: { key: 'bot.tooMuch', values: { seconds: 40 } } },
    ]);
    jest.advanceTimersByTime(41_000);
    expect(await counter.take(from(), tenantId)).toEqual({ kind: 'within' });
  });

  test('does not use up what is another’s', async () => {
    const counter = new TurnLimits();
    await takeMany(counter, from(), limits.person.points + 5);
    expect(await counter.take(from(priya), tenantId)).toEqual({ kind: 'within' });
  });

  test('is counted over all their chats and clients, in messages and clicks', async () => {
    const counter = new TurnLimits({ person: { points: 1, duration: 60 } });
    await counter.take(from(), tenantId);
    const elsewhere = { ...from(alex, 'invoke'), conversation: { id: 'another', tenantId } } as Activity;
    expect(await counter.take(elsewhere, tenantId)).toMatchObject({ kind: 'over' });
  });

  test('is not held to account for what the channel notes by itself', async () => {
    const counter = new TurnLimits({ person: { points: 1, duration: 60 } });
    const verdicts = await takeMany(counter, from(alex, 'conversationUpdate'), 5);
    expect(verdicts.every(({ kind }) => kind === 'within')).toBe(true);
  });

  test('begins so many setups a day', async () => {
    const counter = new TurnLimits({ begun: { points: 2, duration: 86_400 } });
    expect([await counter.begin(alex), await counter.begin(alex)]).toEqual([undefined, undefined]);
    jest.advanceTimersByTime(3_600_000);
    expect(await counter.begin(alex)).toEqual({ key: 'bot.tooManyBegun', values: { hours: 23 } });
    expect(await counter.begin(priya)).toBeUndefined();
  });

  test('asks others so many times a day', async () => {
    const counter = new TurnLimits({ asked: { points: 2, duration: 86_400 } });
    expect([await counter.ask(alex), await counter.ask(alex)]).toEqual([undefined, undefined]);
    jest.advanceTimersByTime(3_600_000);
    expect(await counter.ask(alex)).toEqual({ key: 'bot.tooManyAsked', values: { hours: 23 } });
    expect(await counter.ask(priya)).toBeUndefined();
  });
});

test('a tenant as a whole is held to a limit of its own', async () => {
  const counter = new TurnLimits({ tenant: { points: 2, duration: 60 } });
  await takeMany(counter, from(), 2);
  expect(await counter.take(from(priya), tenantId)).toMatchObject({ kind: 'over' });
});

test('strangers have one limit together, are not answered beyond it, and use up nobody’s', async () => {
  const counter = new TurnLimits({ strangers: { points: 1, duration: 60 }, tenant: { points: 1, duration: 60 } });
  const strangers = ['one', 'two', 'three'].map((other) => from({ ...alex, tenantId: other, objectId: other }));
  expect(await counter.take(strangers[0]!, tenantId)).toEqual({ kind: 'within' });
  expect(await counter.take(strangers[1]!, tenantId)).toMatchObject({ kind: 'over', isTold: true });
  expect(await counter.take(strangers[2]!, tenantId)).toMatchObject({ kind: 'over', isTold: true });
  expect(await counter.take(from(), tenantId)).toEqual({ kind: 'within' });
});

describe('Beyond the limit', () => {
  let bot: BotHarness;
  beforeEach(async () => {
    bot = await startBotHarness({ limits: { person: { points: 1, duration: 600 } } });
    await bot.say('help');
    bot.sent();
  });
  afterEach(() => bot.stop());

  test('a message is answered once', async () => {
    expect([(await bot.say('help')).status, (await bot.say('help')).status]).toEqual([200, 200]);
    expect(bot.sent().filter((line) => line.includes('I go on in'))).toHaveLength(1);
  });

  test('a click is answered each time, and the domain hears of none', async () => {
    const answer = await bot.click({ verb: 'start', data: {} });
    expect(answer).toMatchObject({ status: 200, body: { statusCode: 200, type: 'application/vnd.microsoft.activity.message' } });
    expect(String(answer.body.value)).toContain('I go on in');
    expect(bot.setups.latestIn('a:personal-chat')).toBeUndefined();
  });

  test('a task module says so', async () => {
    const answer = await bot.post({ type: 'invoke', name: 'task/fetch', value: { data: { verb: 'reveal', runId: 'id1' } } });
    expect(answer).toMatchObject({ status: 200, body: { task: { type: 'message' } } });
  });

  test('somebody else is answered as always', async () => {
    await bot.say('help', { from: { id: priya.channelUserId, name: priya.name, aadObjectId: priya.objectId } });
    expect(bot.sent().join()).not.toContain('I go on in');
  });
});

test('a person who asked others too often is told, and nobody is looked for', async () => {
  const bot = await startBotHarness({ limits: { asked: { points: 0, duration: 86_400 } } });
  await bot.say('set up leads');
  bot.sent();
  await bot.say('ask priya');
  expect(bot.sent().join()).toContain('You have asked many people today');
  await bot.stop();
});

test('a person who began too many setups is told, on a click and by word', async () => {
  const bot = await startBotHarness({ limits: { begun: { points: 0, duration: 86_400 } } });
  await bot.say('set up leads');
  expect(bot.sent().join()).toContain('You have begun many setups today');
  await bot.stop();
});
