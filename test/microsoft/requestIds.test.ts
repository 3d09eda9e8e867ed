import { all, dataverse, dataverseError, directory, faulty, id, microsoft } from './faultyMicrosoft.ts';

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
