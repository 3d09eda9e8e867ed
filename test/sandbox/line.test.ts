import { startTenant, type TenantHarness } from './tenantHarness.ts';

let harness: TenantHarness;

beforeAll(async () => {
  harness = await startTenant();
});
afterAll(() => harness.close());

it('lets an application made in Graph into an environment only once it is a user there', async () => {
  const { url } = harness.sandbox.environments.contoso;
  const api = `${url}/api/data/v9.2`;
  const { json: application } = await harness.graph('alex', 'PATCH', "/applications(uniqueName='line')", { body: { displayName: 'Line' }, headers: { prefer: 'create-if-missing' } });
  await harness.advance('PT3S');
  await harness.graph('alex', 'POST', '/servicePrincipals', { body: { appId: application.appId } });
  const { json: key } = await harness.graph('alex', 'POST', `/applications/${application.id}/addPassword`, {});
  await harness.advance('PT4S');
  const asApplication = await harness.applicationToken(application.appId, key.secretText, `${url}/.default`);
  const asAlex = await harness.delegatedToken('alex', `${url}/.default`);
  const whoAmI = () => harness.call('GET', `${api}/WhoAmI`, { token: asApplication });
  const before = await whoAmI();
  const root = await harness.call('GET', `${api}/businessunits?$filter=_parentbusinessunitid_value eq null&$select=businessunitid`, { token: asAlex });
  const user = { applicationid: application.appId, 'businessunitid@odata.bind': `/businessunits(${root.json.value[0].businessunitid})` };
  const created = await harness.call('POST', `${api}/systemusers`, { token: asAlex, body: user });

  expect(before.status).toBe(403);
  expect([created.status, created.text]).toEqual([204, '']);
  expect((await harness.control('state')).json.dataverse.contoso.systemusers).toContainEqual(expect.objectContaining({ applicationid: application.appId }));
});
