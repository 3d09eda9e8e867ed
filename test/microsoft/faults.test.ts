import { createMicrosoft } from '../../src/microsoft/index.ts';
import type { Dataverse, Directory, Microsoft } from '../../src/setup/ports/microsoft.ts';
import { accessToken, type FaultyCloud, openFaultyCloud, type Scripted, tenantId } from './faultyCloud.ts';

const actor = { tenantId, objectId: 'a1e10000-0000-4000-8000-000000000001', channelUserId: '29:a', channelId: 'msteams', name: 'Alex' };
const assertion = ['{}', JSON.stringify({ tid: actor.tenantId, oid: actor.objectId }), 's'].map((part) => Buffer.from(part).toString('base64url')).join('.');
const secret = 'sign-in~secret';
const now = new Date('2026-11-22T10:00:00.000Z');
const id = 'b1e10000-0000-4000-8000-000000000001';

let faulty: FaultyCloud;
let microsoft: Microsoft;
let directory: Directory;
let dataverse: Dataverse;
let slept: number[];
let deadline: AbortController;

beforeAll(async () => {
  faulty = await openFaultyCloud();
});
afterAll(() => faulty.close());
beforeEach(() => {
  faulty.reset();
  slept = [];
  deadline = new AbortController();
  microsoft = createMicrosoft({
    cloud: faulty.cloud,
    assertions: { assertionFor: () => Promise.resolve(assertion) },
    signInApp: { clientId: 'c1e10000-0000-4000-8000-000000000001', proof: { kind: 'secret', secret } },
    timing: {
      now: () => now,
      sleep: (milliseconds) => { slept.push(milliseconds); return Promise.resolve(); },
      deadline: () => deadline.signal,
    },
  });
  directory = microsoft.directory(actor);
  dataverse = microsoft.dataverse(actor, faulty.environment);
});

const graphError = (status: number, headers: Record<string, string> = {}): Scripted => ({
  status,
  headers: { 'request-id': 'r-1', ...headers },
  body: { error: { code: 'Request_Something', message: 'Microsoft said no.', innerError: { 'request-id': 'r-1', date: '2026-11-22T10:00:00' } } },
});
const dataverseError = (status: number, headers: Record<string, string> = {}): Scripted => ({
  status,
  headers: { 'x-ms-service-request-id': 'r-2', ...headers },
  body: { error: { code: '0x80040000', message: 'Microsoft said no.' } },
});
const organization: Scripted = { status: 200, body: { value: [{ id: tenantId, displayName: 'Contoso' }] } };
const user: Scripted = { status: 200, body: { accessmode: 0 } };
const started: Scripted = { status: 200, body: { AsyncOperationId: id, ImportJobKey: id } };
const newUser: Scripted = { status: 201, body: { id } };
const wantedUser = { userPrincipalName: 'l@contoso.example', displayName: 'L', jobTitle: 'l', usageLocation: 'DE', password: 'p' };
const powerPlatformError = (status: number, headers: Record<string, string> = {}): Scripted => ({
  status,
  headers: { 'x-ms-correlation-id': 'r-3', ...headers },
  body: { error: { code: 'Something', message: 'Microsoft said no.' } },
});
const newKey: Scripted = { status: 200, body: { keyId: id, secretText: 'the-key-itself', endDateTime: '2027-01-01T00:00:00Z' } };

