import { solutionFile, type SolutionFileKind } from '../../sandbox/solution/files.ts';
import { createHarness, createdId, errorOf, leadWriterApp, origins, roleName, startImport, type Body, type Harness } from './dataverseHarness.ts';

const api = `${origins.contoso}/api/data/v9.2`;
const uniqueName = 'SandboxMarketplaceLeadWriter';
const uiSettings = '8d2aa266-8fee-43a4-85e7-2aa1aaab5259';

function stage({ call }: Harness, kind: SolutionFileKind) {
  return call('/StageSolution', { method: 'POST', body: { CustomizationFile: solutionFile(kind).zip.toString('base64') } });
}

function importing({ call }: Harness, kind: SolutionFileKind = 'good') {
  const CustomizationFile = solutionFile(kind).zip.toString('base64');
  return call('/ImportSolutionAsync', { method: 'POST', body: { OverwriteUnmanagedCustomizations: false, PublishWorkflows: true, CustomizationFile } });
}

/** Imports a file to its end and reads the three places that tell how it went. */
async function outcomeOf(harness: Harness, kind: SolutionFileKind = 'good'): Promise<{ operation: Body; job: Body; result: Body }> {
  const { body } = await importing(harness, kind);
  const { ImportJobKey, AsyncOperationId } = JSON.parse(JSON.stringify(body));
  harness.clock.advance(20_000);
  return {
    operation: await harness.get(`/asyncoperations(${AsyncOperationId})?$select=statecode,statuscode,message,friendlymessage`),
    job: await harness.get(`/importjobs(${ImportJobKey})?$select=data,progress`),
    result: await harness.get(`/RetrieveSolutionImportResult(ImportJobId=${ImportJobKey})`),
  };
}

function solutions({ list }: Harness) {
  return list(`/solutions?$filter=uniquename eq '${uniqueName}'&$select=version,ismanaged&$expand=publisherid($select=uniquename)`);
}

async function leadWriterRole({ list }: Harness): Promise<string> {
  const [role] = await list(`/roles?$filter=name eq '${roleName}' and parentroleid eq null&$select=roleid`);
  return `/roles(${String(role?.['roleid'])})`;
}

describe('files below /solution', () => {
  test.each<[SolutionFileKind, number, string]>([
    ['noZip', 400, '0x80048060'],
    ['noManifest', 400, '0x80048060'],
  ])('%s cannot be staged', async (kind, status, code) => {
    const answer = await stage(createHarness(), kind);
    expect([answer.status, errorOf(answer).code]).toEqual([status, code]);
  });

  test.each<[SolutionFileKind, Body]>([
    ['unmanaged', { IsManaged: false, SolutionVersion: '1.0.0.0' }],
    ['otherPublisher', { SolutionUniqueName: uniqueName, PublisherUniqueName: 'contosoconsulting', PublisherFriendlyName: 'Contoso Consulting' }],
    ['older', { SolutionVersion: '0.9.0.0' }],
    ['newer', { SolutionVersion: '2.0.0.0' }],
  ])('%s can be staged and says what it is', async (kind, details) => {
    expect((await stage(createHarness(), kind)).body).toMatchObject({ StageSolutionResults: { SolutionDetails: details, MissingDependencies: [] } });
  });

  test('missingDependencies passes with the list of what is missing, and its import fails', async () => {
    const harness = createHarness();
    expect((await stage(harness, 'missingDependencies')).body).toMatchObject({
      StageSolutionResults: {
        StageSolutionStatus: 'Passed',
        MissingDependencies: [{ RequiredComponentSchemaName: 'msdyn_leadscore', RequiredSolutionName: 'msdynce_LeadManagement (9.0.4.1)', DependentComponentDisplayName: roleName }],
      },
    });
    const { operation } = await outcomeOf(harness, 'missingDependencies');
    expect(operation).toMatchObject({ statuscode: 31, message: expect.stringContaining('Some dependencies are missing') });
    expect(await solutions(harness)).toEqual([]);
  });

  test('tooLarge is a good solution of more than 20 MiB', async () => {
    expect(solutionFile('tooLarge').zip.length).toBeGreaterThan(20 * 1024 * 1024);
    expect((await stage(createHarness(), 'tooLarge')).status).toBe(200);
  });
});

test('every solution can be made to lack what it depends on', async () => {
  const harness = createHarness();
  harness.conditions.set({ solutionDependency: 'missing' });
  expect((await stage(harness, 'good')).body).toMatchObject({ StageSolutionResults: { MissingDependencies: [{ RequiredSolutionName: 'msdynce_LeadManagement (9.0.4.1)' }] } });
  harness.conditions.set({ solutionDependency: 'met' });
  expect((await stage(harness, 'good')).body).toMatchObject({ StageSolutionResults: { MissingDependencies: [] } });
});

