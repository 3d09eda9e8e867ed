import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';

import { createSender, createSolutionSource } from '../../src/microsoft/index.ts';
import type { Dataverse, Microsoft, StagedSolution } from '../../src/setup/ports/microsoft.ts';
import { requiredPrivileges } from '../../src/setup/steps/requiredPrivileges.ts';
import { openTenant, type Tenant } from './tenant.ts';

const systemAdministrator = '627090ff-40a3-4053-8790-584edc5be201';

let tenant: Tenant;
let microsoft: Microsoft;
let dataverse: Dataverse;

beforeAll(async () => {
  tenant = await openTenant();
});
afterAll(() => tenant.close());
beforeEach(async () => {
  await tenant.reset();
  microsoft = tenant.newMicrosoft();
  dataverse = microsoft.dataverse(tenant.person('alex'), tenant.sandbox.environments['contoso-test']);
});

async function solutionZip(): Promise<Uint8Array> {
  const { SOLUTION_SOURCE: source = '', SOLUTION_SHA256: sha256 = '' } = tenant.sandbox.botEnvironment;
  const file = await createSolutionSource(createSender(), { source, sha256 }).read();
  if (!file) throw new Error('no solution');
  return file.zip;
}

async function importSolution(): Promise<{ staged: StagedSolution; solutionId: string; operationId: string; importJobId: string }> {
  const staged = await dataverse.stageSolution(await solutionZip());
  const begun = await dataverse.startImport(staged.uploadId);
  await tenant.advanceClock('PT2M');
  const installed = await dataverse.installedSolution(staged.uniqueName);
  if (!installed) throw new Error('not installed');
  return { staged, solutionId: installed.solutionId, ...begun };
}

async function makeApplication(): Promise<{ objectId: string; appId: string }> {
  const directory = microsoft.directory(tenant.person('alex'));
  await directory.saveApplication({ uniqueName: 'lead-setup-x', displayName: 'Lead writer', tags: [], notes: '' });
  const application = await directory.applicationByUniqueName('lead-setup-x');
  if (!application) throw new Error('no application');
  await tenant.advanceClock('PT1M');
  await directory.saveServicePrincipal(application.appId);
  return application;
}

async function makeUserWithRole(): Promise<{ appId: string; objectId: string; systemUserId: string }> {
  const { solutionId } = await importSolution();
  const application = await makeApplication();
  const businessUnitId = await dataverse.rootBusinessUnitId();
  await dataverse.createApplicationUser({ appId: application.appId, businessUnitId });
  const user = await dataverse.applicationUser(application.appId);
  const [role] = await dataverse.rolesOfSolution(solutionId, businessUnitId);
  if (!user || !role) throw new Error('no user or role');
  await dataverse.addPrivileges(role.rootRoleId, await requiredPrivileges(dataverse));
  await dataverse.setInherited(role.rootRoleId);
  await dataverse.assignRole(user.systemUserId, role.roleId);
  return { appId: application.appId, objectId: application.objectId, systemUserId: user.systemUserId };
}

describe('the caller', () => {
  test('is known with business unit, access mode and roles', async () => {
    const me = await dataverse.whoAmI();
    await expect(dataverse.accessMode(me.systemUserId)).resolves.toBe(0);
    const roles = await dataverse.rolesOfUser(me.systemUserId);
    expect(roles.map(({ templateId }) => templateId)).toContain(systemAdministrator);
    await expect(dataverse.rolesThroughTeams(me.systemUserId)).resolves.toEqual([]);
    await expect(dataverse.rootBusinessUnitId()).resolves.toBe(me.businessUnitId);
  });

  test('rita has no administrator role and may not import', async () => {
    const hers = microsoft.dataverse(tenant.person('rita'), tenant.sandbox.environments['contoso-test']);
    const { systemUserId } = await hers.whoAmI();
    const roles = await hers.rolesOfUser(systemUserId);
    expect(roles.map(({ templateId }) => templateId)).not.toContain(systemAdministrator);
    await expect(hers.stageSolution(await solutionZip())).rejects.toMatchObject({
      code: 'E-REFUSED',
      upstream: { service: 'dataverse', status: 403, code: '0x80040220' },
    });
  });

  test('priya administers Dynamics without any directory role', async () => {
    const hers = microsoft.dataverse(tenant.person('priya'), tenant.sandbox.environments['contoso-test']);
    await expect(hers.stageSolution(await solutionZip())).resolves.toMatchObject({ isManaged: true });
  });
});

