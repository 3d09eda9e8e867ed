import { type TenantHarness, startTenant } from './tenantHarness.ts';

let harness: TenantHarness;

beforeAll(async () => {
  harness = await startTenant();
});
afterEach(() => harness.control('reset', {}));
afterAll(() => harness.close());

const befall = (...faults: object[]) => harness.control('faults', faults);
const register = (displayName = 'x') => harness.graph('alex', 'POST', '/applications', { body: { displayName } });
const names = async () => (await harness.control('state')).json.graph.applications.map(({ displayName }: { displayName: string }) => displayName);
const happened = async () => (await harness.control('faults')).json.map((fault: { happened: number }) => fault.happened);
const dataverse = async (method: string, path: string) => {
  const { url } = harness.sandbox.environments.contoso;
  return harness.call(method, `${url}/api/data/v9.2${path}`, { token: await harness.delegatedToken('alex', `${url}/.default`) });
};

describe('A fault', () => {
  it('cuts the connection before anything is done', async () => {
    await befall({ match: 'POST /applications', kind: 'drop-before' });
    await expect(register()).rejects.toThrow('fetch failed');
    expect(await names()).toEqual([]);
    expect((await harness.control('requests')).json.at(-1)).toMatchObject({ method: 'POST', path: '/graph/v1.0/applications', status: 0, changing: true });
  });

  it('… or after it was done', async () => {
    await befall({ match: 'POST /applications', kind: 'drop-after' });
    await expect(register()).rejects.toThrow('fetch failed');
    expect(await names()).toEqual(['x']);
  });

  it.each([['hang-before', []], ['hang-after', ['x']]])('%s lets the client wait until it gives up', async (kind, left) => {
    await befall({ match: 'POST /applications', kind });
    const asked = register();
    const until = async (holds: () => Promise<boolean>): Promise<void> => ((await holds()) ? undefined : until(holds));
    // It is counted as soon as it befalls; what the request does comes afterwards.
    await until(async () => (await happened())[0] === 1 && (await names()).length === left.length);
    const isAnswered = await Promise.race([asked.then(() => true), happened().then(() => false)]);
    expect(isAnswered).toBe(false);
    expect(await names()).toEqual(left);
    asked.catch(() => undefined);
  });

  it('is a status in the error body of the service, with nothing done', async () => {
    await befall({ match: 'POST /applications', kind: 'status:500' });
    const { status, json } = await register();
    expect(status).toBe(500);
    expect(json.error).toMatchObject({ code: 'Service_InternalServerError', innerError: { 'request-id': expect.any(String) } });
    expect(await names()).toEqual([]);
  });

  it('is a 429 that says for how long', async () => {
    await befall({ match: 'GET /WhoAmI', kind: 'throttle:7' });
    const { status, headers, json } = await dataverse('GET', '/WhoAmI');
    expect([status, headers.get('retry-after'), json.error.code]).toEqual([429, '7', '0x80072322']);
  });

  it('is an answer that comes late', async () => {
    await befall({ match: 'POST /applications', kind: 'delay:60' });
    const startedMs = performance.now();
    expect((await register()).status).toBe(201);
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(59);
  });

  it('befalls as many requests as it is told, after those that are let through', async () => {
    await befall({ match: 'POST /applications', kind: 'status:503', times: 2, after: 1 });
    const statuses = [];
    for (const name of ['a', 'b', 'c', 'd']) statuses.push((await register(name)).status);
    expect(statuses).toEqual([201, 503, 503, 201]);
    expect(await happened()).toEqual([2]);
  });

  it('befalls what its pattern names: a star is anything but a slash', async () => {
    const { id } = (await register()).json;
    await befall({ match: 'POST /applications/*/addPassword', kind: 'status:503' }, { match: '* /applications', kind: 'status:500', times: 9 });
    expect((await harness.graph('alex', 'GET', `/applications/${id}`)).status).toBe(200);
    expect((await harness.graph('alex', 'POST', `/applications/${id}/addPassword`, { body: {} })).status).toBe(503);
    expect((await harness.graph('alex', 'GET', '/applications?$top=1')).status).toBe(500);
  });

  it('is over when others are set, and after a reset', async () => {
    await befall({ match: 'POST /applications', kind: 'status:500' });
    await befall({ match: 'POST /users', kind: 'status:500' });
    expect((await register()).status).toBe(201);
    await harness.control('reset', {});
    expect((await harness.control('faults')).json).toEqual([]);
  });
});

describe('Every service has faults, in its own words', () => {
  it('a page that stands before Dataverse', async () => {
    await befall({ match: 'GET /WhoAmI', kind: 'status:503' });
    const { status, text, headers } = await dataverse('GET', '/WhoAmI');
    expect([status, headers.get('content-type')]).toEqual([503, 'text/html; charset=us-ascii']);
    expect(text).toContain('HTTP Error 503.');
  });

  it('Power Platform', async () => {
    await befall({ match: 'GET /environments', kind: 'status:500' });
    const { url, scope } = harness.sandbox.cloud.powerPlatform;
    const path = '/providers/Microsoft.BusinessAppPlatform/scopes/admin/environments?api-version=2020-10-01';
    const { status, json } = await harness.call('GET', `${url}${path}`, { token: await harness.delegatedToken('alex', scope) });
    expect([status, json.error.code]).toEqual([500, 'InternalServerError']);
  });

  it('Entra’s token endpoint', async () => {
    await befall({ match: 'POST /oauth2/v2.0/token', kind: 'throttle:3' });
    const { status, headers, json } = await harness.call('POST', `${harness.sandbox.cloud.entra.authorityHost}/common/oauth2/v2.0/token`, { body: {} });
    expect([status, headers.get('retry-after'), json.error_codes]).toEqual([429, '3', [90055]]);
  });

  it('a key vault', async () => {
    await befall({ match: 'GET /secrets/*', kind: 'throttle:2' });
    const { status, headers, json } = await harness.call('GET', `${harness.sandbox.vaults['customer-vault'].url}/secrets/x?api-version=7.4`);
    expect([status, headers.get('retry-after'), json.error.code]).toEqual([429, '2', 'Throttled']);
  });

  it('and what is not Microsoft’s API', async () => {
    await befall({ match: 'GET /solution/*', kind: 'status:404' });
    const { status } = await fetch(harness.sandbox.botEnvironment['SOLUTION_SOURCE'] ?? '');
    expect(status).toBe(404);
  });
});

it.each([
  [{ match: 'POST /applications', kind: 'explode' }, /0\.kind: One of drop-before/],
  [{ match: 'applications', kind: 'drop-before' }, /0\.match: A method/],
  [{ match: 'POST /applications', kind: 'drop-before', times: 0 }, /0\.times/],
  [{ match: 'POST /applications', kind: 'drop-before', often: 2 }, /often/],
])('%j is refused with a sentence', async (fault, message) => {
  const { status, json } = await befall(fault);
  expect(status).toBe(400);
  expect(json.error.message).toMatch(message);
});
