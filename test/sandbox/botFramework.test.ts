import { createServer, type Server } from 'node:http';
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { personas, tenant } from '../../sandbox/personas.ts';
import { registrations } from '../../sandbox/registrations.ts';
import { startTenant, type Reply, type TenantHarness } from './tenantHarness.ts';

interface Received {
  readonly authorization: string;
  readonly activity: unknown;
}

let harness: TenantHarness;
let bot: Server;
const received: Received[] = [];

beforeAll(async () => {
  bot = await startBot();
  const address = bot.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  harness = await startTenant(`http://127.0.0.1:${port}/api/messages`);
});
beforeEach(() => received.splice(0));
afterEach(() => harness.control('reset', {}));
afterAll(async () => {
  await harness.close();
  bot.close();
});

/** A bot that keeps what it gets and answers as the activity's text says: `<status> <body>`. */
async function startBot(): Promise<Server> {
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk)).on('end', () => {
      const activity = JSON.parse(text);
      received.push({ authorization: request.headers.authorization ?? '', activity });
      const [status = '200', ...body] = String(activity.text).split(' ');
      response.writeHead(Number(status), { 'content-type': 'application/json' });
      response.end(body.join(' '));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

const activity = { type: 'message', text: '200 {"ok":true}', serviceUrl: 'http://127.0.0.1:56150/_connector', from: { id: '29:é', aadObjectId: 'anything' } };
const post = (body: unknown, headers: Record<string, string> = {}) => harness.call('POST', `${harness.sandbox.channelUrl}/api/messages`, { body, headers });

describe('the channel relay', () => {
  it("passes the activity on as it is, and the bot's answer back", async () => {
    const reply = await post(activity);

    expect(received.map((one) => one.activity)).toEqual([activity]);
    expect(reply).toMatchObject({ status: 200, json: { ok: true } });
    expect((await post({ ...activity, text: '412 {"failureDetail":"x"}' })).status).toBe(412);
  });

  it('signs it so that the published keys verify it', async () => {
    await post(activity);
    const { json: metadata } = await harness.call('GET', harness.sandbox.cloud.botFramework.openIdMetadata);
    const keys = (await harness.call('GET', metadata.jwks_uri)).json.keys;
    const [, token = ''] = received[0]?.authorization.split(' ') ?? [];
    const { payload, protectedHeader } = await jwtVerify(token, createRemoteJWKSet(new URL(metadata.jwks_uri)));

    expect(keys).toEqual([expect.objectContaining({ kid: protectedHeader.kid, kty: 'RSA', endorsements: ['msteams'] })]);
    expect(payload).toMatchObject({ iss: 'https://api.botframework.com', aud: registrations.bot.appId, serviceurl: activity.serviceUrl });
  });

  it("signs on real time, whatever the tenant's clock says", async () => {
    await harness.advance('P2D');
    await post({ ...activity, serviceUrl: 'http://127.0.0.1:1/other' });

    const { iat = 0 } = decodeJwt(received[0]?.authorization.split(' ')[1] ?? '');
    expect(Math.abs(iat - Date.now() / 1000)).toBeLessThan(60);
  });

  it('answers a ping without waking the bot', async () => {
    expect((await harness.call('HEAD', `${harness.sandbox.channelUrl}/api/messages`)).status).toBe(200);
    expect((await harness.call('GET', `${harness.sandbox.channelUrl}/api/messages`)).status).toBe(200);
    expect(received).toEqual([]);
  });

  it.each([
    ['no JSON object', [1], {}, 400],
    ['broken JSON', '{', {}, 400],
    ['something else than JSON', 'text', { 'content-type': 'text/plain' }, 415],
  ])('refuses %s', async (_, body, headers, status) => {
    expect((await post(body, headers)).status).toBe(status);
    expect(received).toEqual([]);
  });

  it('says so when the bot is down', async () => {
    const lonely = await startTenant();
    const reply = await lonely.call('POST', `${lonely.sandbox.channelUrl}/api/messages`, { body: activity });
    await lonely.close();

    expect(reply).toMatchObject({ status: 502, text: expect.stringMatching(/^The bot at http:\/\/127\.0\.0\.1:1\/api\/messages does not answer/) });
  });
});

describe('the keys of the channel', () => {
  const published = async (): Promise<{ kid: string }[]> => {
    const { json: metadata } = await harness.call('GET', harness.sandbox.cloud.botFramework.openIdMetadata);
    return (await harness.call('GET', metadata.jwks_uri)).json.keys;
  };
  const signing = async () => {
    await post(activity);
    return decodeProtectedHeader(received.at(-1)?.authorization.split(' ')[1] ?? '').kid;
  };

  it.each([
    ['both', ['old', 'new']],
    ['new', ['new']],
    ['old', ['old']],
  ])('change, and the metadata names %s', async (publish, names) => {
    const old = await signing();
    const { json } = await harness.control('channel-keys', { publish });
    const kids: Record<string, string | undefined> = { old, new: json.signs };

    expect(json.signs).not.toBe(old);
    expect(await signing()).toBe(json.signs);
    expect((await published()).map(({ kid }) => kid)).toEqual(names.map((name) => kids[name]));
    await harness.control('reset', {});
    expect(await signing()).toBe(old);
  });

  it('are not to be had while the metadata fails', async () => {
    const metadata = () => harness.call('GET', harness.sandbox.cloud.botFramework.openIdMetadata);
    await harness.control('channel-metadata', { answers: 'busy' });
    expect((await metadata()).status).toBe(503);
    await harness.control('channel-metadata', { answers: 'cut' });
    await expect(metadata()).rejects.toThrow('terminated');
    await harness.control('reset', {});
    expect((await metadata()).status).toBe(200);
  });

  it.each([
    ['channel-keys', { publish: 'none' }],
    ['channel-metadata', { answers: 'sometimes' }],
    ['channel-metadata', {}],
  ])('the control %s refuses %j', async (control, body) => {
    expect((await harness.control(control, body)).status).toBe(400);
  });
});

describe('the token service', () => {
  const userId = '29:somebody';

  async function ask(method: string, operation: string, query: Record<string, string> = {}, body?: unknown): Promise<Reply> {
    const all = new URLSearchParams({ userId, connectionName: registrations.oauthConnection, channelId: 'msteams', ...query }).toString();
    return harness.call(method, `${harness.sandbox.cloud.botFramework.tokenServiceUrl}/api/${operation}?${all}`, { token: await harness.botToken(), body });
  }
  const getToken = (query: Record<string, string> = {}) => ask('GET', 'usertoken/GetToken', query);
  const state = (connectionName: string = registrations.oauthConnection) =>
    Buffer.from(JSON.stringify({ connectionName, conversation: { user: { id: userId } }, msAppId: registrations.bot.appId })).toString('base64');

  /** Opens the sign-in page and reads its code. */
  async function readCode(): Promise<string> {
    const { json } = await ask('GET', 'botsignin/GetSignInResource', { state: state() });
    const page = await harness.call('GET', json.signInLink);
    return /<output[^>]*>(\d{6})<\/output>/.exec(page.text)?.[1] ?? '';
  }

  it('gives the single sign-on token of a person that it does not know: Alex', async () => {
    const { status, json } = await getToken({ code: '' });

    expect(status).toBe(200);
    expect(json).toMatchObject({ channelId: 'msteams', connectionName: registrations.oauthConnection });
    expect(decodeJwt(json.token)).toMatchObject({
      aud: registrations.signIn.appId,
      tid: tenant.id,
      oid: personas.alex.objectId,
      name: personas.alex.displayName,
      preferred_username: personas.alex.userPrincipalName,
      scp: 'access_as_user',
    });
  });

  it('gives that of the persona that a person was made', async () => {
    const { json: person } = await harness.control('sign-in', { userId, persona: 'rita' });

    expect(person).toEqual({ tenantId: tenant.id, objectId: personas.rita.objectId, userPrincipalName: personas.rita.userPrincipalName });
    expect(decodeJwt((await getToken()).json.token)['oid']).toBe(personas.rita.objectId);
  });

  it('signs a silent person in again after a sign-out, as single sign-on does', async () => {
    expect((await ask('DELETE', 'usertoken/SignOut')).status).toBe(200);
    expect((await getToken()).status).toBe(200);
  });

  it('asks when it is told to: no token, a page with six digits, the token for these digits until sign-out', async () => {
    await harness.control('sign-in', { userId, persona: 'priya', prompt: 'ask' });
    const before = await getToken();
    const code = await readCode();

    expect(before).toMatchObject({ status: 404, text: '' });
    expect((await getToken({ code: code === '000000' ? '111111' : '000000' })).status).toBe(404);
    expect((await getToken({ userId: '29:other', code })).json.token).toBeDefined();
    expect(decodeJwt((await getToken({ code })).json.token)['oid']).toBe(personas.priya.objectId);
    expect((await ask('GET', 'usertoken/GetTokenStatus')).json).toEqual([expect.objectContaining({ hasToken: true, connectionName: registrations.oauthConnection })]);
    await ask('DELETE', 'usertoken/SignOut');
    expect((await getToken()).status).toBe(404);
    expect((await getToken({ code })).status).toBe(404);
  });

  it('exchanges a single sign-on token, and refuses any other', async () => {
    await harness.control('sign-in', { userId, persona: 'priya', prompt: 'ask' });
    const token = await harness.assertion('priya');

    expect((await ask('POST', 'usertoken/exchange', {}, { token: await harness.botToken() })).status).toBe(400);
    expect((await ask('POST', 'usertoken/exchange', {}, { token: 'x' })).status).toBe(400);
    expect((await getToken()).status).toBe(404);
    expect((await ask('POST', 'usertoken/exchange', {}, { token })).json.token).toBe(token);
    expect((await getToken()).status).toBe(200);
  });

  it('tells where to exchange', async () => {
    const { json } = await ask('GET', 'botsignin/GetSignInResource', { state: state() });

    expect(json.tokenExchangeResource).toMatchObject({ uri: `api://botid-${registrations.bot.appId}` });
    expect(json.signInLink).toMatch(new RegExp(`^${harness.sandbox.channelUrl}/sign-in/`));
  });

  it('shows a readable page for a sign-in that is over', async () => {
    const page = await harness.call('GET', `${harness.sandbox.channelUrl}/sign-in/unknown`);

    expect(page.status).toBe(404);
    expect(page.text).toContain('<h1>This sign-in is over</h1>');
  });

  it.each([
    ['another connection', 'usertoken/GetToken', { connectionName: 'other' }, 400],
    ['no user', 'usertoken/GetToken', { userId: '' }, 400],
    ['no state', 'botsignin/GetSignInResource', {}, 400],
    ['a state that cannot be read', 'botsignin/GetSignInResource', { state: 'x' }, 400],
    ['the state of another connection', 'botsignin/GetSignInResource', { state: state('other') }, 400],
    ['an operation that is not built', 'usertoken/GetAadTokens', {}, 404],
  ])('refuses %s', async (_, operation, query, status) => {
    const reply = await ask('GET', operation, query);

    expect(reply).toMatchObject({ status, json: { error: { code: expect.any(String), message: expect.any(String) } } });
  });

  it('refuses everybody but the bot', async () => {
    const url = `${harness.sandbox.url}/api/usertoken/GetToken?userId=x&connectionName=${registrations.oauthConnection}`;
    const forGraph = await harness.applicationToken(registrations.bot.appId, registrations.bot.secret, 'https://graph.microsoft.com/.default');

    expect((await harness.call('GET', url)).status).toBe(401);
    expect((await harness.call('GET', url, { token: forGraph })).status).toBe(401);
    expect((await harness.call('GET', url, { token: await harness.assertion('alex') })).status).toBe(401);
  });

  it("lets the bot in whatever the tenant's clock says", async () => {
    const token = await harness.botToken();
    await harness.advance('P30D');

    const url = `${harness.sandbox.url}/api/usertoken/GetToken?userId=x&connectionName=${registrations.oauthConnection}`;
    expect((await harness.call('GET', url, { token })).status).toBe(200);
  });
});
