import type { PersonaName } from '../../sandbox/personas.ts';
import { discoveryAudience } from '../../sandbox/resources.ts';
import { foreignTenant } from '../../sandbox/tenants.ts';
import { authorization, bodyOf, createHarness, createdId, errorOf, leadWriterApp, origins, type Call, type Harness } from './dataverseHarness.ts';

const systemAdministratorTemplateId = '627090ff-40a3-4053-8790-584edc5be201';
const isAdministrator = `_roletemplateid_value eq ${systemAdministratorTemplateId}`;

async function idOf({ get }: Harness, call: Call): Promise<string> {
  return String((await get('/WhoAmI', call))['UserId']);
}

describe.each(['contoso', 'contoso-test', 'nolead'] as const)('in %s', (environment) => {
  test('Tomas is not a member', async () => {
    const answer = await createHarness().call('/WhoAmI', { as: 'tomas', environment });
    expect([answer.status, errorOf(answer).code]).toEqual([403, '0x80072560']);
  });

  test('Pim is System Administrator directly', async () => {
    const harness = createHarness();
    const call = { as: 'pim', environment } as const;
    const roles = await harness.list(`/systemusers(${await idOf(harness, call)})/systemuserroles_association?$filter=${isAdministrator}&$select=roleid`, call);
    expect(roles).toHaveLength(1);
  });

  test('Tia is System Administrator through a team only, and may do what one may', async () => {
    const harness = createHarness();
    const call = { as: 'tia', environment } as const;
    const userPath = `/systemusers(${await idOf(harness, call)})`;
    expect(await harness.list(`${userPath}/systemuserroles_association?$select=roleid`, call)).toEqual([]);
    const teams = await harness.list(`${userPath}/teammembership_association?$select=teamid,name,teamtype`, call);
    const roles = await Promise.all(teams.map(({ teamid }) => harness.list(`/teams(${String(teamid)})/teamroles_association?$filter=${isAdministrator}&$select=roleid`, call)));
    expect(roles.flat()).toHaveLength(1);
    expect(await harness.list('/solutions?$select=uniquename', call)).not.toEqual([]);
  });

  test('Una is System Administrator in administrative access mode, without a licence', async () => {
    const harness = createHarness();
    const call = { as: 'una', environment } as const;
    const row = await harness.get(`/systemusers(${await idOf(harness, call)})?$select=accessmode,islicensed`, call);
    expect(row).toMatchObject({ accessmode: 1, islicensed: false });
  });
});

describe('administrative access mode', () => {
  const una = { as: 'una' } as const;

  async function someLead({ list }: Harness): Promise<string> {
    const [lead] = await list('/leads?$top=1&$select=leadid');
    return `/leads(${String(lead?.['leadid'])})`;
  }

  test.each<[string, Call]>([
    ['prvReadLead', { method: 'GET' }],
    ['prvReadLead', { method: 'PATCH', body: { jobtitle: 'X' } }],
    ['prvReadLead', { method: 'DELETE' }],
  ])('keeps out of leads: %s is missing for %j', async (privilege, call) => {
    const harness = createHarness();
    const answer = await harness.call(await someLead(harness), { ...una, ...call });
    expect([answer.status, errorOf(answer)]).toEqual([403, { code: '0x80040220', message: expect.stringMatching(new RegExp(`accessMode='1 Administrative'\\) is missing ${privilege}`)) }]);
  });

  test('keeps from making a lead, and from counting as allowed to', async () => {
    const harness = createHarness();
    expect(errorOf(await harness.call('/leads', { ...una, method: 'POST', body: { lastname: 'X' } })).message).toContain('prvCreateLead');
    const own = await harness.get(`/systemusers(${await idOf(harness, una)})/Microsoft.Dynamics.CRM.RetrieveUserPrivileges()`, una);
    expect(JSON.stringify(own)).toContain('prvImportCustomization');
    expect(JSON.stringify(own)).not.toContain('Lead"');
  });

  test('lets import, make an application user and give it a role', async () => {
    const harness = createHarness();
    const file = harness.dataverse.solution.zip.toString('base64');
    const body = { OverwriteUnmanagedCustomizations: false, PublishWorkflows: true, CustomizationFile: file };
    expect((await harness.call('/ImportSolutionAsync', { ...una, method: 'POST', body })).status).toBe(200);
    const [root] = await harness.list('/businessunits?$filter=parentbusinessunitid eq null');
    const user = { applicationid: leadWriterApp.appId, 'businessunitid@odata.bind': `/businessunits(${String(root?.['businessunitid'])})` };
    const userId = createdId(await harness.call('/systemusers', { ...una, method: 'POST', body: user }));
    const [role] = await harness.list(`/roles?$filter=name eq 'Basic User' and parentroleid eq null`);
    const reference = { '@odata.id': `${origins.contoso}/api/data/v9.2/roles(${String(role?.['roleid'])})` };
    const assigned = await harness.call(`/systemusers(${userId})/systemuserroles_association/$ref`, { ...una, method: 'POST', body: reference });
    expect(assigned.status).toBe(204);
  });

  test('cannot be left by oneself; a System Administrator in Read-Write mode can change it', async () => {
    const harness = createHarness();
    const path = `/systemusers(${await idOf(harness, una)})`;
    const refused = await harness.call(path, { ...una, method: 'PATCH', body: { accessmode: 0 } });
    expect([refused.status, errorOf(refused).code]).toEqual([403, '0x80048d2f']);
    expect((await harness.call(path, { method: 'PATCH', body: { accessmode: 0 } })).status).toBe(204);
    expect(await harness.list('/leads?$top=1', una)).toHaveLength(1);
  });
});

