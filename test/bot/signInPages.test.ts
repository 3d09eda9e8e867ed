import { createHash } from 'node:crypto';

import type { Server } from 'restify';

import { BrowserAccounts } from '../../src/bot/browserAccounts.ts';
import { addSignInPages } from '../../src/bot/pages/signInPages.ts';
import { createBotServer } from '../../src/bot/server.ts';
import { createLog } from '../../src/log.ts';
import { SetupError } from '../../src/setup/errors.ts';
import type { Proof } from '../../src/setup/proving.ts';
import type { Person, SetupRun } from '../../src/setup/run.ts';
import { alex, applying, aRunWithSteps, now, planned, priya } from '../setup/fixtures.ts';

const wanted = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}';
const { status: _status, ...approval } = applying;
const unproven = { status: 'failed', at: now, failure: { code: 'E-CLAIMS', sentence: { key: 'error.claims' }, claims: wanted, errorId: 'e1' } } as const;
const waiting = (given: Partial<SetupRun> = {}) => aRunWithSteps({ solution: { ...unproven, approval } }, given);
const ask = (person: Person, status: 'open' | 'declined') =>
  ({ id: `ask${status}`, about: 'application', wanted: person.name, askedBy: alex, askedAt: now, status, signedIn: true, person, conversationId: 'a:theirs' }) as const;

const entra = {
  comesBack: { tenantId: alex.tenantId, objectId: alex.objectId, name: 'alex@contoso.example', isGuest: false },
  redeem: (): Promise<void> => Promise.resolve(),
};
const runs = new Map<string, SetupRun>();
const proven: Proof[] = [];
const lines: string[] = [];
let at = Date.parse(now);
let server: Server;

beforeAll(async () => {
  const log = createLog('debug', { write: (line: string) => void lines.push(line) });
  const refuse = () => Promise.reject(new Error('not for this test'));
  server = createBotServer({ authenticate: refuse, receive: refuse, isReady: () => true, isWritable: () => true, log });
  const publicUrl = 'https://bot.example';
  const accounts = new BrowserAccounts({
    publicUrl,
    clock: { now: () => new Date(at) },
    tokens: { assertionFor: () => Promise.resolve(undefined) },
    signIn: {
      address: ({ state, claims, choosesAccount }) => Promise.resolve(`https://login.example/authorize?${new URLSearchParams({ state, choosesAccount: String(choosesAccount), ...(claims && { claims }) }).toString()}`),
      redeem: async () => {
        await entra.redeem();
        return { token: 't', endsAt: new Date(at + 3_600_000), account: { ...entra.comesBack }, renew: refuse };
      },
    },
  });
  addSignInPages(server, { accounts, publicUrl, log, setups: { load: (id) => runs.get(id), proven: (proof) => (proven.push(proof), { kind: 'refused', run: undefined, notice: { key: 'notice.noSetup' } }) } });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
});
afterAll(() => new Promise<void>((resolve) => {
  server.close(resolve);
  server.server.closeAllConnections();
}));
beforeEach(() => {
  runs.clear();
  runs.set('id1', waiting());
  proven.length = 0;
  lines.length = 0;
  Object.assign(entra, { comesBack: { tenantId: alex.tenantId, objectId: alex.objectId, name: 'alex@contoso.example', isGuest: false }, redeem: () => Promise.resolve() });
});

const get = async (path: string, headers: Record<string, string> = {}, method = 'GET') => {
  const response = await fetch(`${server.url}${path}`, { method, headers, redirect: 'manual' });
  return { status: response.status, headers: response.headers, text: await response.text() };
};
/** Begins, and promises the state and the cookie. */
const begin = async (path = '/sign-in/proof/id1/solution') => {
  const { status, headers } = await get(path);
  expect(status).toBe(302);
  const address = new URL(headers.get('location') ?? '');
  return { state: address.searchParams.get('state') ?? '', address, cookie: (headers.get('set-cookie') ?? '').split(';')[0] ?? '', setCookie: headers.get('set-cookie') ?? '' };
};
const comeBack = ({ state, cookie }: { state: string; cookie: string }, query: Record<string, string> = { code: 'the-code' }, headers: Record<string, string> = {}) =>
  get(`/sign-in/callback?${new URLSearchParams({ ...query, state }).toString()}`, { cookie, ...headers });
const failure = () => lines.map((line): Record<string, unknown> => JSON.parse(line)).find(({ msg }) => msg === 'A sign-in in the browser failed');
const titleOf = ({ text }: { text: string }) => /<h1>(.*)<\/h1>/u.exec(text)?.[1];

