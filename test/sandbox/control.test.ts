import { createHash } from 'node:crypto';
import { personaNames, personas } from '../../sandbox/personas.ts';
import { registrations } from '../../sandbox/registrations.ts';
import { solutionFileKinds } from '../../sandbox/solution/files.ts';
import { graphScope, startTenant, type TenantHarness } from './tenantHarness.ts';

let harness: TenantHarness;

beforeAll(async () => {
  harness = await startTenant();
});
afterEach(() => harness.control('reset', {}));
afterAll(() => harness.close());

describe('the state', () => {
  it('has the rows of Graph and of each environment', async () => {
    const { json } = await harness.control('state');

    expect(Object.keys(json.graph)).toEqual(['applications', 'deletedApplications', 'servicePrincipals', 'users', 'deletedUsers', 'subscribedSkus', 'oauth2PermissionGrants']);
    expect(Object.keys(json.dataverse)).toEqual(['contoso', 'contoso-test', 'nolead', 'foreign']);
    expect(json.graph.users.map((user: { userPrincipalName: string }) => user.userPrincipalName)).toContain(personas.priya.userPrincipalName);
  });

  it('is as at the start after a reset', async () => {
    const before = (await harness.control('state')).json.graph;
    await harness.graph('alex', 'POST', '/applications', { body: { displayName: 'x' } });
    await harness.advance('P1D');
    const { status, json } = await harness.control('reset', {});

    expect(status).toBe(200);
    expect(Math.abs(Date.parse(json.now) - Date.now())).toBeLessThan(10_000);
    expect((await harness.control('state')).json.graph).toEqual(before);
    expect((await harness.control('requests')).json).toEqual([]);
  });
});

describe('the requests', () => {
  it('are listed in order, with who called and what was asked to change', async () => {
    await harness.graph('alex', 'GET', '/me?$select=id');
    await harness.graph('priya', 'POST', '/applications', { body: { displayName: 'x' } });
    const requests: { service: string }[] = (await harness.control('requests')).json;

    expect(requests.filter(({ service }) => service === 'graph')).toEqual([
      { service: 'graph', method: 'GET', host: new URL(harness.sandbox.url).host, path: '/graph/v1.0/me?$select=id', status: 200, actor: personas.alex.userPrincipalName, body: null, changing: false },
      { service: 'graph', method: 'POST', host: new URL(harness.sandbox.url).host, path: '/graph/v1.0/applications', status: 403, actor: personas.priya.userPrincipalName, body: { displayName: 'x' }, changing: true },
    ]);
  });

  it('hold no secret', async () => {
    const assertion = await harness.assertion('alex');
    await harness.delegatedToken('alex', graphScope);
    const { text, json } = await harness.control('requests');

    for (const secret of [registrations.bot.secret, registrations.signIn.secret, assertion]) expect(text).not.toContain(secret);
    expect(json.find(({ body }: { body: { assertion?: string } | null }) => body?.assertion !== undefined)).toMatchObject({
      service: 'entra',
      changing: false,
      body: { client_id: registrations.signIn.appId, client_secret: '***', assertion: '***' },
    });
  });

  it('do not count the check of a solution file as a change', async () => {
    const { url } = harness.sandbox.environments.contoso;
    const token = await harness.delegatedToken('alex', `${url}/.default`);
    await harness.call('POST', `${url}/api/data/v9.2/StageSolution`, { token, body: { CustomizationFile: 'AAAA' } });

    expect((await harness.control('requests')).json.at(-1)).toMatchObject({ method: 'POST', changing: false });
  });

  it('include those to an environment, named', async () => {
    const { url } = harness.sandbox.environments['contoso-test'];
    const token = await harness.delegatedToken('alex', `${url}/.default`);
    const reply = await harness.call('GET', `${url}/api/data/v9.2/WhoAmI`, { token });

    expect(reply.status).toBe(200);
    expect((await harness.control('requests')).json.at(-1)).toMatchObject({ service: 'dataverse contoso-test', host: new URL(url).host, path: '/api/data/v9.2/WhoAmI', actor: personas.alex.userPrincipalName });
  });
});

describe('the clock', () => {
  it('advances by an ISO 8601 duration', async () => {
    const before = Date.parse((await harness.control('clock')).json.now);
    const { json } = await harness.control('clock', { advance: 'P1DT10S' });

    expect(Date.parse(json.now) - before).toBeGreaterThanOrEqual(86_410_000);
    expect(Date.parse(json.now) - before).toBeLessThan(86_420_000);
  });
});

it.each(personaNames)('lets a Teams user be %s', async (persona) => {
  const { json } = await harness.control('sign-in', { userId: '29:somebody', persona });

  const { objectId, userPrincipalName } = personas[persona];
  expect(json).toMatchObject({ objectId, userPrincipalName });
});

