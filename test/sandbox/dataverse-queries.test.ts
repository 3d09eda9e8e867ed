import { createdId, createHarness, errorOf, origins, type Call } from './dataverseHarness.ts';

const api = `${origins.contoso}/api/data/v9.2`;
const anyId = '00000000-0000-4000-8000-000000000000';

describe('the address', () => {
  test.each<[string, number, string, Call]>([
    ['/gizmos', 404, '0x8006088a', {}],
    ['/Leads', 404, '0x8006088a', {}],
    ['/systemusers(x)', 400, '0x80060888', {}],
    [`/systemusers(${anyId})`, 404, '0x80040217', {}],
    [`/systemusers(${anyId})/pets`, 404, '0x8006088a', {}],
    ['/leads?$select=leadid,shoesize', 400, '0x80060888', {}],
    ['/leads?$filter=shoesize eq 4', 400, '0x80060888', {}],
    ['/leads?$filter=subject like x', 400, '0x80060888', {}],
    [`/roles?$filter=businessunitid eq ${anyId}`, 400, '0x80060888', {}],
    [`/leads(${anyId}`, 400, '0x80060888', {}],
    ['/leads?$select=shoesize', 400, '0x80060888', { method: 'POST', body: { lastname: 'X' } }],
    ['/leads?$expand=shoes', 400, '0x80060888', {}],
    ['/WhoAmI', 405, '0x80060888', { method: 'POST', body: {} }],
    ['/privileges', 400, '0x80040800', { method: 'POST', body: { name: 'prvX' } }],
    ["/EntityDefinitions(LogicalName='shoe')", 404, '0x80041102', {}],
    [`/RetrieveSolutionImportResult(Foo=${anyId})`, 400, '0x80048d19', {}],
    ['/$metadata', 501, '0x80040800', {}],
  ])('%s is %d %s', async (path, status, code, call) => {
    const answer = await createHarness().call(path, call);
    expect([answer.status, errorOf(answer).code]).toEqual([status, code]);
  });

  test('is of version 9.2 and no other', async () => {
    const harness = createHarness();
    const answer = await harness.call('/../v9.1/WhoAmI');
    expect([answer.status, errorOf(answer).code]).toEqual([404, '0x8006088a']);
  });

  test('names the context and the etag of what it answers', async () => {
    const { get } = createHarness();
    expect(await get('/leads?$select=subject&$top=1')).toEqual({
      '@odata.context': `${api}/$metadata#leads(subject)`,
      value: [{ '@odata.etag': expect.stringMatching(/^W\/"\d+"$/), subject: expect.any(String), leadid: expect.any(String) }],
    });
  });
});

describe('rows', () => {
  test('come in pages of the size that is asked for', async () => {
    const { call, get } = createHarness();
    const first = await call('/leads?$orderby=lastname desc&$select=lastname&$count=true', { headers: { prefer: 'odata.maxpagesize=2' } });
    expect(first).toMatchObject({
      headers: { 'Preference-Applied': 'odata.maxpagesize=2' },
      body: { '@odata.count': 3, value: [{ lastname: 'Silva' }, { lastname: 'Ono' }], '@odata.nextLink': expect.stringContaining(`${api}/leads?`) },
    });
    const link = String(Object.entries(first.body ?? {}).find(([name]) => name === '@odata.nextLink')?.[1]).slice(api.length);
    expect(await get(link, { headers: { prefer: 'odata.maxpagesize=2' } })).toEqual(expect.objectContaining({ value: [expect.objectContaining({ lastname: 'Bergmann' })] }));
  });

  test('bring along what $expand names', async () => {
    const { list } = createHarness();
    const [rita] = await list(`/systemusers?$filter=fullname eq 'Rita Reader'&$select=fullname&$expand=systemuserroles_association($select=name),businessunitid($select=name)`);
    expect(rita).toMatchObject({ systemuserroles_association: [{ name: 'Basic User' }], businessunitid: { name: 'Contoso' } });
  });

  test('are found through what they relate to', async () => {
    const { list } = createHarness();
    expect(await list(`/systemusers?$filter=systemuserroles_association/any(r:r/name eq 'Basic User')&$select=fullname`)).toMatchObject([{ fullname: 'Rita Reader' }]);
    expect(await list(`/solutions?$filter=publisherid/customizationprefix eq 'new'&$select=uniquename`)).toMatchObject([{ uniquename: 'Default' }]);
  });

  test('that are still the same are 304', async () => {
    const { call, list } = createHarness();
    const [lead] = await list('/leads?$top=1');
    const answer = await call(`/leads(${String(lead?.['leadid'])})`, { headers: { 'if-none-match': String(lead?.['@odata.etag']) } });
    expect(answer.status).toBe(304);
  });

  test('say that the lead table is there', async () => {
    const { get } = createHarness();
    expect(await get("/EntityDefinitions(LogicalName='lead')?$select=LogicalName")).toEqual({
      '@odata.context': `${api}/$metadata#EntityDefinitions(LogicalName)/$entity`, LogicalName: 'lead', MetadataId: expect.any(String),
    });
  });
});