/** One call of each kind through each library. */
const calls = {
  'a read of Graph': { run: () => directory.organization(), error: graphError, good: organization, kind: 'read' },
  'a read of Dataverse': { run: () => dataverse.accessMode(id), error: dataverseError, good: user, kind: 'read' },
  'an upsert in Graph': { run: () => directory.saveServicePrincipal(id), error: graphError, good: { status: 204 }, kind: 'repeatable' },
  'a delete in Dataverse': { run: () => dataverse.deleteLead(id), error: dataverseError, good: { status: 204 }, kind: 'repeatable' },
  'a new key in Graph': { run: () => directory.addKey(id, { displayName: 'k', endsAt: '2027-01-01T00:00:00Z' }), error: graphError, good: newKey, kind: 'once' },
  'a new user in Graph': { run: () => directory.createUser(wantedUser), error: graphError, good: newUser, kind: 'once' },
  'a licence in Graph': { run: () => directory.assignLicence(id, id), error: graphError, good: newUser, kind: 'repeatable' },
  'a user forced in by Power Platform': { run: () => microsoft.powerPlatform(actor).addUser(id, id), error: powerPlatformError, good: { status: 200 }, kind: 'repeatable' },
  'the start of an import': { run: () => dataverse.startImport(id), error: dataverseError, good: started, kind: 'once' },
} as const satisfies Record<string, { run: () => Promise<unknown>; error: typeof graphError; good: Scripted; kind: string }>;
const all = Object.entries(calls).map(([name, call]) => ({ name, ...call }));
const mayRepeat = all.filter(({ kind }) => kind !== 'once');
const onlyOnce = all.filter(({ kind }) => kind === 'once');

test('a search among deleted users that Graph does not take tells nothing', async () => {
  faulty.api(graphError(400));
  await expect(directory.deletedUsersNamed('l@contoso.example')).resolves.toEqual([]);
  faulty.api(graphError(403));
  await expect(directory.deletedUsersNamed('l@contoso.example')).rejects.toMatchObject({ code: 'E-REFUSED' });
});

test.each(all)('$name waits as long as a 429 says and is sent again', async ({ run, error, good }) => {
  faulty.api(error(429, { 'retry-after': '7' }), good);
  await run();
  expect(slept).toEqual([7000]);
  expect(faulty.requests).toHaveLength(2);
});

test.each(all)('$name reads Retry-After as a date too', async ({ run, error, good }) => {
  faulty.api(error(429, { 'retry-after': 'Sun, 22 Nov 2026 10:00:12 GMT' }), good);
  await run();
  expect(slept).toEqual([12_000]);
});

test.each(all)('$name that would have to wait for long is E-BUSY with the time', async ({ run, error }) => {
  faulty.api(error(429, { 'retry-after': '600' }));
  await expect(run()).rejects.toMatchObject({ code: 'E-BUSY', values: { until: '2026-11-22T10:10:00.000Z' }, upstream: { status: 429 } });
  expect(slept).toEqual([]);
  expect(faulty.requests).toHaveLength(1);
});

test.each(all)('$name that is throttled again and again is E-BUSY after four tries', async ({ run, error }) => {
  faulty.api(error(429));
  await expect(run()).rejects.toMatchObject({ code: 'E-BUSY' });
  expect(slept).toEqual([1000, 2000, 4000]);
  expect(faulty.requests).toHaveLength(4);
});

test.each(mayRepeat.flatMap((call) => [502, 503, 504].map((status) => ({ ...call, status }))))('$name is sent again after $status', async ({ run, error, good, status }) => {
  faulty.api(error(status), good);
  await run();
  expect(faulty.requests).toHaveLength(2);
});

test.each(mayRepeat)('$name is sent again after a cut connection', async ({ run, good }) => {
  faulty.api('cut', good);
  await run();
  expect(faulty.requests).toHaveLength(2);
});

test.each(mayRepeat)('$name that never gets through is E-UNREACHABLE', async ({ run }) => {
  faulty.api('cut');
  await expect(run()).rejects.toMatchObject({ code: 'E-UNREACHABLE' });
  expect(faulty.requests).toHaveLength(4);
});

test.each(onlyOnce.flatMap((call) => [500, 502, 503, 504].map((status) => ({ ...call, status }))))('$name is E-UNCLEAR after $status, never sent again', async ({ run, error, status }) => {
  faulty.api(error(status));
  await expect(run()).rejects.toMatchObject({ code: 'E-UNCLEAR', upstream: { status } });
  expect(faulty.requests).toHaveLength(1);
});

