import { alex } from '../setup/fixtures.ts';
import { type BotHarness, conversationId, startBotHarness } from './botHarness.ts';

let bot: BotHarness;
beforeEach(async () => {
  bot = await startBotHarness();
  const body = JSON.stringify({ userId: alex.channelUserId, persona: 'alex', prompt: 'ask' });
  await fetch(`${bot.sandbox.url}/_sandbox/sign-in`, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
  await bot.say('set up leads');
});
afterEach(() => bot.stop());

const run = () => bot.setups.latestIn(conversationId)!;
/** The code that the page behind the button shows. */
async function code(): Promise<string> {
  const sent = bot.sent().join('\n');
  const link = /http:\/\/127\.0\.0\.1:\d+\/sign-in\/\S+/u.exec(sent)?.[0] ?? '';
  const page = await (await fetch(link)).text();
  return /<output[^>]*>(\d{6})</u.exec(page)?.[1] ?? 'no code';
}

describe('a sign-in that has to be asked for', () => {
  it('comes before the card', () => {
    expect(run()).toMatchObject({ signedIn: false, discovery: { status: 'waiting' } });
    expect(bot.sent()).toEqual([expect.stringMatching(/^POST .*Sign in/)]);
  });

  it('goes on with the code that was typed', async () => {
    await bot.say(await code());
    expect(run()).toMatchObject({ signedIn: true, discovery: { status: 'reading' } });
    expect(bot.sent()).toEqual([expect.stringMatching(/^POST .*Looking for your environments/)]);
  });

  it('goes on with the code that Teams brings', async () => {
    const answer = await bot.post({ type: 'invoke', name: 'signin/verifyState', value: { state: await code() } });
    expect(answer.status).toBe(200);
    expect(run().signedIn).toBe(true);
    expect(bot.sent()).toEqual([expect.stringContaining('Looking for your environments')]);
  });

  it('says what it waits for when something else is typed', async () => {
    bot.sent();
    await bot.say('what now');
    await bot.say('000000');
    expect(bot.sent()).toEqual(Array.from({ length: 2 }, () => expect.stringContaining('waits for your sign-in')));
    expect(run().signedIn).toBe(false);
  });

  it('lets status, help and cancel through, and still waits', async () => {
    const digits = await code();
    await bot.say('status');
    await bot.say('help');
    await bot.say('cancel');
    expect(bot.sent().map((line) => line.split(' ')[0])).toEqual(['POST', 'POST', 'POST']);
    await bot.say(digits);
    expect(run().signedIn).toBe(true);
  });

  it('is over when the setup is cancelled', async () => {
    const digits = await code();
    await bot.say('yes, cancel');
    expect(run().status).toBe('cancelled');
    bot.sent();
    await bot.say(digits);
    expect(bot.sent()).toEqual([expect.stringContaining('did not understand')]);
  });

  it('is asked for once more with continue', async () => {
    bot.sent();
    await bot.say('continue');
    expect(bot.sent()).toEqual([expect.stringMatching(/^POST .*Sign in/)]);
  });

  it('that nobody waits for does no harm', async () => {
    await bot.say(await code());
    bot.sent();
    const late = await bot.post({ type: 'invoke', name: 'signin/tokenExchange', value: { id: 'x', connectionName: 'LeadSetupSignIn', token: 'x' } });
    expect(late.status).toBe(200);
    expect(run().signedIn).toBe(true);
  });
});

it('where nobody can sign in, the setup says what is missing and begins nothing', async () => {
  const other = await startBotHarness({ connectionName: undefined });
  await other.say('set up leads');
  expect(other.sent()).toEqual([expect.stringContaining('OAUTH_CONNECTION')]);
  expect(other.setups.latestIn(conversationId)).toBeUndefined();
  await other.stop();
});
