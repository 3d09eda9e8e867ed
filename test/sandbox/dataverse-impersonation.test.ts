import { personas, type PersonaName } from '../../sandbox/personas.ts';
import { bodyOf, createdId, createHarness, errorOf, type Call, type Harness } from './dataverseHarness.ts';

const actingFor = (name: PersonaName): Call => ({ headers: { callerobjectid: personas[name].objectId } });
const idOf = async ({ get }: Harness, as: PersonaName) => String((await get('/WhoAmI', { as }))['UserId']);
const lead = { subject: 'Test', firstname: 'Test', lastname: 'Lead', companyname: 'Contoso' };

test('WhoAmI is the user who is acted for', async () => {
  const harness = createHarness();

  expect((await harness.get('/WhoAmI', actingFor('rita')))['UserId']).toBe(await idOf(harness, 'rita'));
});

test('a lead is that user’s, and tells who really made and changed it', async () => {
  const harness = createHarness();
  const created = await harness.call('/leads', { ...actingFor('priya'), method: 'POST', body: lead });
  const row = `/leads(${createdId(created)})`;
  const [alex, priya] = [await idOf(harness, 'alex'), await idOf(harness, 'priya')];

  expect(await harness.get(`${row}?$expand=createdonbehalfby($select=fullname)`)).toMatchObject({
    _createdby_value: priya, _ownerid_value: priya, _createdonbehalfby_value: alex, createdonbehalfby: { fullname: 'Alex Admin' },
  });
  await harness.call(row, { method: 'PATCH', body: { subject: 'Changed' } });
  expect(await harness.get(row)).toMatchObject({ _modifiedby_value: alex, _modifiedonbehalfby_value: null, _createdonbehalfby_value: alex });
});

test('a lead that somebody makes for themselves is on nobody’s behalf', async () => {
  const harness = createHarness();
  const created = await harness.call('/leads', { method: 'POST', body: lead });

  expect(await harness.get(`/leads(${createdId(created)})`)).toMatchObject({ _createdby_value: await idOf(harness, 'alex'), _createdonbehalfby_value: null });
});

test.each<[string, PersonaName, PersonaName, PersonaName]>([
  ['the user who is acted for', 'alex', 'rita', 'rita'],
  ['who acts', 'una', 'priya', 'una'],
])('what %s may not do is refused', async (_, as, user, lacking) => {
  const harness = createHarness();
  const answer = await harness.call('/leads', { ...actingFor(user), as, method: 'POST', body: lead });

  expect(answer.status).toBe(403);
  expect(errorOf(answer)).toMatchObject({ code: '0x80040220', message: expect.stringContaining(`Principal user (Id=${await idOf(harness, lacking)}`) });
});

test('without the privilege nobody acts for anybody', async () => {
  const answer = await createHarness().call('/WhoAmI', { ...actingFor('alex'), as: 'rita' });

  expect([answer.status, errorOf(answer)]).toEqual([403, { code: '0x80040220', message: expect.stringContaining('prvActOnBehalfOfAnotherUser') }]);
});

describe('the user who is acted for', () => {
  test.each(['tomas', 'nobody'])('is not a member: %s', async (name) => {
    const callerobjectid = name === 'tomas' ? personas.tomas.objectId : '00000000-0000-4000-8000-000000000000';
    const answer = await createHarness().call('/WhoAmI', { headers: { callerobjectid } });

    expect([answer.status, errorOf(answer)]).toEqual([403, { code: '0x80072560', message: 'The user is not a member of the organization.' }]);
  });

  test('is disabled', async () => {
    const harness = createHarness();
    await harness.call(`/systemusers(${await idOf(harness, 'rita')})`, { method: 'PATCH', body: { isdisabled: true } });
    const answer = await harness.call('/WhoAmI', actingFor('rita'));

    expect([answer.status, errorOf(answer).code]).toEqual([403, '0x80040225']);
  });

  test('has no role', async () => {
    const harness = createHarness();
    const rita = await idOf(harness, 'rita');
    const [role] = await harness.list(`/systemusers(${rita})/systemuserroles_association?$select=roleid`);
    await harness.call(`/systemusers(${rita})/systemuserroles_association(${String(role?.['roleid'])})/$ref`, { method: 'DELETE' });
    const answer = await harness.call('/WhoAmI', actingFor('rita'));

    expect([answer.status, errorOf(answer)]).toEqual([403, { code: '0x80042f09', message: expect.stringContaining('no roles are assigned to user') }]);
  });

  test('is named by an object id, in the header that is for it', async () => {
    const harness = createHarness();

    expect((await harness.call('/WhoAmI', { headers: { callerobjectid: 'rita' } })).status).toBe(400);
    expect((await harness.call('/WhoAmI', { headers: { mscrmcallerid: await idOf(harness, 'rita') } })).status).toBe(501);
  });
});

test('people are read with the rights of both', async () => {
  const harness = createHarness();
  const found = bodyOf(await harness.call(`/systemusers?$filter=azureactivedirectoryobjectid eq ${personas.priya.objectId}&$select=fullname`, actingFor('rita')));

  expect(found['value']).toMatchObject([{ fullname: 'Priya Power' }]);
});