test('a table is there or not', async () => {
  await expect(dataverse.hasTable('lead')).resolves.toBe(true);
  await expect(dataverse.hasTable('new_nothing')).resolves.toBe(false);
});

describe('the solution', () => {
  test('is staged without being installed', async () => {
    const staged = await dataverse.stageSolution(await solutionZip());
    expect(staged).toMatchObject({ isManaged: true, problems: [], missingDependencies: [] });
    expect(staged.components.length).toBeGreaterThan(0);
    await expect(dataverse.installedSolution(staged.uniqueName)).resolves.toBeUndefined();
  });

  test('that Dynamics cannot read is E-SOL-INVALID with Microsoft’s words', async () => {
    const noZip = dataverse.stageSolution(await readFile(`${import.meta.dirname}/tenant.ts`));
    await expect(noZip).rejects.toMatchObject({ code: 'E-SOL-INVALID', upstream: { status: 400 }, values: { problem: expect.any(String) as string } });
  });

  test('is imported, followed and found by the one who began it', async () => {
    const { systemUserId } = await dataverse.whoAmI();
    const staged = await dataverse.stageSolution(await solutionZip());
    const before = await dataverse.importJobsOf(staged.uniqueName, systemUserId);
    const { operationId, importJobId } = await dataverse.startImport(staged.uploadId);
    await expect(dataverse.importOperation(operationId)).resolves.toMatchObject({ outcome: 'running' });
    await tenant.advanceClock('PT10S');
    const jobs = await dataverse.importJobsOf(staged.uniqueName, systemUserId);
    expect(jobs.filter((id) => !before.includes(id))).toEqual([importJobId]);
    const job = await dataverse.importJob(importJobId);
    expect(job?.hasEnded).toBe(false);
    expect(job?.percent).toBeGreaterThan(0);
    expect(job?.percent).toBeLessThan(100);
    await tenant.advanceClock('PT2M');
    await expect(dataverse.importOperation(operationId)).resolves.toMatchObject({ operationId, outcome: 'succeeded' });
    await expect(dataverse.importResult(importJobId)).resolves.toEqual({ passed: true, messages: [] });
    await expect(dataverse.importJob(importJobId)).resolves.toEqual({ percent: 100, hasEnded: true });
    await expect(dataverse.installedSolution(staged.uniqueName)).resolves.toMatchObject({ version: staged.version, isManaged: true });
  });

  test('that is imported while another import runs is E-BUSY, said when to come back', async () => {
    const staged = await dataverse.stageSolution(await solutionZip());
    await dataverse.startImport(staged.uploadId);
    const second = dataverse.startImport(staged.uploadId);
    await expect(second).rejects.toMatchObject({
      code: 'E-BUSY',
      values: { until: expect.stringMatching(/^\d{4}-/) as string },
      upstream: { status: 429, code: '0x80071151' },
    });
  });

  test('has no progress before its job has a row', async () => {
    await expect(dataverse.importJob(randomUUID())).resolves.toBeUndefined();
  });
});