describe('the conditions', () => {
  it('are those of an ordinary tenant until they are set, part by part', async () => {
    const before = (await harness.control('conditions')).json;
    const { json } = await harness.control('conditions', { registration: 'everybody', replication: { keyToToken: 'PT60S' } });

    expect(before).toMatchObject({ registration: 'administrators', keyPolicy: 'none', undiscovered: [] });
    expect(json).toEqual({ ...before, registration: 'everybody', replication: { ...before.replication, keyToToken: 'PT60S' } });
    expect((await harness.control('conditions')).json).toEqual(json);
    await harness.control('reset', {});
    expect((await harness.control('conditions')).json).toEqual(before);
  });

  it('stay as they were when one of them is wrong', async () => {
    const before = (await harness.control('conditions')).json;
    const refused = await harness.control('conditions', { registration: 'everybody', weather: 'fine' });

    expect(refused.status).toBe(400);
    expect((await harness.control('conditions')).json).toEqual(before);
  });
});

it('holds answers back as long as it is told, but not its own', async () => {
  await harness.control('latency', { ms: 60 });
  const [own, started] = [await timed(() => harness.control('clock')), await timed(() => harness.call('GET', `${harness.sandbox.cloud.graph.url}/me`))];

  expect(own).toBeLessThan(60);
  expect(started).toBeGreaterThanOrEqual(59);
});

async function timed(call: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await call();
  return performance.now() - startedMs;
}

it.each([
  ['clock', { advance: 'ten seconds' }, 'advance: "ten seconds" is not an ISO 8601 duration such as PT10S or P30D.'],
  ['clock', {}, /advance/],
  ['latency', { ms: -1 }, /ms/],
  ['sign-in', { userId: 'x', persona: 'bob' }, /persona/],
  ['sign-in', { userId: '', persona: 'alex' }, /userId/],
  ['reset', { tenant: 'fabrikam' }, /tenant/],
  ['roles', { persona: 'alex', activate: ['9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3'] }, 'alex is not eligible for the role 9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3.'],
  ['conditions', { weather: 'fine' }, /weather/],
  ['conditions', { keyPolicy: { maxLifetime: 'half a year' } }, /keyPolicy/],
  ['conditions', { replication: { filter: 'PT61S' } }, 'replication.filter: At most PT60S.'],
])('POST %s %j is refused with a sentence', async (path, body, message) => {
  const { status, json } = await harness.control(path, body);

  expect(status).toBe(400);
  expect(json.error.message).toMatch(message);
});

it('an operation that does not exist is refused with those that do', async () => {
  expect(await harness.control('weather', {})).toMatchObject({ status: 404, json: { error: { message: expect.stringContaining('POST /clock') } } });
});

it('a body beyond the limit is refused', async () => {
  expect((await harness.control('reset', 'x'.repeat(33 * 1024 * 1024))).status).toBe(413);
});

describe('the solution files', () => {
  it('begin with the good one, which the bot is told of', () => {
    expect(harness.sandbox.botEnvironment).toMatchObject(harness.sandbox.solutionSource('good'));
  });

  it.each(solutionFileKinds)('%s is served with the hash that was made from it', async (kind) => {
    const { SOLUTION_SOURCE, SOLUTION_SHA256 } = harness.sandbox.solutionSource(kind);
    const response = await fetch(SOLUTION_SOURCE);
    const file = Buffer.from(await response.arrayBuffer());

    expect(response.headers.get('content-type')).toMatch(kind === 'noZip' ? 'text/html' : 'application/zip');
    expect(createHash('sha256').update(file).digest('hex')).toBe(SOLUTION_SHA256);
  });

  it('have names of their own, and others are not there', async () => {
    const addresses = solutionFileKinds.map((kind) => harness.sandbox.solutionSource(kind).SOLUTION_SOURCE);

    expect(new Set(addresses).size).toBe(solutionFileKinds.length);
    expect((await fetch(`${harness.sandbox.url}/solution/other.zip`)).status).toBe(404);
  });
});

it('finds the environments of the tenant by discovery, each where its tokens are for', async () => {
  const { url, scope } = harness.sandbox.cloud.discovery;
  const { json } = await harness.call('GET', `${url}/Instances?$select=ApiUrl,TenantId`, { token: await harness.delegatedToken('alex', scope) });
  const hosts = json.value.map(({ ApiUrl }: { ApiUrl: string }) => new URL(ApiUrl).host);

  expect(hosts).toHaveLength(3);
  for (const host of hosts) expect(host).toMatch(new RegExp(harness.sandbox.cloud.dataverseHost));
});
