import { randomUUID } from 'node:crypto';
import { setDefaultCACertificates, getCACertificates } from 'node:tls';
import { DynamicsWebApi } from 'dynamics-web-api';
import { z } from 'zod';
import { loadCertificate } from '../../sandbox/certificate.ts';
import { timing } from '../../sandbox/dataverse/index.ts';
import { createListener, type Listener } from '../../sandbox/http/server.ts';
import { authorization, createHarness, leadWriterApp, roleName, type Body, type Call, type Harness } from './dataverseHarness.ts';

/** The client that the bot uses, against the sandbox over HTTPS. */
describe('dynamics-web-api', () => {
  const trusted = getCACertificates('default');
  let harness: Harness;
  let listener: Listener;

  beforeEach(async () => {
    const certificate = await loadCertificate({ path: (name) => name, read: async () => undefined, write: async () => undefined });
    setDefaultCACertificates([...trusted, certificate.certificate]);
    harness = createHarness({ contoso: () => listener.origin() });
    listener = createListener(harness.dataverse.environments.contoso.service, certificate);
    await listener.listen(0);
  });

  afterEach(async () => {
    await listener.close();
    setDefaultCACertificates(trusted);
  });

  function client(as: Call['as']): DynamicsWebApi {
    const { authorization: header = '' } = authorization('contoso', as === undefined ? {} : { as }, listener.origin());
    return new DynamicsWebApi({ serverUrl: listener.origin(), dataApi: { version: '9.2' }, onTokenRefresh: async () => header.slice('Bearer '.length) });
  }

  async function install(api: DynamicsWebApi): Promise<string> {
    const CustomizationFile = harness.dataverse.solution.zip.toString('base64');
    const stage = await api.callAction<{ StageSolutionResults: { StageSolutionUploadId: string } }>({ actionName: 'StageSolution', action: { CustomizationFile } });
    const SolutionParameters = { StageSolutionUploadId: stage.StageSolutionResults.StageSolutionUploadId };
    const action = { OverwriteUnmanagedCustomizations: false, PublishWorkflows: true, SolutionParameters };
    const { ImportJobKey } = await api.callAction<{ ImportJobKey: string }>({ actionName: 'ImportSolutionAsync', action });
    harness.clock.advance(timing.importMs);
    return ImportJobKey;
  }

  async function createUser(api: DynamicsWebApi): Promise<string> {
    const { BusinessUnitId } = await api.callFunction<{ BusinessUnitId: string }>('WhoAmI');
    const data = { applicationid: leadWriterApp.appId, accessmode: 4, isdisabled: false, 'businessunitid@odata.bind': `/businessunits(${BusinessUnitId})` };
    const created: unknown = await api.create<Body>({ collection: 'systemusers', data, returnRepresentation: true, select: ['systemuserid'] });
    return z.object({ systemuserid: z.guid() }).parse(created).systemuserid;
  }

  async function completeRole(api: DynamicsWebApi, roleid: string): Promise<void> {
    const found = await api.retrieveMultiple<Body>({ collection: 'privileges', filter: "contains(name,'UserEntityUISettings') or endswith(name,'AsyncOperation')", select: ['privilegeid', 'canbeglobal'] });
    const Privileges = found.value.map((row) => ({ PrivilegeId: row['privilegeid'], Depth: row['canbeglobal'] === true ? 'Global' : 'Basic' }));
    await api.callAction({ collection: 'roles', key: roleid, actionName: 'Microsoft.Dynamics.CRM.AddPrivilegesRole', action: { Privileges } });
    await api.update({ collection: 'roles', key: roleid, data: { isinherited: 1 } });
  }

  test('goes the whole line', async () => {
    const api = client('alex');
    const importJobId = await install(api);
    const result = await api.callFunction<{ SolutionOperationResult: { Status: string } }>({ name: 'RetrieveSolutionImportResult', parameters: { ImportJobId: importJobId } });
    expect(result.SolutionOperationResult.Status).toBe('Passed');
    const userId = await createUser(api);
    const roles = await api.retrieveMultiple<{ roleid: string }>({ collection: 'roles', filter: `name eq '${roleName}' and parentroleid eq null`, select: ['roleid'] });
    const roleid = roles.value[0]?.roleid ?? '';
    await api.associate({ collection: 'systemusers', primaryKey: userId, relationshipName: 'systemuserroles_association', relatedCollection: 'roles', relatedKey: roleid });
    await completeRole(api, roleid);
    harness.clock.advance(timing.applicationUserReadyMs);
    const leadid = randomUUID();
    await client('application').create({ collection: 'leads', data: { leadid, lastname: 'MSFT_TEST' } });
    expect(await api.retrieve<Body>({ collection: 'leads', key: leadid, select: ['fullname', '_createdby_value'] })).toMatchObject({ fullname: 'MSFT_TEST', _createdby_value: userId });
    await api.deleteRecord({ collection: 'leads', key: leadid });
    await api.disassociate({ collection: 'systemusers', primaryKey: userId, relationshipName: 'systemuserroles_association', relatedKey: roleid });
    const left = await api.retrieve<{ value: Body[] }>({ collection: 'systemusers', key: userId, navigationProperty: 'systemuserroles_association', select: ['name'] });
    expect(left.value).toEqual([]);
  });

  test('reads what it needs to know before: version, table, privileges of a user', async () => {
    const api = client('priya');
    const { UserId } = await api.callFunction<{ UserId: string }>('WhoAmI');
    expect(await api.callFunction({ name: 'RetrieveVersion' })).toMatchObject({ Version: expect.stringMatching(/^9\.2/) });
    expect(await api.retrieveEntity({ key: "LogicalName='lead'", select: ['LogicalName'] })).toMatchObject({ LogicalName: 'lead' });
    const counting = await api.callFunction<{ RolePrivileges: Body[] }>({ collection: 'systemusers', key: UserId, name: 'Microsoft.Dynamics.CRM.RetrieveUserPrivileges' });
    expect(counting.RolePrivileges.length).toBeGreaterThan(40);
  });

  test('takes a page at a time', async () => {
    const api = client('alex');
    const all = await api.retrieveAll<Body>({ collection: 'leads', select: ['lastname'], maxPageSize: 2, orderBy: ['lastname asc'] });
    expect(all.value.map((lead) => lead['lastname'])).toEqual(['Bergmann', 'Ono', 'Silva']);
  });

  test('throws refusals with status, code, message and headers', async () => {
    await expect(client('rita').create({ collection: 'leads', data: { lastname: 'X' } })).rejects.toMatchObject({
      status: 403, code: '0x80040220', message: expect.stringContaining('prvCreateLead'), headers: { 'x-ms-service-request-id': expect.any(String) },
    });
  });

  test('hears that another import runs, and for how long to wait', async () => {
    const api = client('alex');
    const CustomizationFile = harness.dataverse.solution.zip.toString('base64');
    const start = () => api.callAction({ actionName: 'ImportSolutionAsync', action: { OverwriteUnmanagedCustomizations: false, PublishWorkflows: true, CustomizationFile } });
    await start();
    await expect(start()).rejects.toMatchObject({ status: 429, code: '0x80071151', headers: { 'retry-after': '5' } });
  });
});