describe('the environment without a lead table', () => {
  const nolead = { environment: 'nolead' } as const;

  test.each([
    ["/EntityDefinitions(LogicalName='lead')?$select=LogicalName", '0x80041102'],
    ['/leads', '0x8006088a'],
  ])('%s is a 404', async (path, code) => {
    const answer = await createHarness().call(path, nolead);
    expect([answer.status, errorOf(answer).code]).toEqual([404, code]);
  });

  test('has other tables, and no privilege on leads', async () => {
    const { get, list } = createHarness();
    expect(await get("/EntityDefinitions(LogicalName='systemuser')?$select=LogicalName", nolead)).toMatchObject({ LogicalName: 'systemuser' });
    expect(await list("/privileges?$filter=name eq 'prvReadLead' or name eq 'prvReadAsyncOperation'&$select=name", nolead)).toMatchObject([{ name: 'prvReadAsyncOperation' }]);
  });

  test('takes no solution whose role is about leads', async () => {
    const harness = createHarness();
    const body = { OverwriteUnmanagedCustomizations: false, PublishWorkflows: true, CustomizationFile: harness.dataverse.solution.zip.toString('base64') };
    const started = await harness.get('/ImportSolutionAsync', { ...nolead, method: 'POST', body });
    harness.clock.advance(60_000);
    const operation = await harness.get(`/asyncoperations(${String(started['AsyncOperationId'])})`, nolead);
    expect(operation).toMatchObject({ statuscode: 31, message: expect.stringContaining('prvCreateLead') });
  });
});

describe("another tenant's environment", () => {
  const foreign = { environment: 'foreign' } as const;

  test('says without a token whose Entra makes them', async () => {
    const answer = await createHarness().call('/WhoAmI', { ...foreign, as: 'nobody' });
    expect([answer.status, answer.headers?.['WWW-Authenticate']]).toEqual([401, expect.stringContaining(`login.microsoftonline.com/${foreignTenant.id}/`)]);
  });

  test.each<[string, Call]>([
    ['a person of ours', {}],
    ['an application of ours', { as: 'application' }],
    ['somebody of its own whom it does not know', { token: { tid: foreignTenant.id } }],
  ])('%s is not a member', async (_, call) => {
    const answer = await createHarness().call('/WhoAmI', { ...foreign, ...call });
    expect([answer.status, errorOf(answer).code]).toEqual([403, '0x80072560']);
  });

  test('holds nobody of ours', async () => {
    const state = JSON.stringify(createHarness().dataverse.state());
    const { foreign: there } = JSON.parse(state);
    expect([there.systemusers, there.leads]).toEqual([[], []]);
    expect(there.roles).not.toEqual([]);
  });
});

const listed: [PersonaName, string[]][] = [
  ['alex', ['contoso', 'contoso-test', 'nolead']],
  ['priya', ['contoso', 'contoso-test', 'nolead']],
  ['rita', ['contoso', 'contoso-test']],
  ['tomas', []],
  ['pim', ['contoso', 'contoso-test', 'nolead']],
  ['tia', ['contoso', 'contoso-test', 'nolead']],
  ['una', ['contoso', 'contoso-test', 'nolead']],
];

describe('discovery', () => {
  test.each(listed)('lists for %s: %j', async (as, names) => {
    expect(await discovered(createHarness(), as)).toEqual(names);
  });

  test('lists nothing for whom it is told to leave out, and the rest as before', async () => {
    const harness = createHarness();
    harness.conditions.set({ undiscovered: ['alex'] });
    expect(await discovered(harness, 'alex')).toEqual([]);
    expect(await discovered(harness, 'tia')).toHaveLength(3);
    expect((await harness.call('/WhoAmI')).status).toBe(200);
  });
});

async function discovered({ dataverse }: Harness, as: PersonaName): Promise<unknown> {
  const headers = authorization('contoso', { as }, discoveryAudience);
  const answer = await dataverse.discovery({ method: 'GET', path: '/Instances', query: new URLSearchParams(), headers, body: undefined, origin: origins.contoso });
  const instances = bodyOf(answer)['value'];
  return Array.isArray(instances) ? instances.map((instance: { UrlName: string }) => instance.UrlName) : instances;
}