describe('a lead', () => {
  const lead = { subject: 'Test lead', firstname: 'MSFT_TEST', lastname: 'Setup', companyname: 'MSFT_TEST_1', emailaddress1: 'a@b.example', leadsourcecode: 8 };

  test('takes the id that its writer chose, once', async () => {
    const { call, get } = createHarness();
    const body = { ...lead, leadid: anyId };
    const created = await call('/leads', { method: 'POST', body });
    expect([created.status, created.headers?.['OData-EntityId'], createdId(created)]).toEqual([204, `${api}/leads(${anyId})`, anyId]);
    const again = await call('/leads', { method: 'POST', body });
    expect([again.status, errorOf(again).code]).toEqual([412, '0x80040237']);
    expect(await get(`/leads(${anyId})?$select=fullname,statecode,createdon`)).toMatchObject({ fullname: 'MSFT_TEST Setup', statecode: 0, createdon: '2026-11-22T10:00:00Z' });
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['an unknown column', { shoesize: 44 }, '0x80048d19'],
    ['a text that is too long', { subject: 'x'.repeat(301) }, '0x80044331'],
    ['a source that is no option', { leadsourcecode: 99 }, '0x8004431a'],
    ['an id that is none', { leadid: 'x' }, '0x80048d19'],
  ])('with %s is refused', async (_, extra, code) => {
    const answer = await createHarness().call('/leads', { method: 'POST', body: { ...lead, ...extra } });
    expect([answer.status, errorOf(answer).code]).toEqual([400, code]);
  });

  test('is changed only if it is still what the writer saw', async () => {
    const { call, get } = createHarness();
    const path = `/leads(${createdId(await call('/leads', { method: 'POST', body: lead }))})`;
    const seen = String((await get(path))['@odata.etag']);
    expect((await call(path, { method: 'PATCH', body: { lastname: 'Two' }, headers: { 'if-match': seen } })).status).toBe(204);
    expect(await get(`${path}?$select=fullname`)).toMatchObject({ fullname: 'MSFT_TEST Two' });
    const late = await call(path, { method: 'PATCH', body: { lastname: 'Three' }, headers: { 'if-match': seen } });
    expect([late.status, errorOf(late).code]).toEqual([412, '0x80060882']);
  });

  test('does not let its writer set what the platform keeps', async () => {
    const { call, get } = createHarness();
    const body = { ...lead, leadid: anyId, createdon: '2001-01-01T00:00:00Z', versionnumber: 1, fullname: 'Somebody Else' };
    await call('/leads', { method: 'POST', body });
    expect(await get(`/leads(${anyId})`)).toMatchObject({ createdon: '2026-11-22T10:00:00Z', fullname: 'MSFT_TEST Setup' });
  });

  test('belongs to the owner it is bound to', async () => {
    const { call, get, list } = createHarness();
    const [priya] = await list(`/systemusers?$filter=fullname eq 'Priya Power'`);
    const owner = String(priya?.['systemuserid']);
    await call('/leads', { method: 'POST', body: { ...lead, leadid: anyId, 'ownerid@odata.bind': `/systemusers(${owner})` } });
    expect(await get(`/leads(${anyId})?$select=_ownerid_value,ownerid`)).toMatchObject({ _ownerid_value: owner });
  });

  test('that is not there is made by a PATCH, unless If-Match forbids', async () => {
    const { call } = createHarness();
    const path = `/leads(${anyId})`;
    expect((await call(path, { method: 'PATCH', body: lead, headers: { 'if-match': '*' } })).status).toBe(404);
    expect((await call(path, { method: 'PATCH', body: lead })).status).toBe(204);
  });

  test('is found by the mark of a test', async () => {
    const { call, list } = createHarness();
    await call('/leads', { method: 'POST', body: lead });
    const found = await list(`/leads?$filter=startswith(lastname,'MSFT_TEST') or startswith(companyname,'MSFT_TEST')&$select=leadid,fullname,companyname,createdon,_createdby_value`);
    expect(found).toMatchObject([{ companyname: 'MSFT_TEST_1' }]);
  });
});

test('the state shows every environment as its API would', async () => {
  const { dataverse, list } = createHarness();
  const leads = await list('/leads');
  expect(dataverse.state()).toMatchObject({
    contoso: { leads, solutions: [{ uniquename: 'Default' }], systemuserroles: expect.any(Array), importjobs: [], asyncoperations: [] },
    'contoso-test': { systemusers: expect.arrayContaining([expect.objectContaining({ fullname: 'Alex Admin' })]) },
  });
});
