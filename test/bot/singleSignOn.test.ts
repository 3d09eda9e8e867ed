import { alex, priya } from '../setup/fixtures.ts';
import { type BotHarness, conversationId, startBotHarness } from './botHarness.ts';

let bot: BotHarness;
const control = async (path: string, body?: object): Promise<{ method: string; path: string }[]> => {
  const init = body && { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  const answer: unknown = await (await fetch(`${bot.sandbox.url}/_sandbox/${path}`, init)).json();
  return Array.isArray(answer) ? answer : [];
};
beforeEach(async () => {
  bot = await startBotHarness();
  await control('sign-in', { userId: alex.channelUserId, persona: 'alex', prompt: 'ask' });
  await bot.say('set up leads');
});
afterEach(() => bot.stop());

const run = () => bot.setups.latestIn(conversationId)!;
/** What a Teams client has of its person by itself. */
const token = async () => (await bot.userTokens.assertionFor({ ...alex, channelUserId: '29:alex-in-a-client' })) ?? '';
const connectionName = () => bot.sandbox.botEnvironment['OAUTH_CONNECTION'] ?? '';
const exchange = (value: object, more: object = {}) => bot.post({ type: 'invoke', name: 'signin/tokenExchange', value: { connectionName: connectionName(), ...value }, ...more });
const exchanged = async () => (await control('requests')).filter(({ path }) => path.includes('usertoken/exchange')).length;

describe('an exchange of single sign-on', () => {
  it('from two clients at once goes to the token service once, and shows one card', async () => {
    bot.sent();
    const value = { id: 'exchange-1', token: await token() };
    const answers = await Promise.all([exchange(value), exchange(value), exchange(value)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await exchanged()).toBe(1);
    expect(bot.sent()).toEqual([expect.stringContaining('Looking for your environments')]);
    expect(run()).toMatchObject({ signedIn: true });
  });

  it('that fails is answered with 412 to every client, and the sign-in card stays the way on', async () => {
    const link = /http:\/\/127\.0\.0\.1:\d+\/sign-in\/\S+/u.exec(bot.sent().join('\n'))?.[0] ?? '';
    const value = { id: 'exchange-1', token: 'not a token' };
    expect((await Promise.all([exchange(value), exchange(value)])).map(({ status }) => status)).toEqual([412, 412]);
    expect(run().signedIn).toBe(false);
    expect(bot.sent()).toEqual([]);
    const digits = /<output[^>]*>(\d{6})</u.exec(await (await fetch(link)).text())?.[1] ?? '';
    await bot.say(digits);
    expect(run().signedIn).toBe(true);
  });

  it('that has failed uses nothing up: the same one with a good token signs in', async () => {
    expect((await exchange({ id: 'exchange-1', token: 'not a token' })).status).toBe(412);
    expect((await exchange({ id: 'exchange-1', token: await token() })).status).toBe(200);
    expect(run().signedIn).toBe(true);
  });

  it('of two clients, one of which has no good token, signs in, and each is told what came of its own', async () => {
    const [bad, good] = await Promise.all([exchange({ id: 'exchange-1', token: 'not a token' }), exchange({ id: 'exchange-1', token: await token() })]);
    expect([412, 200]).toContain(bad.status);
    expect([good.status, run().signedIn]).toEqual([200, true]);
  });

  it('that another connection is for is refused, and uses nothing up', async () => {
    expect((await exchange({ id: 'exchange-1', token: await token(), connectionName: 'another' })).status).toBe(400);
    expect((await exchange({ id: 'exchange-1', token: await token() })).status).toBe(200);
    expect(run().signedIn).toBe(true);
  });

  describe('that another process has in hand is waited for', () => {
    const key = `msteams/${conversationId}/exchange-1`;
    /** Until it has looked, and has put the next look off. */
    const looked = async () => {
      while (bot.put.length === 0) await new Promise((resolve) => { setImmediate(resolve); });
      return bot.put.splice(0).forEach(({ work }) => work());
    };
    let answer: Promise<{ status: number }>;
    beforeEach(async () => {
      bot.put.splice(0);
      bot.storage.signInExchanges.claim(key);
      answer = exchange({ id: 'exchange-1', token: await token() });
      await looked();
    });

    it('and when that is done, there is nothing to do', async () => {
      bot.storage.signInExchanges.settle(key, 'done');
      await looked();
      expect((await answer).status).toBe(200);
      expect(await exchanged()).toBe(0);
    });

    it.each([
      ['has failed', () => bot.storage.signInExchanges.settle(key, 'failed')],
      ['has not come back in twenty seconds', () => bot.clock.advance(20_000)],
    ])('and when that %s, it is tried here', async (_how, happens) => {
      happens();
      await looked();
      expect((await answer).status).toBe(200);
      expect(run().signedIn).toBe(true);
    });
  });

  it('of another prompt is another one', async () => {
    expect((await exchange({ id: 'exchange-1', token: 'not a token' })).status).toBe(412);
    expect((await exchange({ id: 'exchange-2', token: await token() })).status).toBe(200);
    expect(run().signedIn).toBe(true);
  });

  it('that was done is forgotten after a day', async () => {
    await exchange({ id: 'exchange-1', token: await token() });
    const again = () => bot.storage.signInExchanges.claim(`msteams/${conversationId}/exchange-1`);
    bot.clock.advance(23 * 60 * 60_000);
    expect(again()).toBe('done');
    bot.clock.advance(60 * 60_000);
    expect([again(), again()]).toEqual(['mine', 'underWay']);
  });

  it.each([{}, { id: 'x' }, { id: 7, token: 'x' }, { id: 'x'.repeat(300), token: 'x' }])('that no client sends is refused: %j', async (value) => {
    expect((await exchange(value)).status).toBe(400);
    expect(await exchanged()).toBe(0);
  });
});

describe('a code that Teams brings', () => {
  const verify = (state: unknown) => bot.post({ type: 'invoke', name: 'signin/verifyState', value: { state } });

  it('is refused when it is wrong, and the sign-in goes on waiting', async () => {
    expect((await verify('000000')).status).toBe(404);
    expect((await verify('CancelledByUser')).status).toBe(404);
    expect(run().signedIn).toBe(false);
  });

  it.each([undefined, 7, '', { a: 1 }, 'x'.repeat(300)])('is refused when it is none: %j', async (state) => {
    expect((await verify(state)).status).toBe(400);
  });

  it('that was used moves nothing a second time', async () => {
    const link = /http:\/\/127\.0\.0\.1:\d+\/sign-in\/\S+/u.exec(bot.sent().join('\n'))?.[0] ?? '';
    const digits = /<output[^>]*>(\d{6})</u.exec(await (await fetch(link)).text())?.[1] ?? '';
    await verify(digits);
    const { version } = run();
    expect((await verify(digits)).status).toBe(200);
    expect(run().version).toBe(version);
  });
});

it.each(['resourcematchfailed', 'invokeerror'])('a failure of Teams’ own (%s) is in the log, and the sign-in card stays', async (code) => {
  bot.sent();
  const answer = await bot.post({ type: 'invoke', name: 'signin/failure', value: { code, message: 'Some words of a client' } });
  expect(answer.status).toBe(200);
  expect(bot.sent()).toEqual([]);
  expect(bot.lines.join('\n')).toContain(code);
  expect(bot.lines.join('\n')).not.toContain('Some words of a client');
  expect(run().signedIn).toBe(false);
});

describe('a stranger', () => {
  const elsewhere = { conversation: { id: conversationId, conversationType: 'personal', tenantId: 'another-tenant' }, channelData: { tenant: { id: 'another-tenant' } } };
  const nobody = { from: { id: alex.channelUserId, name: alex.name } };
  const asPriya = { from: { id: alex.channelUserId, name: alex.name, aadObjectId: priya.objectId } };
  const inGroup = { conversation: { id: '19:group@thread.v2', conversationType: 'groupChat', isGroup: true, tenantId: alex.tenantId } };
  const strangers = [
    ['of another tenant', elsewhere],
    ['without an object id', nobody],
  ] as const;

  beforeEach(() => void bot.sent());

  it.each([...strangers, ['in a group', inGroup]] as const)('%s reaches no sign-in', async (_who, more) => {
    expect((await exchange({ id: 'exchange-1', token: await token() }, more)).status).toBe(403);
    for (const name of ['signin/verifyState', 'signin/failure']) {
      expect((await bot.post({ type: 'invoke', name, value: { state: '123456', code: 'x' }, ...more })).status).toBe(403);
    }
    expect(await exchanged()).toBe(0);
    expect(run().signedIn).toBe(false);
    // And it has not used the exchange up.
    await exchange({ id: 'exchange-1', token: await token() });
    expect(run().signedIn).toBe(true);
  });

  it.each(strangers)('%s is refused whatever they send', async (_who, more) => {
    const { version } = run();
    const click = { verb: 'cancel', data: { verb: 'cancel', runId: run().id, confirmed: true } };
    const refusal = /another organization|did not say who you are/u;
    expect((await bot.click(click, more)).text).toMatch(refusal);
    const task = { type: 'invoke', name: 'task/fetch', value: { data: { verb: 'reveal', runId: run().id } }, ...more };
    expect((await bot.post(task)).text).toMatch(refusal);
    await bot.say('cancel', more);
    await bot.post({ type: 'message', value: { verb: 'cancel', runId: run().id, confirmed: true }, ...more });
    expect(bot.sent()).toEqual([expect.stringMatching(refusal), expect.stringMatching(refusal)]);
    expect(run()).toMatchObject({ version, status: 'active' });
  });

  it('of another tenant is not welcomed, and forgets nobody', async () => {
    await bot.say('hello');
    bot.sent();
    const added = { type: 'conversationUpdate', membersAdded: [{ id: '28:bot' }], ...elsewhere };
    await bot.post(added);
    await bot.post({ ...added, membersAdded: [], membersRemoved: [{ id: '28:bot' }] });
    await bot.post({ type: 'installationUpdate', action: 'remove', ...elsewhere });
    expect(bot.sent()).toEqual([]);
    expect(bot.storage.people.find(alex.tenantId, alex.objectId)).toBeDefined();
  });

  it('of the same name and channel id, but another object id, moves nothing', async () => {
    const { version } = run();
    await bot.click({ verb: 'cancel', data: { verb: 'cancel', runId: run().id, confirmed: true } }, asPriya);
    await bot.click({ verb: 'retry', data: { verb: 'retry', runId: run().id } }, asPriya);
    expect(run().version).toBe(version);
  });
});
