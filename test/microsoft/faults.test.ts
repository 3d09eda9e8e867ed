import { createMicrosoft } from '../../src/microsoft/index.ts';
import { accessToken, tenantId } from './faultyCloud.ts';
import { actor, all, assertion, dataverse, deadline, directory, everythingIn, faulty, graphError, id, mayRepeat, newKey, now, onlyOnce, organization, secret, slept } from './faultyMicrosoft.ts';

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
