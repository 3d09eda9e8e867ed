import { timing } from '../../sandbox/dataverse/index.ts';
import { createdId, createHarness, errorOf, leadWriterApp, origins, roleName, startImport, type Harness } from './dataverseHarness.ts';

const basic = ['prvCreateUserEntityUISettings', 'prvReadUserEntityUISettings', 'prvWriteUserEntityUISettings'];
const global = ['prvReadAsyncOperation', 'prvWriteAsyncOperation', 'prvAppendToAsyncOperation'];
const lead = { subject: 'Test', lastname: 'MSFT_TEST_1', companyname: 'Lead Setup' };

async function installed(): Promise<Harness> {
  const harness = createHarness();
  await startImport(harness);
  harness.clock.advance(timing.importMs);
  return harness;
}

async function rootBusinessUnit({ list }: Harness): Promise<string> {
  const [unit] = await list('/businessunits?$select=businessunitid,name&$filter=parentbusinessunitid eq null');
  return String(unit?.['businessunitid']);
}

async function createApplicationUser(harness: Harness): Promise<string> {
  const body = { applicationid: leadWriterApp.appId, accessmode: 4, isdisabled: false, 'businessunitid@odata.bind': `/businessunits(${await rootBusinessUnit(harness)})` };
  return createdId(await harness.call('/systemusers', { method: 'POST', body }));
}

async function findRole(harness: Harness): Promise<string> {
  const [solution] = await harness.list(`/solutions?$filter=uniquename eq 'SandboxMarketplaceLeadWriter'&$select=solutionid`);
  const components = await harness.list(`/solutioncomponents?$filter=_solutionid_value eq ${String(solution?.['solutionid'])} and componenttype eq 20&$select=objectid`);
  const unit = await rootBusinessUnit(harness);
  const [role] = await harness.list(`/roles?$filter=_parentrootroleid_value eq ${String(components[0]?.['objectid'])} and _businessunitid_value eq ${unit}&$select=roleid,name,isinherited`);
  expect(role).toMatchObject({ name: roleName, isinherited: 0 });
  return String(role?.['roleid']);
}

function assign(harness: Harness, userId: string, roleId: string) {
  const body = { '@odata.id': `${origins.contoso}/api/data/v9.2/roles(${roleId})` };
  return harness.call(`/systemusers(${userId})/systemuserroles_association/$ref`, { method: 'POST', body });
}

async function addPrivileges(harness: Harness, roleId: string, names: readonly string[], depth: string) {
  const filter = names.map((name) => `name eq '${name}'`).join(' or ');
  const rows = await harness.list(`/privileges?$select=privilegeid,name,canbebasic,canbeglobal&$filter=${filter}`);
  expect(rows).toHaveLength(names.length);
  const Privileges = rows.map(({ privilegeid }) => ({ PrivilegeId: privilegeid, Depth: depth }));
  return harness.call(`/roles(${roleId})/Microsoft.Dynamics.CRM.AddPrivilegesRole`, { method: 'POST', body: { Privileges } });
}

function createLead(harness: Harness) {
  return harness.call('/leads', { method: 'POST', as: 'application', body: lead });
}

describe('the line from a bare environment to a lead', () => {
  test('the application writes a lead once the role is complete, and the administrator removes it', async () => {
    const harness = await installed();
    const userId = await createApplicationUser(harness);
    const roleId = await findRole(harness);
    expect((await assign(harness, userId, roleId)).status).toBe(204);
    expect((await addPrivileges(harness, roleId, basic, 'Basic')).status).toBe(204);
    expect((await addPrivileges(harness, roleId, global, 'Global')).status).toBe(204);
    expect((await harness.call(`/roles(${roleId})`, { method: 'PATCH', body: { isinherited: 1 }, headers: { 'if-match': '*' } })).status).toBe(204);
    harness.clock.advance(timing.applicationUserReadyMs);
    const created = await createLead(harness);
    expect(created.status).toBe(204);
    const leadPath = `/leads(${createdId(created)})`;
    expect(await harness.get(`${leadPath}?$select=fullname,_createdby_value`)).toMatchObject({ fullname: 'MSFT_TEST_1', _createdby_value: userId });
    const refused = await harness.call(leadPath, { method: 'DELETE', as: 'application' });
    expect([refused.status, errorOf(refused).message]).toEqual([403, expect.stringContaining('prvDeleteLead')]);
    expect((await harness.call(leadPath, { method: 'DELETE' })).status).toBe(204);
    expect(errorOf(await harness.call(leadPath)).code).toBe('0x80040217');
  });

  test('a new application user is no member at first, and none without a role', async () => {
    const harness = await installed();
    const userId = await createApplicationUser(harness);
    harness.clock.advance(timing.applicationUserReadyMs);
    expect(errorOf(await createLead(harness)).code).toBe('0x80072560');
    await assign(harness, userId, await findRole(harness));
    expect(errorOf(await createLead(harness)).message).toContain('prvReadAsyncOperation');
  });

  test('own-row privileges of a role do not count until isinherited is 1', async () => {
    const harness = await installed();
    const userId = await createApplicationUser(harness);
    const roleId = await findRole(harness);
    await assign(harness, userId, roleId);
    await addPrivileges(harness, roleId, basic, 'Basic');
    await addPrivileges(harness, roleId, global, 'Global');
    harness.clock.advance(timing.applicationUserReadyMs);
    expect(errorOf(await createLead(harness)).message).toContain('prvCreateUserEntityUISettings');
    await harness.call(`/roles(${roleId})`, { method: 'PATCH', body: { isinherited: 1 } });
    expect((await createLead(harness)).status).toBe(204);
  });
});
