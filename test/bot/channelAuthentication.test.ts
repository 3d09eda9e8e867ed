import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';

import { type JWTPayload, SignJWT } from 'jose';

import { openFiles } from '../../sandbox/files.ts';
import { registrations } from '../../sandbox/registrations.ts';
import { loadSigningKey, makeSigningKey, type SigningKey } from '../../sandbox/signingKeys.ts';
import { ChannelAdapter } from '../../src/bot/adapter.ts';
import { ChannelAuthentication } from '../../src/bot/channelAuthentication.ts';
import { keyTimes } from '../../src/bot/channelKeys.ts';
import { createBotServer } from '../../src/bot/server.ts';
import { createLog } from '../../src/log.ts';
import { startTenant, type TenantHarness } from '../sandbox/tenantHarness.ts';
import { answerOf, send } from './botHarness.ts';

const serviceUrl = 'http://127.0.0.1:9/teams/';
const issuer = 'https://api.botframework.com';
const activity = {
  type: 'message', id: '1', text: 'hi', channelId: 'msteams', serviceUrl,
  conversation: { id: 'a:1' }, from: { id: '29:a' }, recipient: { id: '28:b' },
};

let harness: TenantHarness;
let ear: Server;
let heard = '';
let channel: SigningKey;
let entra: SigningKey;
let bot: Awaited<ReturnType<typeof startBot>>;

beforeAll(async () => {
  ear = createServer((request, response) => {
    heard = request.headers.authorization ?? '';
    request.resume().on('end', () => void response.end());
  });
  await listening(ear);
  harness = await startTenant(`http://127.0.0.1:${portOf(ear)}/api/messages`);
  const files = await openFiles(harness.dataDir);
  [channel, entra] = await Promise.all([loadSigningKey(files, 'channel'), loadSigningKey(files, 'entra')]);
});
afterAll(async () => {
  await harness.close();
  ear.close();
});
beforeEach(async () => {
  await harness.control('reset', {});
  bot = await startBot();
});
afterEach(() => bot.stop());

/** A bot that has just started, with logic that only counts its turns, on a clock that the test moves. */
async function startBot() {
  let turns = 0;
  let reads = 0;
  let aheadMs = 0;
  let hold: (() => AbortSignal) | undefined;
  const lines: string[] = [];
  const log = createLog('debug', { write: (line: string) => void lines.push(line) });
  const identity = { kind: 'secret', secret: registrations.bot.secret } as const;
  const registration = { appId: registrations.bot.appId, tenantId: 'x', identity };
  const tools = { log, now: () => Date.now() + aheadMs, deadline: () => hold?.() ?? AbortSignal.timeout(500) };
  const authentication = new ChannelAuthentication(harness.sandbox.cloud, registration, tools);
  const languageFor = () => {
    throw new Error('Nobody is spoken to.');
  };
  const adapter = new ChannelAdapter({ authentication, appId: registration.appId, languageFor, log });
  const logic = async () => {
    turns += 1;
  };
  const { server } = createBotServer({
    authenticate: (authorization) => adapter.authenticate(authorization),
    receive: (token, received) => adapter.receive(token, received, logic),
    // Asked once a body is read.
    isWritable: () => true,
    isReady: () => {
      reads += 1;
      return true;
    },
    log,
  });
  await listening(server);
  return {
    authentication,
    lines,
    port: portOf(server),
    turns: () => turns,
    reads: () => reads,
    advance: (ms: number) => void (aheadMs += ms),
    /** What the bot reads from now on takes until the test gives it up; `begun` once it reads. */
    holdReading: () => {
      const reading = new AbortController();
      const begun = new Promise<void>((resolve) => {
        hold = () => {
          resolve();
          return reading.signal;
        };
      });
      return { begun, giveUp: () => reading.abort() };
    },
    stop: async () => {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
    },
  };
}