test.each(onlyOnce)('$name is E-UNCLEAR after a cut connection, never sent again', async ({ run }) => {
  faulty.api('cut');
  await expect(run()).rejects.toMatchObject({ code: 'E-UNCLEAR' });
  expect(faulty.requests).toHaveLength(1);
});

test.each(onlyOnce)('$name is E-UNCLEAR when its answer cannot be understood', async ({ run }) => {
  faulty.api({ status: 200, body: { something: 'else' } });
  await expect(run()).rejects.toMatchObject({ code: 'E-UNCLEAR' });
  expect(faulty.requests).toHaveLength(1);
});

test.each(onlyOnce)('$name is E-UNCLEAR when no answer comes in time', async ({ run }) => {
  faulty.api('silence');
  faulty.onRequest = () => deadline.abort();
  await expect(run()).rejects.toMatchObject({ code: 'E-UNCLEAR', upstream: { code: 'ETIMEDOUT' } });
  expect(faulty.requests).toHaveLength(1);
});

test.each(all)('$name that is refused shows Microsoft’s words, code and request id, once', async ({ run, error }) => {
  faulty.api(error(403));
  await expect(run()).rejects.toMatchObject({
    code: 'E-REFUSED',
    upstream: { status: 403, message: 'Microsoft said no.', requestId: expect.stringMatching(/^r-\d$/) as string, code: expect.any(String) as string },
  });
  expect(faulty.requests).toHaveLength(1);
});

test.each(all)('$name is sent once more with a fresh token when the kept one is refused', async ({ run, error, good }) => {
  faulty.api(error(401), good);
  await run();
  expect(faulty.requests).toHaveLength(2);
  expect(faulty.tokenRequests).toHaveLength(2);
});

test.each(all)('$name that refuses the fresh token too is E-REFUSED', async ({ run, error }) => {
  faulty.api(error(401));
  await expect(run()).rejects.toMatchObject({ code: 'E-REFUSED', upstream: { status: 401 } });
  expect(faulty.requests).toHaveLength(2);
});

test.each(all)('$name leaves no token in what it throws', async ({ run, error }) => {
  faulty.api(error(403));
  const thrown: unknown = await run().catch((failure: unknown) => failure);
  expect(everythingIn(thrown)).not.toContain(accessToken);
  expect(everythingIn(thrown)).not.toContain(assertion);
});

test('a gateway’s page is not shown', async () => {
  faulty.api({ status: 502, headers: { 'content-type': 'text/html' }, body: '<html><h1>Bad gateway</h1></html>' });
  await expect(directory.organization()).rejects.toMatchObject({ code: 'E-UNREACHABLE', upstream: { status: 502, message: 'HTTP 502' } });
  await expect(dataverse.accessMode(id)).rejects.toMatchObject({ code: 'E-UNREACHABLE', upstream: { status: 502, message: 'HTTP 502' } });
});

test('an answer that breaks off in Graph is asked for again', async () => {
  faulty.api('cutInBody', organization);
  await expect(directory.organization()).resolves.toMatchObject({ tenantId });
});

test('an answer that breaks off in Dataverse does not hang', async () => {
  faulty.api('cutInBody');
  faulty.onRequest = () => deadline.abort();
  await expect(dataverse.accessMode(id)).rejects.toMatchObject({ code: 'E-UNREACHABLE', upstream: { code: 'ETIMEDOUT' } });
});

test('an answer of another shape is E-ANSWER and says where', async () => {
  faulty.api({ status: 200, body: { value: [{ id: 7 }] } });
  await expect(directory.organization()).rejects.toMatchObject({ code: 'E-ANSWER', upstream: { noticed: { key: 'noticed.notUnderstood', values: { details: expect.stringContaining('value.0.id') as string } } } });
});

test('a server error on a read is E-ANSWER, sent once', async () => {
  faulty.api(graphError(500));
  await expect(directory.organization()).rejects.toMatchObject({ code: 'E-ANSWER', upstream: { status: 500 } });
  expect(faulty.requests).toHaveLength(1);
});

