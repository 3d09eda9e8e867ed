import { randomUUID } from 'node:crypto';

import { tenant as contoso } from '../../sandbox/personas.ts';
import type { Directory } from '../../src/setup/ports/microsoft.ts';
import { openTenant, type Tenant } from './tenant.ts';

let tenant: Tenant;
let directory: Directory;

beforeAll(async () => {
  tenant = await openTenant();
});
afterAll(() => tenant.close());
beforeEach(async () => {
  await tenant.reset();
  directory = tenant.newMicrosoft().directory(tenant.person('alex'));
});

const leadWriter = {
  uniqueName: 'lead-setup-k3v9',
  displayName: "Lead writer of O'Hara & Söhne",
  tags: ['lead-setup-run:k3v9', "lead-setup-environment:o'hara.crm4.dynamics.com"],
  notes: 'Made by Lead Setup.',
};

async function save() {
  await directory.saveApplication(leadWriter);
  const application = await directory.applicationByUniqueName(leadWriter.uniqueName);
  if (!application) throw new Error('not saved');
  return application;
}

function in18Months(): string {
  return new Date(Date.now() + 18 * 30 * 86_400_000).toISOString();
}

test('organization gives the directory ID that Partner Center asks for', async () => {
  await expect(directory.organization()).resolves.toEqual({ tenantId: contoso.id, displayName: contoso.displayName });
});

test('directory roles are read for the person who asks', async () => {
  await expect(directory.directoryRoleTemplateIds()).resolves.toContain('62e90394-69f5-4237-9190-012177145e10');
  await expect(tenant.newMicrosoft().directory(tenant.person('priya')).directoryRoleTemplateIds()).resolves.toEqual([]);
});

test('an application that does not exist reads as undefined', async () => {
  await expect(directory.applicationByUniqueName('lead-setup-nobody')).resolves.toBeUndefined();
  await expect(directory.application(randomUUID())).resolves.toBeUndefined();
  await expect(directory.servicePrincipal(randomUUID())).resolves.toBeUndefined();
});

test('a saved application is multitenant, lists the Dynamics permission and has no redirect address', async () => {
  const saved = await save();
  expect(saved).toMatchObject({ displayName: leadWriter.displayName, tags: leadWriter.tags, isMultitenant: true, listsDynamicsPermission: true, keys: [] });
  await expect(directory.application(saved.objectId)).resolves.toEqual(saved);
});

test('saving twice changes nothing', async () => {
  const first = await save();
  const second = await save();
  expect(second).toEqual(first);
});

test('applications are found by their tag, once Entra shows the new one', async () => {
  const saved = await save();
  await tenant.advanceClock('PT1M');
  const found = await directory.applicationsTagged(leadWriter.tags[1] ?? '');
  expect(found.map(({ objectId }) => objectId)).toEqual([saved.objectId]);
  await expect(directory.applicationsTagged('nobody')).resolves.toEqual([]);
});

test('completing an application keeps what it has', async () => {
  const saved = await save();
  await directory.completeApplication(saved.objectId);
  await expect(directory.application(saved.objectId)).resolves.toEqual(saved);
});

test('the service principal waits for the new application, is saved, and saving again is no error', async () => {
  const { appId } = await save();
  await expect(directory.saveServicePrincipal(appId)).resolves.toEqual({ kind: 'waiting' });
  await tenant.advanceClock('PT1M');
  await expect(directory.saveServicePrincipal(appId)).resolves.toEqual({ kind: 'saved' });
  await expect(directory.saveServicePrincipal(appId)).resolves.toEqual({ kind: 'saved' });
  await expect(directory.servicePrincipal(appId)).resolves.toEqual({ objectId: expect.stringMatching(/^[0-9a-f-]{36}$/), isEnabled: true });
});

test('a key is made once, listed without its secret, and removed once or twice', async () => {
  const { objectId } = await save();
  const endsAt = in18Months();
  const key = await directory.addKey(objectId, { displayName: 'Partner Center k3v9', endsAt });
  expect(key.secret.length).toBeGreaterThan(16);
  expect(key.endsAt).toBe(endsAt);
  const listed = await directory.application(objectId);
  expect(listed?.keys).toEqual([{ keyId: key.keyId, displayName: 'Partner Center k3v9', endsAt }]);
  expect(JSON.stringify(listed)).not.toContain(key.secret);
  await directory.removeKey(objectId, key.keyId);
  await directory.removeKey(objectId, key.keyId);
  expect((await directory.application(objectId))?.keys).toEqual([]);
});

test('a key that is not listed yet is removed all the same', async () => {
  const { objectId } = await save();
  await tenant.control('conditions', { replication: { keyToApplication: 'PT60S' } });
  const { keyId } = await directory.addKey(objectId, { displayName: 'Partner Center k3v9', endsAt: in18Months() });
  expect((await directory.application(objectId))?.keys).toEqual([]);
  await directory.removeKey(objectId, keyId);
  await tenant.advanceClock('PT2M');
  expect((await directory.application(objectId))?.keys).toEqual([]);
});

test('removing a key of an application that is gone is no error', async () => {
  await expect(directory.removeKey(randomUUID(), randomUUID())).resolves.toBeUndefined();
});

test.each(['priya', 'rita'] as const)('%s is refused with what Graph says', async (name) => {
  const refused = tenant.newMicrosoft().directory(tenant.person(name)).saveApplication(leadWriter);
  await expect(refused).rejects.toMatchObject({
    code: 'E-REFUSED',
    values: { what: 'PATCH /applications(uniqueName)' },
    upstream: { service: 'graph', status: 403, code: 'Authorization_RequestDenied', requestId: expect.any(String) as string },
  });
});

test('a key for an application that does not exist is not found', async () => {
  const missing = directory.addKey(randomUUID(), { displayName: 'x', endsAt: in18Months() });
  await expect(missing).rejects.toMatchObject({ code: 'E-NOT-FOUND', upstream: { status: 404 } });
});
