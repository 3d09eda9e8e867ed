import { SetupError, toFailure } from '../../src/setup/errors.ts';
import { alex, now } from '../setup/fixtures.ts';
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
async function code(sent = bot.sent()): Promise<string> {
  const link = /http:\/\/127\.0\.0\.1:\d+\/sign-in\/\S+/u.exec(sent.join('\n'))?.[0] ?? '';
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

describe('a sign-in that Microsoft does not accept, although the token service has it', () => {
  /** As if a job had found out. */
  const refuse = (errorId: string) => {
    const failure = toFailure(new SetupError('E-SIGN-IN'), errorId);
    bot.storage.runs.commit({ run: { ...run(), discovery: { status: 'failed', at: now, failure } } });
  };
  const tell = () => bot.notifier.tell(run().id);
  const click = (verb: string) => bot.click({ verb, data: { verb, runId: run().id } });
  const asked = expect.stringMatching(/^POST .*\/sign-in\//u);

  beforeEach(async () => {
    await bot.say(await code());
    refuse('e1');
    bot.sent();
  });

  it('is asked for anew, once for each refusal', async () => {
    await tell();
    await tell();
    expect(bot.sent()).toEqual([asked, expect.stringMatching(/^PUT/u), expect.stringMatching(/^PUT/u)]);
    refuse('e2');
    await tell();
    expect(bot.sent()).toEqual([expect.stringMatching(/^PUT/u)]);
  });

  it('is not asked for again once it was given, until Microsoft refuses it again', async () => {
    await bot.say('continue');
    await bot.say(await code());
    expect(bot.sent()).toEqual([expect.stringContaining('Retry'), expect.stringMatching(/^PUT .*moved/u)]);
    await tell();
    await bot.say('continue');
    expect(bot.sent()).not.toContainEqual(asked);
    await click('retry');
    expect(run().discovery.status).toBe('reading');
    refuse('e3');
    await tell();
    expect(bot.sent()).toContainEqual(asked);
  });

  it.each(['continue', 'check', 'retry'])('is asked for by %s, and nothing is tried before it is given', async (word) => {
    await bot.say(word);
    const sent = bot.sent();
    expect(sent).toEqual([asked]);
    expect(run().discovery.status).toBe('failed');
    await bot.say(await code(sent));
    await bot.say('retry');
    expect(run().discovery.status).toBe('reading');
  });

  it('is asked for by a click, which is answered with the card', async () => {
    const answer = await click('retry');
    expect(answer.body).toMatchObject({ statusCode: 200, type: 'application/vnd.microsoft.card.adaptive' });
    expect(answer.text).toContain('**continue**');
    expect(bot.sent()).toContainEqual(asked);
    expect(run().discovery.status).toBe('failed');
  });

  it('that comes by itself lets the same click go on', async () => {
    const body = JSON.stringify({ userId: alex.channelUserId, persona: 'alex', prompt: 'silent' });
    await fetch(`${bot.sandbox.url}/_sandbox/sign-in`, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
    await click('retry');
    expect(bot.sent()).not.toContainEqual(asked);
    expect(run().discovery.status).toBe('reading');
  });
});

it('where nobody can sign in, the setup says what is missing and begins nothing', async () => {
  const other = await startBotHarness({ connectionName: undefined });
  await other.say('set up leads');
  expect(other.sent()).toEqual([expect.stringContaining('OAUTH_CONNECTION')]);
  expect(other.setups.latestIn(conversationId)).toBeUndefined();
  await other.stop();
});