test('a next page elsewhere gets no token', async () => {
  faulty.api({ status: 200, body: { value: [], '@odata.nextLink': 'https://localhost.evil.example/v1.0/organization' } });
  await expect(directory.organization()).rejects.toMatchObject({ code: 'E-UNREACHABLE' });
  expect(faulty.requests).toHaveLength(1);
});

test('no attempt begins when the whole has taken too long', async () => {
  let time = now.getTime();
  const slow = createMicrosoft({
    cloud: faulty.cloud,
    assertions: { assertionFor: () => Promise.resolve(assertion) },
    signInApp: { clientId: 'c1e10000-0000-4000-8000-000000000001', proof: { kind: 'secret', secret } },
    timing: { now: () => new Date(time), sleep: (milliseconds) => { time += milliseconds; return Promise.resolve(); } },
  });
  faulty.api(graphError(503, { 'retry-after': '29' }));
  faulty.onRequest = () => { time += 20_000; };
  await expect(slow.directory(actor).organization()).rejects.toMatchObject({ code: 'E-BUSY' });
  expect(faulty.requests).toHaveLength(2);
});

describe('Entra', () => {
  const entraError = (status: number, code: string, headers: Record<string, string> = {}): Scripted => ({
    status,
    headers,
    body: { error: 'invalid_grant', error_description: `${code}: What it says. Trace ID: t-1 Correlation ID: c-1`, correlation_id: 'c-1' },
  });

  test.each([429, 503])('is asked again after %i, although MSAL would remember it for a minute', async (status) => {
    faulty.tokens(entraError(status, 'AADSTS90033', { 'retry-after': '3' }), { status: 200, body: { token_type: 'Bearer', expires_in: 3599, access_token: accessToken } });
    faulty.api(organization);
    await directory.organization();
    expect(slept).toEqual([3000]);
    expect(faulty.tokenRequests).toHaveLength(2);
  });

  test('that cuts the connection is asked again, then E-UNREACHABLE', async () => {
    faulty.tokens('cut');
    await expect(directory.organization()).rejects.toMatchObject({ code: 'E-UNREACHABLE', upstream: { service: 'entra' } });
    expect(faulty.tokenRequests).toHaveLength(4);
    expect(faulty.requests).toEqual([]);
  });

  test.each(['AADSTS50076', 'AADSTS500133', 'AADSTS53003'])('%s is for the person to end: E-SIGN-IN', async (code) => {
    faulty.tokens(entraError(400, code));
    await expect(directory.organization()).rejects.toMatchObject({
      code: 'E-SIGN-IN',
      upstream: { service: 'entra', status: 400, code, message: `${code}: What it says.`, requestId: 'c-1' },
    });
    expect(faulty.tokenRequests).toHaveLength(1);
  });

  test.each(['AADSTS65001', 'AADSTS65004'])('%s is for an administrator to end: E-CONSENT', async (code) => {
    faulty.tokens(entraError(400, code));
    await expect(directory.organization()).rejects.toMatchObject({ code: 'E-CONSENT', upstream: { service: 'entra', code, requestId: 'c-1' } });
    expect(faulty.tokenRequests).toHaveLength(1);
  });

  const wanted = JSON.stringify({ access_token: { polids: { essential: true, values: ['p1'] } } });
  const challenge = (code: string, claims: unknown): Scripted => {
    const { body, ...rest } = entraError(400, code) as { status: number; body: object };
    return { ...rest, body: { ...body, error: 'interaction_required', claims } };
  };

  test.each(['AADSTS50074', 'AADSTS50076', 'AADSTS50079', 'AADSTS50078', 'AADSTS50158', 'AADSTS53000', 'AADSTS53003'])('%s with claims asks for a proof: E-CLAIMS', async (code) => {
    faulty.tokens(challenge(code, wanted));
    await expect(directory.organization()).rejects.toMatchObject({ code: 'E-CLAIMS', claims: wanted, person: actor.objectId, upstream: { service: 'entra', code, requestId: 'c-1' } });
    expect(faulty.tokenRequests).toHaveLength(1);
  });

  test.each([
    ['no JSON', 'polids'],
    ['no object', '["polids"]'],
    ['no text', { polids: {} }],
    ['longer than any', JSON.stringify({ access_token: 'x'.repeat(4_000) })],
  ])('claims that are %s are none: E-SIGN-IN', async (_what, claims) => {
    faulty.tokens(challenge('AADSTS50076', claims));
    await expect(directory.organization()).rejects.toMatchObject({ code: 'E-SIGN-IN', claims: undefined });
  });

  test('any other refusal is E-REFUSED and holds no secret', async () => {
    faulty.tokens(entraError(401, 'AADSTS7000215'));
    const thrown: unknown = await directory.organization().catch((failure: unknown) => failure);
    expect(thrown).toMatchObject({ code: 'E-REFUSED', upstream: { code: 'AADSTS7000215' } });
    expect(everythingIn(thrown)).not.toContain(secret);
    expect(everythingIn(thrown)).not.toContain(assertion);
  });
});

