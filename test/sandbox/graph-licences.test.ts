import { personas, tenant } from '../../sandbox/personas.ts';
import { startTenant, type TenantHarness } from './tenantHarness.ts';

let harness: TenantHarness;

beforeAll(async () => {
  harness = await startTenant();
});
afterEach(() => harness.control('reset', {}));
afterAll(() => harness.close());

const alex = (method: string, path: string, options?: Parameters<TenantHarness['graph']>[3]) => harness.graph('alex', method, path, options);

interface Stock {
  skuId: string;
  skuPartNumber: string;
  consumedUnits: number;
  prepaidUnits: { enabled: number; suspended: number };
  servicePlans: { servicePlanId: string }[];
}

const stock = async (): Promise<Stock[]> => (await alex('GET', '/subscribedSkus')).json.value;
const sku = async (name: string): Promise<Stock> => {
  const found = (await stock()).find(({ skuPartNumber }) => skuPartNumber === name);
  if (found === undefined) throw new Error(`There is no ${name}.`);
  return found;
};
const user = async (changes: Record<string, unknown> = { usageLocation: 'DE' }): Promise<string> => {
  const body = { accountEnabled: true, displayName: 'Lead Writer', mailNickname: 'lead', userPrincipalName: 'lead@contoso.example', passwordProfile: { password: 'Correct-horse-7' }, ...changes };
  return (await alex('POST', '/users', { body })).json.id;
};
const assign = (id: string, addLicenses: unknown[], removeLicenses: unknown[] = []) => alex('POST', `/users/${id}/assignLicense`, { body: { addLicenses, removeLicenses } });
const bad = (message: string) => ({ status: 400, json: { error: { code: 'Request_BadRequest', message: expect.stringContaining(message) } } });

it('the stock has some that is free, some that is used up, some that is suspended and one without Dynamics', async () => {
  const rows = await stock();

  expect(rows.map(({ skuPartNumber, prepaidUnits: { enabled, suspended }, consumedUnits }) => [skuPartNumber, enabled, consumedUnits, suspended])).toEqual([
    ['DYN365_ENTERPRISE_SALES', 10, 7, 0],
    ['DYN365_TEAM_MEMBERS', 25, 5, 0],
    ['D365_SALES_PRO', 2, 2, 0],
    ['DYN365_ENTERPRISE_CUSTOMER_SERVICE', 0, 0, 5],
    ['ENTERPRISEPACK', 50, 41, 0],
  ]);
  expect((await alex('GET', '/subscribedSkus?$select=skuPartNumber,capabilityStatus')).json.value[3]).toEqual({ skuPartNumber: 'DYN365_ENTERPRISE_CUSTOMER_SERVICE', capabilityStatus: 'Suspended' });
});

it('how much is bought can be set', async () => {
  await harness.control('conditions', { microsoft365: { bought: { DYN365_ENTERPRISE_SALES: 7, D365_SALES_PRO: 3 } } });
  const [sales, professional] = [await sku('DYN365_ENTERPRISE_SALES'), await sku('D365_SALES_PRO')];

  expect([sales.prepaidUnits.enabled, professional.prepaidUnits.enabled]).toEqual([7, 3]);
  expect(await assign(await user(), [{ skuId: sales.skuId }])).toMatchObject(bad('does not have any available licenses'));
});

