import { connect } from 'node:net';

import { alex, aRunWithSteps, planned } from '../setup/fixtures.ts';
import { answerOf, type BotHarness, send, startBotHarness } from './botHarness.ts';

let bot: BotHarness;
let isBroken = false;
beforeAll(async () => {
  bot = await startBotHarness({
    around: (setups) => ({
      ...setups,
      handle: (command) => {
        if (isBroken) throw new Error('inner words that nobody may see');
        return setups.handle(command);
      },
    }),
  });
});
afterAll(() => bot.stop());
beforeEach(() => void bot.sent());

const activity = () => JSON.stringify(bot.envelope({ type: 'message', text: 'status' }));
const toBot = async (body: string, headers: Record<string, string> = {}) => answerOf(await send(`${bot.botUrl}/api/messages`, body, headers));

describe('a request that is not the channel’s', () => {
  const forged = (claims: object) =>
    `Bearer ${[{ alg: 'RS256', kid: 'x', typ: 'JWT' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.c2lnbmF0dXJl`;
  const tampered = (header: string) => header.replace(/\.(.)(.)([^.]*)$/u, '.$2$1$3').replace(/(.{20})(.{4})$/u, '$1AAAA');

  it.each([
    ['no header', () => ''],
    ['garbage', () => 'Bearer garbage'],
    ['another scheme', () => 'Basic YTpi'],
    ['a key that nobody knows', () => forged({ iss: 'https://api.botframework.com', aud: 'x', exp: 4e9 })],
    ['the token of an emulator', () => forged({ iss: 'https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/', ver: '1.0', appid: 'x', exp: 4e9 })],
    ['a tampered signature', () => tampered(bot.lastAuthorization())],
    ['bearer in lower case', () => bot.lastAuthorization().replace('Bearer', 'bearer')],
  ])('is refused: %s', async (_what, header) => {
    await bot.say('hi');
    bot.sent();
    const answer = await toBot(activity(), { authorization: header() });
    expect(answer).toMatchObject({ status: 401, body: { error: 'Unauthorized' } });
    expect(bot.sent()).toEqual([]);
  });

  it('is refused when it sends a good token for another address to answer to', async () => {
    await bot.say('hi');
    const body = JSON.stringify(bot.envelope({ type: 'message', text: 'hi', serviceUrl: 'http://127.0.0.1:9/' }));
    expect(await toBot(body, { authorization: bot.lastAuthorization() })).toMatchObject({ status: 403, body: { error: 'Forbidden' } });
  });

  it('passes with the channel’s own token', async () => {
    await bot.say('hi');
    expect(await toBot(activity(), { authorization: bot.lastAuthorization() })).toMatchObject({ status: 200 });
  });
});

describe('a body that is no activity', () => {
  beforeEach(() => bot.say('hi'));
  it.each([
    ['nothing', '', 400],
    ['no JSON', '{"type":', 400],
    ['a list', '[]', 400],
    ['no type', '{"channelId":"msteams"}', 400],
    ['no conversation', '{"type":"message","channelId":"msteams","serviceUrl":"http://x/","from":{"id":"a"},"recipient":{"id":"b"}}', 400],
    ['a null conversation', '{"type":"message","channelId":"msteams","serviceUrl":"http://x/","from":{"id":"a"},"recipient":{"id":"b"},"conversation":null}', 400],
    ['too much', JSON.stringify({ type: 'x'.repeat(300_000) }), 413],
  ])('%s', async (_what, body, status) => {
    const answer = await toBot(body, { authorization: bot.lastAuthorization() });
    expect(answer.status).toBe(status);
    expect(answer.text).not.toMatch(/\bat \S+:\d+/u);
  });

  it('packed', async () => {
    expect((await toBot('x', { 'content-encoding': 'gzip', authorization: bot.lastAuthorization() })).status).toBe(415);
  });

  it('not JSON by its own account', async () => {
    expect((await toBot(activity(), { 'content-type': 'text/plain', authorization: bot.lastAuthorization() })).status).toBe(400);
  });
});

describe('the other addresses', () => {
  it.each([
    ['GET', '/healthz', 200],
    ['GET', '/readyz', 200],
    ['HEAD', '/api/messages', 200],
    ['GET', '/api/messages', 405],
    ['GET', '/elsewhere', 404],
  ])('%s %s is answered with %i', async (method, path, status) => {
    const answer = await fetch(`${bot.botUrl}${path}`, { method });
    expect(answer.status).toBe(status);
  });

  it('a request that is no HTTP does no harm', async () => {
    const { port } = new URL(bot.botUrl);
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), '127.0.0.1', () => socket.end('nonsense\r\n\r\n'));
      socket.on('close', () => resolve()).resume();
    });
    expect((await fetch(`${bot.botUrl}/healthz`)).status).toBe(200);
  });
});

describe('a turn that breaks down', () => {
  beforeEach(() => {
    isBroken = true;
  });
  afterEach(() => {
    isBroken = false;
  });

  it('answers a message with a sentence and an id', async () => {
    expect((await bot.say('cancel')).status).toBe(200);
    const [sentence] = bot.sent();
    const errorId = /error ID ([0-9a-f]{8})/u.exec(sentence ?? '')?.[1];
    expect(sentence).not.toContain('inner words');
    expect(bot.lines.some((line) => line.includes(`"errorId":"${errorId}"`) && line.includes('inner words'))).toBe(true);
  });

  it('answers a click with a valid response', async () => {
    const answer = await bot.click({ verb: 'refresh', data: { runId: 'id1' } });
    expect(answer).toMatchObject({ status: 200, body: { statusCode: 500, type: 'application/vnd.microsoft.error', value: { code: 'InternalError' } } });
    expect(answer.text).not.toContain('inner words');
  });

  it('answers the opening of a task module with a message', async () => {
    const answer = await bot.post({ type: 'invoke', name: 'task/fetch', value: { data: { verb: 'reveal', runId: 'id1' } } });
    expect(answer).toMatchObject({ status: 200, body: { task: { type: 'message' } } });
  });

  it('survives that not even the apology can be sent', async () => {
    bot.connector.failNext('POST', 400);
    expect((await bot.say('cancel')).status).toBe(200);
  });
});

it('an answer that the channel does not take hurts nobody else', async () => {
  const { have } = bot;
  have(aRunWithSteps({ solution: planned }, { startedBy: alex }));
  bot.connector.failNext('POST', 403);
  expect((await bot.say('status')).status).toBe(200);
  expect(bot.lines.join('\n')).not.toContain('Bearer');
  await bot.say('status');
  expect(bot.sent().some((line) => line.includes('Step'))).toBe(true);
});

describe('an address to answer to that is none of the channel’s', () => {
  const elsewhere = 'https://attacker.example/';

  it('is refused although the token was made for it, and nobody asks for the bot’s own token', async () => {
    bot.sent();
    expect(await bot.post({ type: 'message', text: 'status', serviceUrl: elsewhere })).toMatchObject({ status: 403, body: { error: 'Forbidden' } });
    expect(bot.sent()).toEqual([]);
  });

  it('is refused when it was stored', async () => {
    const logic = jest.fn();
    const reference = { serviceUrl: elsewhere, channelId: 'msteams', conversation: { id: 'a:1', isGroup: false, conversationType: 'personal', name: '' } };
    await expect(bot.resume(reference, logic)).rejects.toThrow('no host of the channel');
    expect(logic).not.toHaveBeenCalled();
  });
});