describe('a 401 with a claims challenge', () => {
  const lead = { leadId: id, subject: 's', firstName: 'f', lastName: 'l', companyName: 'c', description: 'd' };
  const wanted = JSON.stringify({ access_token: { acrs: { essential: true, value: 'c1' } } });
  const challengeOf = (claims: string) => `Bearer realm="", authorization_uri="https://login.example/common/oauth2/authorize", error="insufficient_claims", claims="${claims}"`;
  const challenge = { 'www-authenticate': challengeOf(Buffer.from(wanted).toString('base64')) };

  test.each([
    ['Graph', 'graph', () => directory.organization(), graphError],
    ['Dataverse', 'dataverse', () => dataverse.accessMode(id), dataverseError],
    ['Power Platform', 'powerPlatform', () => microsoft.powerPlatform(actor).addUser(id, id), powerPlatformError],
    ['Discovery', 'discovery', () => microsoft.environments(actor), powerPlatformError],
  ] as const)('of %s is for the person to prove, and nothing is tried again', async (_name, service, run, error) => {
    faulty.api(error(401, challenge));
    await expect(run()).rejects.toMatchObject({ code: 'E-CLAIMS', claims: wanted, person: actor.objectId, upstream: { service, status: 401 } });
    expect(faulty.requests).toHaveLength(1);
  });

  test.each([
    ['claims that are no base64', challengeOf('%%%')],
    ['claims that are no JSON', challengeOf(Buffer.from('acrs').toString('base64'))],
    ['another error', challenge['www-authenticate'].replace('insufficient_claims', 'invalid_token')],
  ])('of %s is a refused token: one more try', async (_what, header) => {
    faulty.api(graphError(401, { 'www-authenticate': header }));
    await expect(directory.organization()).rejects.toMatchObject({ code: 'E-REFUSED' });
    expect(faulty.requests).toHaveLength(2);
  });

  test('of an application is a refused token: nobody could prove anything', async () => {
    faulty.api(dataverseError(401, challenge));
    await expect(microsoft.leadWriter({ tenantId, appId: id, secret }, faulty.environment).writeLead(lead)).rejects.toMatchObject({ code: 'E-REFUSED' });
    expect(faulty.requests).toHaveLength(2);
  });
});