describe('what was installed before', () => {
  test.each<['newer' | 'unmanaged' | 'otherPublisher', Body, string]>([
    ['newer', { version: '2.0.0.0', ismanaged: true, publisherid: expect.objectContaining({ uniquename: 'leadsetupsandbox' }) }, 'lower than the version 2.0.0.0'],
    ['unmanaged', { version: '1.0.0.0', ismanaged: false }, 'unmanaged'],
    ['otherPublisher', { version: '1.0.0.0', ismanaged: true, publisherid: expect.objectContaining({ uniquename: 'contosoconsulting' }) }, 'contosoconsulting'],
  ])('%s is there with its role, and the good file cannot replace it', async (installed, row, reason) => {
    const harness = createHarness();
    harness.conditions.set({ installed });
    expect(await solutions(harness)).toMatchObject([row]);
    expect(await leadWriterRole(harness)).not.toContain('undefined');
    expect((await outcomeOf(harness)).operation).toMatchObject({ statuscode: 31, message: expect.stringContaining(reason) });
    expect(await solutions(harness)).toMatchObject([row]);
  });

  test('staging names the publisher of what is there', async () => {
    const harness = createHarness();
    harness.conditions.set({ installed: 'otherPublisher' });
    expect((await stage(harness, 'good')).body).toMatchObject({
      StageSolutionResults: { SolutionDetails: { PublisherUniqueName: 'leadsetupsandbox', PreviousPublisherUniqueName: 'contosoconsulting', PreviousSolutionVersion: '1.0.0.0' } },
    });
  });
});