describe('a licence is assigned', () => {
  it('once, however often it is asked for, and shows at once', async () => {
    const [id, { skuId }] = [await user(), await sku('DYN365_ENTERPRISE_SALES')];
    const replies = [await assign(id, [{ skuId, disabledPlans: [] }]), await assign(id, [{ skuId, disabledPlans: [] }])];

    expect(replies.map(({ status }) => status)).toEqual([200, 200]);
    expect((await sku('DYN365_ENTERPRISE_SALES')).consumedUnits).toBe(8);
    expect((await alex('GET', `/users/${id}?$select=assignedLicenses`)).json.assignedLicenses).toEqual([{ skuId, disabledPlans: [] }]);
    expect((await alex('GET', `/users/${id}/licenseDetails?$select=skuId,skuPartNumber`)).json.value).toEqual([{ skuId, skuPartNumber: 'DYN365_ENTERPRISE_SALES' }]);
  });

  it('and taken away, by which one more is free', async () => {
    const [id, { skuId }] = [await user(), await sku('DYN365_TEAM_MEMBERS')];
    await assign(id, [{ skuId }]);
    await assign(id, [], [skuId]);

    expect((await sku('DYN365_TEAM_MEMBERS')).consumedUnits).toBe(5);
    expect((await alex('GET', `/users/${id}/licenseDetails`)).json.value).toEqual([]);
    expect(await assign(id, [], [skuId])).toMatchObject(bad('User does not have a corresponding license.'));
  });

  it('and free again when its holder is deleted', async () => {
    const [id, { skuId }] = [await user(), await sku('DYN365_TEAM_MEMBERS')];
    await assign(id, [{ skuId }]);
    await alex('DELETE', `/users/${id}`);

    expect((await sku('DYN365_TEAM_MEMBERS')).consumedUnits).toBe(5);
  });

  it('not to somebody without a usage location', async () => {
    const [id, { skuId }] = [await user({}), await sku('DYN365_ENTERPRISE_SALES')];

    expect(await assign(id, [{ skuId }])).toMatchObject(bad('License assignment cannot be done for user with invalid usage location.'));
    expect((await sku('DYN365_ENTERPRISE_SALES')).consumedUnits).toBe(7);
  });

  it.each(['D365_SALES_PRO', 'DYN365_ENTERPRISE_CUSTOMER_SERVICE'])('not %s, of which none is free', async (name) => {
    const [id, { skuId }] = [await user(), await sku(name)];

    expect(await assign(id, [{ skuId }])).toMatchObject(bad(`Subscription with SKU ${skuId} does not have any available licenses.`));
  });

  it('all of what is asked or nothing', async () => {
    const [id, free, used] = [await user(), await sku('DYN365_ENTERPRISE_SALES'), await sku('D365_SALES_PRO')];
    await assign(id, [{ skuId: free.skuId }, { skuId: used.skuId }]);

    expect((await sku('DYN365_ENTERPRISE_SALES')).consumedUnits).toBe(7);
  });

  it('not one that the tenant does not have, nor without a plan that it does not have', async () => {
    const [id, { skuId, servicePlans }] = [await user(), await sku('DYN365_ENTERPRISE_SALES')];

    expect(await assign(id, [{ skuId: tenant.id }])).toMatchObject(bad(`License ${tenant.id} does not correspond to a valid company License.`));
    expect(await assign(id, [{ skuId, disabledPlans: [tenant.id] }])).toMatchObject(bad(`Service plan ${tenant.id} does not belong`));
    expect((await assign(id, [{ skuId, disabledPlans: [servicePlans[0]?.servicePlanId] }])).status).toBe(200);
  });

  it('with both lists, and nothing else in the body', async () => {
    const id = await user();
    const post = (body: unknown) => alex('POST', `/users/${id}/assignLicense`, { body });

    expect((await post({ addLicenses: [] })).json.error).toMatchObject({ code: 'BadRequest', message: expect.stringContaining('The missing parameters: removeLicenses.') });
    expect(await post({ addLicenses: [{ skuId: 'sales' }], removeLicenses: [] })).toMatchObject(bad('addLicenses'));
    expect(await post({ addLicenses: [{ skuId: tenant.id, colour: 'red' }], removeLicenses: [] })).toMatchObject(bad("Invalid property 'colour'."));
    expect((await post({ addLicenses: [], removeLicenses: [], force: true })).status).toBe(400);
    expect((await alex('POST', `/users/${personas.alex.name}/assignLicense`, { body: { addLicenses: [], removeLicenses: [] } })).status).toBe(404);
  });
});

describe('the organization and its domains', () => {
  it('has the domain that it was made with, its own, and a federated one', async () => {
    const { json } = await alex('GET', '/organization?$select=verifiedDomains,countryLetterCode');

    expect(json.value[0].countryLetterCode).toBe('DE');
    expect(json.value[0].verifiedDomains.map(({ name, type, isDefault, isInitial }: Record<string, unknown>) => [name, type, isDefault, isInitial])).toEqual([
      ['contoso.onmicrosoft.com', 'Managed', false, true],
      ['contoso.example', 'Managed', true, false],
      ['partner.contoso.example', 'Federated', false, false],
    ]);
  });

  it.each([
    ['contoso.onmicrosoft.com', 2_147_483_647],
    ['Contoso.Example', 90],
    ['partner.contoso.example', null],
  ])('%s says for how many days a password is good: %s', async (name, passwordValidityPeriodInDays) => {
    const { json } = await alex('GET', `/domains/${name}?$select=id,passwordValidityPeriodInDays`);

    expect(json).toMatchObject({ id: name.toLowerCase(), passwordValidityPeriodInDays });
  });

  it('another domain is 404', async () => {
    expect((await alex('GET', '/domains/fabrikam.example')).status).toBe(404);
    expect((await alex('GET', '/domains')).json.value).toHaveLength(3);
  });
});