describe('the way to Entra', () => {
  it('carries what was asked for, and a cookie that this host’s pages alone get, for ten minutes', async () => {
    const { address, setCookie } = await begin();
    expect(address.origin).toBe('https://login.example');
    expect(address.searchParams.get('claims')).toBe(wanted);
    expect(setCookie).toMatch(/^__Host-sign-in-[\w-]{16}=\d+\.[\w-]{43}\.[\w-]{43}; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax; Secure$/u);
  });

  it('is the same whatever a header says about a proxy, an address or another host', async () => {
    const forged = { forwarded: 'for=10.0.0.1;host=evil.example;proto=http', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http', 'x-forwarded-for': '10.0.0.1', 'x-real-ip': '10.0.0.1', 'x-original-url': '/healthz' };
    const without = (text: string | null) => (text ?? '').replaceAll(/[\w-]{43}|sign-in-[\w-]{16}|=\d+\./gu, '…');
    const answers = [await get('/sign-in/proof/id1/solution'), await get('/sign-in/proof/id1/solution', forged)];
    const [plain, other] = answers.map(({ status, headers }) => [status, without(headers.get('location')), without(headers.get('set-cookie')), headers.get('strict-transport-security')]);
    expect(plain).toEqual([302, expect.stringContaining('https://login.example/'), expect.stringContaining('; Secure'), 'max-age=31536000']);
    expect(other).toEqual(plain);
  });

  it('to another account is for whoever began the setup, or whoever is asked and waited for', async () => {
    runs.set('id1', waiting({ asks: [ask(priya, 'open'), ask(priya, 'declined')] }));
    expect((await begin('/sign-in/account/id1')).address.searchParams.get('choosesAccount')).toBe('true');
    await begin('/sign-in/account/id1/askopen');
    expect((await get('/sign-in/account/id1/askdeclined')).status).toBe(404);
    expect((await get('/sign-in/account/id1/nobody')).status).toBe(404);
  });

  it.each([
    ['a setup that nobody knows', '/sign-in/proof/id2/solution'],
    ['an id that is none', '/sign-in/proof/%2e%2e%2f/solution'],
    ['a long id', `/sign-in/proof/${'a'.repeat(90)}/solution`],
    ['a very long id', `/sign-in/proof/${'a'.repeat(500)}/solution`],
    ['a very long part', `/sign-in/proof/id1/${'a'.repeat(101)}`],
    ['a long id of another account', `/sign-in/account/${'a'.repeat(101)}`],
    ['a long id of whoever was asked', `/sign-in/account/id1/${'a'.repeat(101)}`],
    ['an address that there is not', '/sign-in/proof/id1/solution/more'],
    ['a part that there is not', '/sign-in/proof/id1/everything'],
    ['a part that waits for nothing', '/sign-in/proof/id1/application'],
    ['an ended setup', '/sign-in/proof/ended/solution'],
    ['another account for an ended setup', '/sign-in/account/ended'],
    ['another account for a setup that nobody knows', '/sign-in/account/id2'],
  ])('does not begin for %s, and all of them look the same', async (_what, path) => {
    runs.set('ended', waiting({ status: 'cancelled' }));
    const answer = await get(path);
    const known = await get('/sign-in/proof/id2/solution');
    expect(answer.status).toBe(404);
    expect(answer.text).toBe(known.text);
    expect([...answer.headers.keys()].toSorted()).toEqual([...known.headers.keys()].toSorted());
    expect(answer.headers.get('set-cookie')).toBeNull();
  });

  it('is there for whoever could not be looked for, to be let see the values', async () => {
    const { person: _person, ...unfound } = ask(priya, 'open');
    const trouble = { code: 'E-CLAIMS', sentence: { key: 'error.claims' }, claims: wanted, errorId: 'e1' } as const;
    runs.set('id1', waiting({ asks: [{ ...unfound, about: 'partnerCenter', status: 'nobody', failure: trouble }] }));
    expect((await begin('/sign-in/proof/id1/partnerCenter')).address.searchParams.get('claims')).toBe(wanted);
  });

  it('is not gone by whoever previews the link', async () => {
    for (const path of ['/sign-in/proof/id1/solution', '/sign-in/proof/id2/solution', '/sign-in/account/id1', '/sign-in/callback?code=c&state=s']) {
      const { status, headers, text } = await get(path, {}, 'HEAD');
      expect([status, headers.get('location'), headers.get('set-cookie'), text]).toEqual([200, null, null, '']);
    }
  });

  it('that cannot be found is a page with an error id, and the log says why', async () => {
    jest.spyOn(runs, 'get').mockImplementationOnce(() => { throw new Error('inner words that nobody may see'); });
    const answer = await get('/sign-in/account/id1');
    expect(answer.status).toBe(500);
    const errorId = /Error id: ([0-9a-f]{8})/u.exec(answer.text)?.[1] ?? 'none';
    expect(lines.join()).toContain(errorId);
    expect(answer.text).not.toContain('inner words');
    expect(failure()).toMatchObject({ level: 50, errorId, runId: 'id1' });
  });
});

describe('the way back', () => {
  it('lets the part of the setup go on that waited', async () => {
    const answer = await comeBack(await begin());
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('go back to Teams');
    expect(proven).toEqual([expect.objectContaining({ runId: 'id1', about: 'solution', person: alex })]);
  });

  it('shows a code for another account, for whom it is, and whom to give it to: nobody', async () => {
    entra.comesBack.objectId = 'ad310000-0000-4000-8000-000000000001';
    entra.comesBack.name = 'adm-\u202e<b>alex</b>@contoso.example';
    const { status, text } = await comeBack(await begin('/sign-in/account/id1'));
    expect(status).toBe(200);
    expect(text).toMatch(/<p class="code">\d{6}<\/p>/u);
    expect(text).toContain('adm-&lt;b&gt;alex&lt;/b&gt;@contoso.example');
    expect(text).not.toContain('<b>');
    expect(text).toContain(`Are you ${alex.name}?`);
    expect(text).toContain(`setup of the environment Contoso (contoso.crm4.dynamics.com), which ${alex.name} began`);
    expect(proven).toEqual([]);
  });

  it('shows a code for a proof as another account too: whoever owns that one may have been led here', async () => {
    const admin = { objectId: 'ad310000-0000-4000-8000-000000000001', name: 'adm-alex@contoso.example' };
    runs.set('id1', aRunWithSteps({ solution: unproven }, { startedBy: { ...alex, actingAs: admin } }));
    Object.assign(entra.comesBack, admin);
    const begun = await begin();
    expect(begun.address.searchParams.get('choosesAccount')).toBe('true');
    const { status, text } = await comeBack(begun);
    expect(status).toBe(200);
    expect(text).toMatch(/<p class="code">\d{6}<\/p>/u);
    expect(text).toContain(`Are you ${alex.name}?`);
    expect(proven).toEqual([]);
  });

  it('names the environment, and that none is chosen yet', async () => {
    expect((await comeBack(await begin())).text).toContain('the environment Contoso (contoso.crm4.dynamics.com)');
    const { environment: _none, ...unchosen } = waiting();
    runs.set('id1', unchosen);
    expect((await comeBack(await begin())).text).toContain('environment is not chosen yet');
    Object.assign(entra.comesBack, { objectId: priya.objectId });
    expect((await comeBack(await begin())).text).not.toContain('environment');
  });

  it.each([
    ['somebody else', { objectId: priya.objectId, name: 'priya@contoso.example' }, '/sign-in/proof/id1/solution', 'Another account is needed'],
    ['another organization', { tenantId: 'elsewhere' }, '/sign-in/proof/id1/solution', 'This account belongs to another organization'],
    ['a guest', { objectId: 'guest', isGuest: true }, '/sign-in/account/id1', 'Guests cannot be used here'],
    ['the same account', {}, '/sign-in/account/id1', 'This is the account that you use already'],
  ])('is refused to %s', async (_who, who, path, title) => {
    Object.assign(entra.comesBack, who);
    const answer = await comeBack(await begin(path));
    expect([answer.status, titleOf(answer)]).toEqual([403, title]);
    expect(proven).toEqual([]);
  });

  const unknown = 'This sign-in cannot be used';
  it('is refused twice, without the cookie, with another’s, and late', async () => {
    const used = await begin();
    await comeBack(used);
    const [bare, theirs, late] = [await begin(), await begin(), await begin()];
    const answers = [await comeBack(used), await comeBack({ ...bare, cookie: '' }), await comeBack({ ...theirs, cookie: late.cookie })];
    at += 600_000;
    answers.push(await comeBack(late));
    expect(answers.map((answer) => [answer.status, titleOf(answer)])).toEqual(answers.map(() => [400, unknown]));
    expect(proven).toHaveLength(1);
  });

  it.each([
    ['nothing', ''],
    ['no state', 'code=c'],
    ['a state that nobody gave', `code=c&state=${'x'.repeat(43)}`],
    ['a state twice', 'code=c&state=STATE&state=STATE'],
    ['a code twice', 'code=c&code=d&state=STATE'],
    ['a code and an error', 'code=c&error=access_denied&state=STATE'],
    ['an empty code', 'code=&state=STATE'],
    ['a very long code', `code=${'c'.repeat(8_001)}&state=STATE`],
    ['a very long state', `code=c&state=STATE${'x'.repeat(4_000)}`],
    ['brackets for the state', 'code=c&state[]=STATE'],
    ['bytes that are no text', 'code=%ff%00&state=%fe'],
  ])('is refused with %s', async (_what, query) => {
    const { state, cookie } = await begin();
    const answer = await get(`/sign-in/callback?${query.replaceAll('STATE', state)}`, { cookie });
    expect([answer.status, titleOf(answer)]).toEqual([400, unknown]);
    expect(answer.text).not.toMatch(/\bat .+\.[jt]s:\d+/u);
    expect(proven).toEqual([]);
  });

  it('is in the log however it ends, with whose link it was, and without what came along', async () => {
    const link = { runId: 'id1', person: alex.objectId };
    await comeBack(await begin());
    entra.comesBack = { ...entra.comesBack, objectId: priya.objectId };
    await comeBack(await begin());
    await comeBack(await begin(), { error: 'access_denied' });
    await comeBack(await begin('/sign-in/account/id1'));
    const ended = lines.map((line): Record<string, unknown> => JSON.parse(line)).filter(({ msg }) => msg === 'A sign-in in the browser has ended');
    expect(ended).toEqual([
      expect.objectContaining({ level: 30, ended: 'proven', sought: 'proof', ...link }),
      expect.objectContaining({ level: 40, ended: 'otherAccount', sought: 'proof', ...link }),
      expect.objectContaining({ level: 40, ended: 'declined', sought: 'proof', ...link }),
      expect.objectContaining({ level: 30, ended: 'code', sought: 'account', ...link }),
    ]);
    expect(lines.join()).not.toMatch(/the-code|"code":"\d{6}"/u);
  });

  it('says that nobody signed in, and shows nothing of what the address says about it', async () => {
    const answer = await comeBack(await begin(), { error: 'access_denied', error_description: '<script>alert(1)</script> AADSTS65004' });
    expect([answer.status, titleOf(answer)]).toEqual([400, 'You are not signed in']);
    expect(answer.text).not.toMatch(/script|AADSTS65004/u);
  });

  it('says that Microsoft did not stand by it, with an error id that the log knows', async () => {
    entra.redeem = () => Promise.reject(new SetupError('E-REFUSED', { upstream: { service: 'entra', status: 400, code: 'AADSTS70008', message: 'AADSTS70008: The code is over.' } }));
    const answer = await comeBack(await begin());
    expect([answer.status, titleOf(answer)]).toEqual([502, 'Microsoft did not confirm the sign-in']);
    const errorId = /Error id: ([0-9a-f]{8})/u.exec(answer.text)?.[1] ?? 'none';
    expect(failure()).toMatchObject({ level: 50, errorId, runId: 'id1' });
    expect(lines.join()).not.toContain('the-code');
  });
});

describe('a page', () => {
  const unknownTitle = 'This sign-in cannot be used';

  it('runs, loads, frames and tells nothing, and is kept nowhere', async () => {
    const { headers, text } = await get('/sign-in/callback');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[\w+/=]+'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/u);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(text).not.toMatch(/<script|<link|<img|<form|\son\w+=|style="/u);
    const style = /<style>([^]*)<\/style>/u.exec(text)?.[1] ?? '';
    expect(policy).toContain(createHash('sha256').update(style).digest('base64'));
  });

  it.each([
    [undefined, 'en'],
    ['fr-FR,fr;q=0.9,en;q=0.8', 'fr'],
    ['de,fr;q=0.3', 'fr'],
    ['en;q=0.5, fr-CA;q=0.9', 'fr'],
    ['fr;q=0, en', 'en'],
    ['*', 'en'],
    ['zz-_;q=x,,;', 'en'],
    ['x'.repeat(5_000), 'en'],
  ])('is in the language that the browser asks for: %s', async (accepted, language) => {
    const { text, headers } = await get('/sign-in/callback', accepted === undefined ? {} : { 'accept-language': accepted });
    expect(headers.get('content-language')).toBe(language);
    expect(text).toContain(`<html lang="${language}">`);
    expect(text).toContain(language === 'fr' ? 'Cette connexion ne peut pas être utilisée' : unknownTitle);
  });
});

it('planned steps wait for no proof', async () => {
  runs.set('id1', aRunWithSteps({ solution: planned }));
  expect((await get('/sign-in/proof/id1/solution')).status).toBe(404);
});
