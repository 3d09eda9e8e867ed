import { generateKeyPair, SignJWT } from 'jose';

import { assertCovers, type ChannelToken, readChannelToken } from '../../src/bot/channelToken.ts';

const at = Date.parse('2026-11-22T09:00:00Z');
const seconds = at / 1000;
const serviceUrl = 'https://smba.trafficmanager.net/emea/';
const good = { iss: 'https://channel.example', aud: 'the-bot', serviceurl: serviceUrl, nbf: seconds, exp: seconds + 3600 };

let keys: Awaited<ReturnType<typeof generateKeyPair>>;
let strangers: typeof keys;
/** Keys that were asked for by their names. */
let asked: string[];

beforeAll(async () => {
  [keys, strangers] = await Promise.all([generateKeyPair('RS256'), generateKeyPair('RS256')]);
});
beforeEach(() => {
  asked = [];
});

async function signed(claims: Readonly<Record<string, unknown>> = {}, { key = keys, alg = 'RS256', kid = 'theirs' }: { key?: typeof keys; alg?: string; kid?: string } = {}): Promise<string> {
  return new SignJWT({ ...good, ...claims }).setProtectedHeader({ alg, kid }).sign(key.privateKey);
}

async function read(authorization: string): Promise<ChannelToken> {
  const find = (keyId: string) => {
    asked.push(keyId);
    return Promise.resolve(keyId === 'theirs' ? { key: keys.publicKey, endorsements: ['msteams'] } : undefined);
  };
  return readChannelToken(authorization, { issuer: good.iss, audience: good.aud, keys: { find }, now: () => at });
}

const refused = (message: string) => ({ statusCode: 401, message });

it('says whose words an activity has, and for which channels its key may speak', async () => {
  expect(await read(`Bearer ${await signed()}`)).toEqual({ claims: good, serviceUrl, endorsements: ['msteams'] });
  expect(asked).toEqual(['theirs']);
});

describe('before any key is asked for', () => {
  it.each<[string, () => Promise<string> | string, string]>([
    ['words before the scheme', async () => `x Bearer ${await signed()}`, 'nothing in the form of a token'],
    ['words after the token', async () => `Bearer ${await signed()} x`, 'nothing in the form of a token'],
    ['a fourth part', async () => `Bearer ${await signed()}.x`, 'nothing in the form of a token'],
    ['two parts', () => 'Bearer a.b', 'nothing in the form of a token'],
    ['an enormous length', async () => `Bearer ${await signed({ padding: 'x'.repeat(8192) })}`, 'nothing in the form of a token'],
    ['parts that are no JSON', () => 'Bearer a.b.c', 'not in the channel’s form'],
    ['no name of a key', async () => `Bearer ${await signed({}, { kid: '' })}`, 'not in the channel’s form'],
    ['no service address', async () => `Bearer ${await signed({ serviceurl: undefined })}`, 'not in the channel’s form'],
    ['an empty service address', async () => `Bearer ${await signed({ serviceurl: '' })}`, 'not in the channel’s form'],
    ['no end', async () => `Bearer ${await signed({ exp: undefined })}`, 'not in the channel’s form'],
    ['another issuer', async () => `Bearer ${await signed({ iss: 'https://elsewhere.example' })}`, 'another issuer'],
    ['another audience', async () => `Bearer ${await signed({ aud: 'another-bot' })}`, 'another audience'],
    ['an end five minutes ago', async () => `Bearer ${await signed({ exp: seconds - 300 })}`, 'expired'],
    ['a beginning in more than five minutes', async () => `Bearer ${await signed({ nbf: seconds + 301 })}`, 'not yet valid'],
  ])('a token is refused for %s', async (_what, header, message) => {
    await expect(read(await header())).rejects.toMatchObject(refused(message));
    expect(asked).toEqual([]);
  });
});

it.each<[string, Record<string, unknown>]>([
  ['an end less than five minutes ago', { exp: seconds - 299 }],
  ['a beginning in five minutes', { nbf: seconds + 300 }],
  ['no beginning', { nbf: undefined }],
  ['a length that no real one has, but is borne', { padding: 'x'.repeat(5000) }],
])('a token is taken with %s', async (_what, claims) => {
  expect(await read(`Bearer ${await signed(claims)}`)).toMatchObject({ serviceUrl });
});

it('a key that nobody knows, and a signature by another key, are refused', async () => {
  await expect(read(`Bearer ${await signed({}, { kid: 'nobody’s' })}`)).rejects.toMatchObject(refused('unknown key'));
  await expect(read(`Bearer ${await signed({}, { key: strangers })}`)).rejects.toMatchObject(refused('wrong signature'));
});

describe('a token covers', () => {
  const token: ChannelToken = { claims: {}, serviceUrl, endorsements: ['msteams', 'webchat'] };

  it('the activities of its address and channel', () => {
    expect(() => assertCovers(token, { serviceUrl, channelId: 'msteams' })).not.toThrow();
  });

  it.each([
    ['another address', { serviceUrl: 'https://elsewhere.example/', channelId: 'msteams' }],
    ['another channel', { serviceUrl, channelId: 'emulator' }],
    ['another channel', { serviceUrl, channelId: 'webchat' }],
  ])('nothing of %s', (what, activity) => {
    expect(() => assertCovers(token, activity)).toThrow(expect.objectContaining({ statusCode: 403, message: expect.stringContaining(what.replace('address', 'service URL')) as string }) as Error);
  });
});