async function listening(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

const seconds = () => Math.floor(Date.now() / 1000);
const good = (): JWTPayload => ({ iss: issuer, aud: registrations.bot.appId, serviceurl: serviceUrl, nbf: seconds(), exp: seconds() + 3600 });

/** A token of the channel, or one that differs from it as told. */
async function signed(claims: Readonly<Record<string, unknown>> = {}, { key = channel, alg = 'RS256', kid = key.keyId }: { key?: SigningKey; alg?: string; kid?: string } = {}): Promise<string> {
  return `Bearer ${await new SignJWT({ ...good(), ...claims }).setProtectedHeader({ alg, kid, typ: 'JWT' }).sign(key.privateKey)}`;
}

function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

async function post(authorization: string | undefined, change: object = {}) {
  const headers = authorization === undefined ? {} : { authorization };
  const answer = await send(`http://127.0.0.1:${bot.port}/api/messages`, JSON.stringify({ ...activity, ...change }), headers);
  return answerOf(answer);
}

/** What the channel signs now. */
async function fromChannel(): Promise<string> {
  await send(`${harness.sandbox.channelUrl}/api/messages`, JSON.stringify(activity));
  return heard;
}

async function metadataReadings(): Promise<number> {
  const calls: readonly { service: string; path: string }[] = (await harness.control('requests')).json;
  return calls.filter(({ service, path }) => service === 'channelMetadata' && path.endsWith('openidconfiguration')).length;
}

const accepted = { status: 200 };
const refused = { status: 401, text: '{"error":"Unauthorized"}' };
const forbidden = { status: 403, text: '{"error":"Forbidden"}' };

it('takes the channel’s own token, once for each activity', async () => {
  expect(await post(await fromChannel())).toMatchObject(accepted);
  expect(await post(await signed())).toMatchObject(accepted);
  expect({ turns: bot.turns(), reads: bot.reads() }).toEqual({ turns: 2, reads: 2 });
});

describe('refuses, without a turn', () => {
  const tampered = async () => (await signed()).replace(/\.[^.]+\./u, `.${part({ ...good(), serviceurl: 'https://elsewhere.example/' })}.`);
  const withPublicKey = async () => {
    const pem = Buffer.from(channel.publicKey.export({ type: 'spki', format: 'pem' }));
    return `Bearer ${await new SignJWT(good()).setProtectedHeader({ alg: 'HS256', kid: channel.keyId }).sign(pem)}`;
  };
  const emulator = { iss: 'https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/', ver: '1.0', appid: registrations.bot.appId };
  const skill = { iss: 'https://login.microsoftonline.com/d6d49420-f39b-4df7-a1dc-d59a935871db/v2.0', ver: '2.0', azp: registrations.signIn.appId };

  it.each<[string, () => Promise<string | undefined> | string | undefined]>([
    ['no header', () => undefined],
    ['garbage', () => 'Bearer garbage'],
    ['parts that are no JSON', () => 'Bearer a.b.c'],
    ['another scheme', () => 'Basic YTpi'],
    ['two tokens', async () => `${await signed()}, ${await signed()}`],
    ['a token of enormous length', () => signed({ padding: 'x'.repeat(10_000) })],
    ['another audience', () => signed({ aud: registrations.signIn.appId })],
    ['several audiences', () => signed({ aud: [registrations.bot.appId, registrations.signIn.appId] })],
    ['another issuer', () => signed({ iss: 'https://api.botframework.example' })],
    ['no service address', () => signed({ serviceurl: undefined })],
    ['no expiry', () => signed({ exp: undefined })],
    ['an expired token', () => signed({ exp: seconds() - 301 })],
    ['a token that is not valid yet', () => signed({ nbf: seconds() + 310 })],
    ['a tampered payload', tampered],
    ['a key that nobody knows', async () => signed({}, { key: await makeSigningKey() })],
    ['a key under the name of the channel’s', async () => signed({}, { key: await makeSigningKey(), kid: channel.keyId })],
    ['Entra’s key', () => signed({}, { key: entra })],
    ['no name of a key', () => signed({}, { kid: '' })],
    ['PS256 with the right key', () => signed({}, { alg: 'PS256' })],
    ['HS256 with the public key', withPublicKey],
    ['no algorithm and no signature', () => `Bearer ${part({ alg: 'none', kid: channel.keyId })}.${part(good())}.`],
    ['no algorithm and some signature', () => `Bearer ${part({ alg: 'none', kid: channel.keyId })}.${part(good())}.AAAA`],
    ['an emulator’s token', () => signed(emulator, { key: entra })],
    ['a skill’s token', () => signed(skill, { key: entra })],
    ['a token of the bot itself', async () => `Bearer ${await harness.botToken()}`],
  ])('%s', async (_what, header) => {
    expect(await post(await header())).toMatchObject(refused);
    expect({ turns: bot.turns(), reads: bot.reads() }).toEqual({ turns: 0, reads: 0 });
    expect(bot.lines.filter((line) => line.includes('"level":50'))).toEqual([]);
  });

  it.each([
    ['an activity with another address to answer to', { serviceUrl: 'https://elsewhere.example/' }],
    ['the same address in other letters', { serviceUrl: serviceUrl.toUpperCase() }],
    ['an activity of a channel that the key may not speak for', { channelId: 'webchat' }],
    ['an emulator’s activity', { channelId: 'emulator' }],
    ['an activity of an environment channel', { channelId: 'AseChannel' }],
  ])('%s', async (_what, change) => {
    expect(await post(await signed(), change)).toMatchObject(forbidden);
    expect(bot.turns()).toBe(0);
  });

  it('a good token for an address outside the channel’s own hosts', async () => {
    const elsewhere = 'https://elsewhere.example/';
    expect(await post(await signed({ serviceurl: elsewhere }), { serviceUrl: elsewhere })).toMatchObject(forbidden);
    expect(bot.turns()).toBe(0);
  });

  it('skills and streams', async () => {
    await expect(bot.authentication.authenticateChannelRequest()).rejects.toMatchObject({ statusCode: 401 });
    await expect(bot.authentication.authenticateStreamingRequest()).rejects.toMatchObject({ statusCode: 401 });
  });
});

it('bears clocks that differ by five minutes', async () => {
  expect(await post(await signed({ exp: seconds() - 280 }))).toMatchObject(accepted);
  expect(await post(await signed({ nbf: seconds() + 280 }))).toMatchObject(accepted);
});

describe('when the channel changes its key', () => {
  it('takes the new one as soon as the metadata has it, and the old one as long', async () => {
    const old = await fromChannel();
    await post(old);
    await harness.control('channel-keys', { publish: 'both' });
    bot.advance(keyTimes.pauseMs);
    expect(await post(await fromChannel())).toMatchObject(accepted);
    expect(await post(old)).toMatchObject(accepted);
  });

  it('refuses the new one before the metadata has it', async () => {
    await post(await fromChannel());
    await harness.control('channel-keys', { publish: 'old' });
    bot.advance(keyTimes.pauseMs);
    expect(await post(await fromChannel())).toMatchObject(refused);
  });

  it('refuses the old one once the metadata has been read without it', async () => {
    const old = await fromChannel();
    await post(old);
    await harness.control('channel-keys', { publish: 'new' });
    bot.advance(keyTimes.renewAfterMs);
    expect(await post(old)).toMatchObject(refused);
    expect(await post(await fromChannel())).toMatchObject(accepted);
  });
});

describe.each(['busy', 'cut', 'never'])('while the metadata is unreachable: %s', (answers) => {
  it('refuses without a word about why, logs it, and tries again after a pause', async () => {
    await harness.control('channel-metadata', { answers });
    expect(await post(await signed())).toMatchObject(refused);
    expect(bot.lines.filter((line) => line.includes('keys could not be read'))).toHaveLength(1);
    await harness.control('channel-metadata', { answers: 'well' });
    expect(await post(await signed())).toMatchObject(refused);
    bot.advance(keyTimes.pauseMs);
    expect(await post(await signed())).toMatchObject(accepted);
    expect(bot.turns()).toBe(1);
  });

  it('goes on taking keys that it knows, for a day', async () => {
    const lasting = await signed({ exp: seconds() + 3 * 86_400 });
    await post(lasting);
    await harness.control('channel-metadata', { answers });
    bot.advance(keyTimes.renewAfterMs);
    expect(await post(lasting)).toMatchObject(accepted);
    bot.advance(keyTimes.keepMs);
    expect(await post(lasting)).toMatchObject(refused);
  });
});

describe('a flood of refused requests', () => {
  const many = Array.from({ length: 60 }, (_, index) => index);

  it('never asks for keys when its tokens are wrong by their own words', async () => {
    const wrong = [{ aud: registrations.signIn.appId }, { iss: 'https://api.botframework.example' }, { exp: seconds() - 301 }, { nbf: seconds() + 310 }];
    const headers = await Promise.all(wrong.map((claims) => signed(claims)));
    for (const header of [...headers, 'Bearer garbage']) await Promise.all(many.map(() => post(header)));
    expect(await metadataReadings()).toBe(0);
  });

  it('asks once in a pause when each names another key, and the channel is heard meanwhile', async () => {
    const forged = await Promise.all(many.map((index) => signed({}, { kid: `forged-${index}` })));
    const answers = await Promise.all(forged.map((header) => post(header)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
    expect(await metadataReadings()).toBe(1);
    expect(await post(await signed())).toMatchObject(accepted);
    bot.advance(keyTimes.pauseMs);
    await Promise.all(forged.map((header) => post(header)));
    expect(await metadataReadings()).toBe(2);
  });

  it('is a line in the log, not one for each', async () => {
    await Promise.all(many.map(() => post('Bearer garbage')));
    expect(bot.lines.filter((line) => line.includes('was refused'))).toHaveLength(1);
  });

  /** By its own words, by its key's name, and by its signature only. */
  const kinds: readonly (readonly [string, () => Promise<string | undefined>])[] = [
    ['no token', async () => undefined],
    ['an expired one', () => signed({ exp: seconds() - 301 })],
    ['a key that nobody knows', async () => signed({}, { key: await makeSigningKey() })],
    ['a wrong signature', async () => signed({}, { key: await makeSigningKey(), kid: channel.keyId })],
  ];

  it.each(kinds)('is answered before its body has come: %s', async (_what, header) => {
    const token = await header();
    const head = `POST /api/messages HTTP/1.1\r\nhost: bot\r\n${token === undefined ? '' : `authorization: ${token}\r\n`}content-type: application/json\r\ncontent-length: 200000\r\n\r\n{`;
    expect(await answerToAll(head)).toMatch(/^HTTP\/1\.1 401 [^]*connection: close/iu);
  });

  it('that outnumbers the accepted ones costs them nothing: each is answered, no other body is read, and keys are asked for once', async () => {
    const [turns, wrong] = [20, await Promise.all(kinds.map(([, header]) => header()))];
    const token = await signed();
    const flood: ReturnType<typeof post>[] = [];
    for (let turn = 0; turn < turns; turn += 1) {
      flood.push(...[...wrong, ...wrong].map((header) => post(header)));
      expect(await post(token)).toMatchObject(accepted);
    }
    expect(new Set((await Promise.all(flood)).map(({ status }) => status))).toEqual(new Set([401]));
    expect({ turns: bot.turns(), reads: bot.reads(), metadata: await metadataReadings() }).toEqual({ turns, reads: turns, metadata: 1 });
  });

  it('lets no accepted one wait for the keys that it makes the bot ask for', async () => {
    const token = await signed();
    await post(token);
    await harness.control('channel-metadata', { answers: 'never' });
    bot.advance(keyTimes.pauseMs);
    const reading = bot.holdReading();
    let refusedOnes = 0;
    const flood = Promise.all(many.map(async (index) => {
      const answer = await post(await signed({}, { kid: `forged-${index}` }));
      refusedOnes += 1;
      return answer.status;
    }));
    await reading.begun;
    for (let turn = 0; turn < 5; turn += 1) expect(await post(token)).toMatchObject(accepted);
    expect(refusedOnes).toBe(0);
    reading.giveUp();
    expect(new Set(await flood)).toEqual(new Set([401]));
  });
});

/** Everything that the bot answers until it closes the connection. */
async function answerToAll(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(bot.port, '127.0.0.1', () => socket.write(text));
    socket.on('data', (chunk) => void (answer += chunk.toString()));
    socket.on('error', reject).on('close', () => resolve(answer));
  });
}