describe('the application user', () => {
  test('waits until Dynamics sees the application, is made once, and whoever comes second is told that it is taken', async () => {
    const businessUnitId = await dataverse.rootBusinessUnitId();
    await expect(dataverse.createApplicationUser({ appId: randomUUID(), businessUnitId })).resolves.toEqual({ kind: 'waiting' });
    const { appId } = await makeApplication();
    await expect(dataverse.applicationUser(appId)).resolves.toBeUndefined();
    await expect(dataverse.createApplicationUser({ appId, businessUnitId })).resolves.toEqual({ kind: 'saved' });
    await expect(dataverse.createApplicationUser({ appId, businessUnitId })).resolves.toEqual({ kind: 'taken' });
    await expect(dataverse.applicationUser(appId)).resolves.toMatchObject({ businessUnitId, isDisabled: false });
  });

  test('gets the role of the solution, completed on its root, and a repetition changes nothing', async () => {
    const { solutionId } = await importSolution();
    const { appId } = await makeApplication();
    const businessUnitId = await dataverse.rootBusinessUnitId();
    await dataverse.createApplicationUser({ appId, businessUnitId });
    const user = await dataverse.applicationUser(appId);
    const [role] = await dataverse.rolesOfSolution(solutionId, businessUnitId);
    if (!user || !role) throw new Error('no user or role');
    expect(role).toMatchObject({ isCustomizable: true });

    const found = await dataverse.privilegesNamed(['prvReadAsyncOperation', 'prvCreateUserEntityUISettings', 'prvNoSuchThing']);
    expect(found.map(({ name }) => name).toSorted()).toEqual(['prvCreateUserEntityUISettings', 'prvReadAsyncOperation']);
    const wanted = found.map(({ privilegeId, name }) => ({ privilegeId, depth: name.endsWith('UISettings') ? 'Basic' as const : 'Global' as const }));
    const before = await dataverse.privilegesOfRole(role.rootRoleId);
    await dataverse.addPrivileges(role.rootRoleId, wanted);
    await dataverse.addPrivileges(role.rootRoleId, wanted);
    await dataverse.setInherited(role.rootRoleId);
    const after = await dataverse.privilegesOfRole(role.rootRoleId);
    expect(after).toEqual(expect.arrayContaining(wanted));
    expect(after.length).toBeGreaterThanOrEqual(before.length);

    await dataverse.assignRole(user.systemUserId, role.roleId);
    await dataverse.assignRole(user.systemUserId, role.roleId);
    const assigned = await dataverse.rolesOfUser(user.systemUserId);
    expect(assigned).toEqual([expect.objectContaining({ roleId: role.roleId, isInherited: 1 })]);
  });
});

describe('the finished account', () => {
  test('signs in, writes one lead under its id and waits for what is not known yet', async () => {
    const { appId, objectId, systemUserId } = await makeUserWithRole();
    const directory = microsoft.directory(tenant.person('alex'));
    const { tenantId } = await directory.organization();
    const endsAt = new Date(Date.now() + 30 * 86_400_000).toISOString();
    const { secret } = await directory.addKey(objectId, { displayName: 'test', endsAt });
    const writer = microsoft.leadWriter({ tenantId, appId, secret }, tenant.sandbox.environments['contoso-test']);
    await expect(writer.signIn()).resolves.toEqual({ kind: 'waiting', reason: 'AADSTS7000215' });
    await tenant.advanceClock('PT1M');
    await expect(writer.signIn()).resolves.toEqual({ kind: 'signedIn' });

    const lead = { leadId: randomUUID(), subject: 'Test', firstName: 'Lead', lastName: 'Setup', companyName: 'Contoso', description: 'Söhne' };
    await expect(writer.writeLead(lead)).resolves.toEqual({ kind: 'written' });
    await expect(writer.writeLead(lead)).resolves.toEqual({ kind: 'written' });
    await expect(dataverse.lead(lead.leadId)).resolves.toEqual({ leadId: lead.leadId, createdBy: systemUserId });
    await dataverse.deleteLead(lead.leadId);
    await dataverse.deleteLead(lead.leadId);
    await expect(dataverse.lead(lead.leadId)).resolves.toBeUndefined();
  });

  test('waits while it is no member of the environment', async () => {
    const { appId, objectId } = await makeApplication();
    const directory = microsoft.directory(tenant.person('alex'));
    const { tenantId } = await directory.organization();
    const { secret } = await directory.addKey(objectId, { displayName: 'test', endsAt: new Date(Date.now() + 86_400_000).toISOString() });
    await tenant.advanceClock('PT1M');
    const writer = microsoft.leadWriter({ tenantId, appId, secret }, tenant.sandbox.environments['contoso-test']);
    const lead = { leadId: randomUUID(), subject: 'T', firstName: 'L', lastName: 'S', companyName: 'C', description: 'D' };
    await expect(writer.writeLead(lead)).resolves.toEqual({ kind: 'waiting', reason: '0x80072560' });
  });

  test('waits for an application that Entra does not know', async () => {
    const { tenantId } = await microsoft.directory(tenant.person('alex')).organization();
    const writer = microsoft.leadWriter({ tenantId, appId: randomUUID(), secret: 'none' }, tenant.sandbox.environments['contoso-test']);
    await expect(writer.signIn()).resolves.toEqual({ kind: 'waiting', reason: 'AADSTS700016' });
  });
});