test('the log names every request sent and holds neither token nor secret', async () => {
  const lines: { request?: string; message: string }[] = [];
  const logged = createMicrosoft({
    cloud: faulty.cloud,
    assertions: { assertionFor: () => Promise.resolve(assertion) },
    signInApp: { clientId: 'c1e10000-0000-4000-8000-000000000001', proof: { kind: 'secret', secret } },
    timing: { sleep: () => Promise.resolve() },
    log: { info: (details, message) => { lines.push({ ...details, message }); } },
  });
  faulty.api(newKey);
  await logged.directory(actor).addKey(id, { displayName: 'k', endsAt: '2027-01-01T00:00:00Z' });
  expect(lines.map(({ request }) => request)).toEqual(['POST /oauth2/v2.0/token', 'POST /applications/{id}/addPassword']);
  for (const kept of [secret, assertion, accessToken, 'the-key-itself']) expect(JSON.stringify(lines)).not.toContain(kept);
});

/** Everything that a logger could find in an error, its causes too. */
function everythingIn(error: unknown, seen = new Set<unknown>()): string {
  if (typeof error !== 'object' || error === null) return String(error);
  if (seen.has(error)) return '';
  seen.add(error);
  return Object.getOwnPropertyNames(error).map((name) => everythingIn(Reflect.get(error, name), seen)).join(' ');
}

describe('The ids by which Microsoft finds a request are collected:', () => {
  const answered = { 'request-id': 'r-1', 'x-ms-service-request-id': 'r-2,r-2b', 'x-ms-correlation-id': 'r-3' };
  const sent: string[] = [];
  beforeEach(() => {
    sent.length = 0;
    faulty.onRequest = (headers) => sent.push(String(headers['client-request-id'] ?? headers['x-ms-client-request-id']));
  });

  test.each(all)('$name: ours, and Microsoft’s with a good answer', async ({ run, good }) => {
    faulty.api(typeof good === 'object' ? { ...good, headers: answered } : good);
    const requestIds: string[] = [];
    await microsoft.collectRequestIds(requestIds, async () => { await run(); });
    expect(sent.length).toBeGreaterThan(0);
    expect(requestIds.filter((each) => each.includes('client-request-id=')).map((each) => each.split('=')[1])).toEqual(sent);
    expect(requestIds.filter((each) => /=r-\d/u.test(each))).toHaveLength(sent.length);
  });

  test.each(all)('$name: with a refusal too', async ({ run, error }) => {
    faulty.api(error(400));
    const requestIds: string[] = [];
    const thrown: unknown = await microsoft.collectRequestIds(requestIds, () => run() as Promise<unknown>).catch((refusal: unknown) => refusal);
    expect(thrown).toMatchObject({ upstream: { clientRequestId: sent[0] } });
    expect(requestIds[0]).toContain(`client-request-id=${sent[0]}`);
    expect(requestIds[1]).toMatch(/=r-\d$/u);
  });

  test('one id of ours for all attempts, Microsoft’s of each', async () => {
    faulty.api(dataverseError(503), { status: 204, headers: { req_id: 'r-9' } });
    const requestIds: string[] = [];
    await microsoft.collectRequestIds(requestIds, () => dataverse.deleteLead(id));
    expect(new Set(sent).size).toBe(1);
    expect(requestIds).toEqual([`x-ms-client-request-id=${sent[0]}`, 'x-ms-service-request-id=r-2', 'req_id=r-9']);
  });

  test('of work at the same time, each its own', async () => {
    faulty.api({ status: 204, headers: answered });
    const [one, other]: [string[], string[]] = [[], []];
    await Promise.all([
      microsoft.collectRequestIds(one, () => dataverse.deleteLead(id)),
      microsoft.collectRequestIds(other, () => directory.saveServicePrincipal(id)),
    ]);
    expect([one.length, other.length]).toEqual([2, 2]);
    expect([one[0], other[0]]).toEqual([expect.stringMatching(/^x-ms-client-request-id=/u), expect.stringMatching(/^client-request-id=/u)]);
  });

  test('nothing of what is no id', async () => {
    faulty.api({ status: 204, headers: { 'x-ms-service-request-id': '<b>=HYPERLINK("x")' } });
    const requestIds: string[] = [];
    await microsoft.collectRequestIds(requestIds, () => dataverse.deleteLead(id));
    expect(requestIds).toHaveLength(1);
  });
});