describe('the next import', () => {
  const errors = ['The plug-in type could not be found.', 'Security role import: FAILURE: the role cannot be written.'];

  test('fails with the errors that it was given, in the operation, the job and the result, and changes nothing', async () => {
    const harness = createHarness();
    harness.conditions.set({ nextImport: { errors } });
    const { operation, job, result } = await outcomeOf(harness);
    expect(operation).toMatchObject({ statecode: 3, statuscode: 31, message: errors.join('\n'), friendlymessage: errors[0] });
    expect(job).toMatchObject({ progress: 0, data: expect.stringMatching(/errortext="The plug-in type could not be found\."[\s\S]*errortext="Security role import/) });
    expect(result).toMatchObject({ SolutionOperationResult: { Status: 'Failed', ErrorMessages: errors.map((Message) => ({ Message })) } });
    expect(await solutions(harness)).toEqual([]);
  });

  test('is the only one that fails', async () => {
    const harness = createHarness();
    harness.conditions.set({ nextImport: { errors } });
    await outcomeOf(harness);
    expect((await outcomeOf(harness)).operation).toMatchObject({ statuscode: 30 });
    expect(harness.conditions.get().nextImport).toBe('usual');
  });
});

test('an import takes as long as it is told to', async () => {
  const harness = createHarness();
  harness.conditions.set({ importTakes: 'PT10M' });
  const { ImportJobKey } = await startImport(harness);
  harness.clock.advance(5 * 60_000);
  expect(await harness.get(`/importjobs(${ImportJobKey})?$select=progress`)).toMatchObject({ progress: 50 });
  harness.clock.advance(5 * 60_000);
  expect(await harness.get(`/importjobs(${ImportJobKey})?$select=progress`)).toMatchObject({ progress: 100 });
});

test("no import begins while somebody else's runs", async () => {
  const harness = createHarness();
  harness.conditions.set({ otherImport: { lasts: 'PT2M' } });
  harness.clock.advance(119_000);
  const refused = await importing(harness);
  expect([refused.status, errorOf(refused).code, refused.headers?.['Retry-After']]).toEqual([429, '0x80071151', '5']);
  harness.clock.advance(1_000);
  expect((await importing(harness)).status).toBe(200);
});

describe('the role', () => {
  function addPrivilege({ call }: Harness, role: string) {
    return call(`${role}/Microsoft.Dynamics.CRM.AddPrivilegesRole`, { method: 'POST', body: { Privileges: [{ PrivilegeId: uiSettings, Depth: 'Basic' }] } });
  }

  test.each(['before', 'after'])('locked %s the import refuses every edit, until it is open again', async (moment) => {
    const harness = createHarness();
    if (moment === 'before') harness.conditions.set({ leadWriterRole: 'locked' });
    await outcomeOf(harness);
    harness.conditions.set({ leadWriterRole: 'locked' });
    const role = await leadWriterRole(harness);
    expect(await harness.get(`${role}?$select=iscustomizable`)).toMatchObject({ iscustomizable: { Value: false } });
    for (const answer of [await addPrivilege(harness, role), await harness.call(role, { method: 'PATCH', body: { isinherited: 1 } })]) {
      expect([answer.status, errorOf(answer)]).toEqual([400, { code: '0x8004f026', message: expect.stringContaining('iscustomizable') }]);
    }
    harness.conditions.set({ leadWriterRole: 'customizable' });
    expect((await addPrivilege(harness, role)).status).toBe(204);
  });

  test('complete needs nothing more', async () => {
    const harness = createHarness();
    harness.conditions.set({ leadWriterRole: 'complete' });
    await outcomeOf(harness);
    const role = await leadWriterRole(harness);
    const held = JSON.stringify(await harness.get(`${role}/Microsoft.Dynamics.CRM.RetrieveRolePrivilegesRole()`));
    for (const name of ['prvWriteUserEntityUISettings', 'prvReadAsyncOperation', 'prvAppendToAsyncOperation', 'prvCreateLead']) expect(held).toContain(name);
    expect(await harness.get(`${role}?$select=isinherited`)).toMatchObject({ isinherited: 1 });
  });
});

describe('a companion role', () => {
  const name = 'Lead writer, additional rights';

  async function unit({ list }: Harness, filter = 'parentbusinessunitid eq null'): Promise<string> {
    return String((await list(`/businessunits?$filter=${filter}`))[0]?.['businessunitid']);
  }
  async function make(harness: Harness, extra: Body = {}, as: 'alex' | 'rita' | 'una' = 'alex') {
    const body = { name, 'businessunitid@odata.bind': `/businessunits(${await unit(harness)})`, ...extra };
    return harness.call('/roles', { method: 'POST', as, body: Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined)) });
  }

  test('is made unmanaged and empty, and found by name and business unit', async () => {
    const harness = createHarness();
    const made = await make(harness);
    const found = await harness.list(`/roles?$filter=name eq '${name}' and _businessunitid_value eq ${await unit(harness)}&$select=roleid,ismanaged,iscustomizable,isinherited,_parentrootroleid_value`);
    expect(made.status).toBe(204);
    expect(found).toMatchObject([{ roleid: createdId(made), ismanaged: false, iscustomizable: { Value: true }, isinherited: 1, _parentrootroleid_value: createdId(made) }]);
    expect(await harness.get(`/roles(${createdId(made)})/Microsoft.Dynamics.CRM.RetrieveRolePrivilegesRole()`)).toMatchObject({ RolePrivileges: [] });
  });

  test('is answered with its row when that is preferred', async () => {
    const harness = createHarness();
    const body = { name, 'businessunitid@odata.bind': `/businessunits(${await unit(harness)})` };
    const made = await harness.call('/roles?$select=name', { method: 'POST', body, headers: { prefer: 'return=representation' } });
    expect(made).toMatchObject({ status: 201, body: { name, roleid: expect.any(String) } });
  });

  test('takes privileges and is given to a user, whom it then counts for', async () => {
    const harness = createHarness();
    const roleId = createdId(await make(harness));
    const body = { Privileges: [{ PrivilegeId: uiSettings, Depth: 'Basic' }] };
    expect((await harness.call(`/roles(${roleId})/Microsoft.Dynamics.CRM.AddPrivilegesRole`, { method: 'POST', body })).status).toBe(204);
    const user = { applicationid: leadWriterApp.appId, 'businessunitid@odata.bind': `/businessunits(${await unit(harness)})` };
    const userId = createdId(await harness.call('/systemusers', { method: 'POST', body: user }));
    const assigned = await harness.call(`/systemusers(${userId})/systemuserroles_association/$ref`, { method: 'POST', body: { '@odata.id': `${api}/roles(${roleId})` } });
    expect(assigned.status).toBe(204);
    const { RolePrivileges } = await harness.get(`/systemusers(${userId})/Microsoft.Dynamics.CRM.RetrieveUserPrivileges()`);
    expect(RolePrivileges).toEqual([expect.objectContaining({ PrivilegeId: uiSettings, Depth: 'Basic' })]);
  });

  test('is made in administrative access mode too', async () => {
    expect((await make(createHarness(), {}, 'una')).status).toBe(204);
  });

  test.each<[string, Body, number, string]>([
    ['no name', { name: '' }, 400, '0x80040203'],
    ['a name that is taken', { name: 'Basic User' }, 412, '0x80040237'],
    ['no business unit', { 'businessunitid@odata.bind': undefined }, 400, '0x80040530'],
    ['a property that roles do not have', { colour: 'red' }, 400, '0x80048d19'],
  ])('with %s is refused', async (_, extra, status, code) => {
    const refused = await make(createHarness(), extra);
    expect([refused.status, errorOf(refused).code]).toEqual([status, code]);
  });

  test('is not made by a Basic User', async () => {
    const refused = await make(createHarness(), {}, 'rita');
    expect([refused.status, errorOf(refused).message]).toEqual([403, expect.stringContaining('prvCreateRole')]);
  });
});

test('an application user is kept waiting as long as the conditions say', async () => {
  const harness = createHarness();
  harness.conditions.set({ replication: { applicationUser: 'PT60S' } });
  const [root] = await harness.list('/businessunits?$filter=parentbusinessunitid eq null');
  const user = { applicationid: leadWriterApp.appId, 'businessunitid@odata.bind': `/businessunits(${String(root?.['businessunitid'])})` };
  const userId = createdId(await harness.call('/systemusers', { method: 'POST', body: user }));
  const [role] = await harness.list(`/roles?$filter=name eq 'Basic User' and parentroleid eq null`);
  await harness.call(`/systemusers(${userId})/systemuserroles_association/$ref`, { method: 'POST', body: { '@odata.id': `${api}/roles(${String(role?.['roleid'])})` } });
  const whoAmI = async () => (await harness.call('/WhoAmI', { as: 'application' })).status;
  harness.clock.advance(59_000);
  expect(await whoAmI()).toBe(403);
  harness.clock.advance(1_000);
  expect(await whoAmI()).toBe(200);
});
