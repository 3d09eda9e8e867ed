import { randomUUID } from 'node:crypto';

import { OnBehalfOfCredential } from '@azure/identity';

import { skuIds } from '../../sandbox/directory/subscriptions.ts';
import { personas, tenant as contoso } from '../../sandbox/personas.ts';
import { registrations } from '../../sandbox/registrations.ts';
import type { Dataverse, Directory, PowerPlatform } from '../../src/setup/ports/microsoft.ts';
import { openTenant, type Tenant } from './tenant.ts';

let tenant: Tenant;
let directory: Directory;
let dataverse: Dataverse;
let powerPlatform: PowerPlatform;
let environmentId: string;

beforeAll(async () => {
  tenant = await openTenant();
});
afterAll(() => tenant.close());
beforeEach(async () => {
  await tenant.reset();
  const microsoft = tenant.newMicrosoft();
  const alex = tenant.person('alex');
  directory = microsoft.directory(alex);
  powerPlatform = microsoft.powerPlatform(alex);
  const [environment] = (await microsoft.environments(alex)).filter(({ url }) => url === tenant.sandbox.environments.contoso.url);
  if (!environment?.environmentId) throw new Error('not discovered');
  ({ environmentId } = environment);
  dataverse = microsoft.dataverse(alex, environment);
});

const wanted = {
  userPrincipalName: 'lead.writer@contoso.example',
  displayName: "Lead writer of O'Hara & Söhne",
  jobTitle: 'lead-setup-run:k3v9',
  usageLocation: 'FR',
  password: 'Correct-horse-7-battery',
};

async function make(): Promise<string> {
  const made = await directory.createUser(wanted);
  if (made.kind !== 'made') throw new Error('taken');
  return made.objectId;
}

const calls = async (path: RegExp) => (await tenant.calls()).filter((call) => path.test(call.path) && call.method !== 'GET');
const lead = () => ({ leadId: randomUUID(), subject: 'Test', firstName: 'Test', lastName: 'Test', companyName: 'Test', description: 'Test' });

describe('The organization', () => {
  test('names its domains, which of them are managed, and its country', async () => {
    await expect(directory.organizationDetails()).resolves.toEqual({
      country: 'DE',
      domains: [
        { name: contoso.domain, isDefault: false, isManaged: true },
        { name: 'contoso.example', isDefault: true, isManaged: true },
        { name: 'partner.contoso.example', isDefault: false, isManaged: false },
      ],
    });
  });
});

describe('A user', () => {
  test('is made once, without a forced change, and read by id and by name', async () => {
    const objectId = await make();
    const { password: _, ...described } = wanted;
    for (const key of [objectId, wanted.userPrincipalName]) {
      await expect(directory.user(key)).resolves.toEqual({ objectId, ...described, isEnabled: true, isGuest: false, skuIds: [], passwordChangedAt: expect.any(String) as string });
    }
    expect(await calls(/\/users$/u)).toHaveLength(1);
  });

  test('that does not exist reads as undefined, whatever its name', async () => {
    await expect(directory.user('nobody@contoso.example')).resolves.toBeUndefined();
    await expect(directory.user("o'hara#ext#@contoso.example")).resolves.toBeUndefined();
    await expect(directory.user(randomUUID())).resolves.toBeUndefined();
  });

  test('of a name that is taken is not made', async () => {
    await make();
    await expect(directory.createUser(wanted)).resolves.toEqual({ kind: 'taken' });
  });

  test('who was deleted keeps their name in memory, and others do not', async () => {
    const objectId = await make();
    await expect(directory.deletedUsersNamed(wanted.userPrincipalName)).resolves.toEqual([]);
    await fetchGraph('DELETE', `/users/${objectId}`);
    await expect(directory.deletedUsersNamed(wanted.userPrincipalName.toUpperCase())).resolves.toHaveLength(1);
    await expect(directory.deletedUsersNamed('writer@contoso.example')).resolves.toEqual([]);
    await expect(directory.deletedUsersNamed("o'hara@contoso.example")).resolves.toEqual([]);
  });

  test('gets another password, without a forced change', async () => {
    const objectId = await make();
    await directory.setPassword(objectId, 'Another-horse-8-staple');
    await expect(tryPassword('Another-horse-8-staple')).resolves.toEqual({ isRight: true, mustChange: false });
  });

  test.each(['priya', 'tia'] as const)('is refused to %s with what Graph says', async (name) => {
    const refused = tenant.newMicrosoft().directory(tenant.person(name)).createUser(wanted);
    await expect(refused).rejects.toMatchObject({ code: 'E-REFUSED', values: { what: 'POST /users' }, upstream: { service: 'graph', status: 403 } });
  });

  test('with a password that the policy refuses is refused, and the password is not repeated', async () => {
    const password = 'onlysmallletters';
    const refusal: unknown = await directory.createUser({ ...wanted, password }).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'E-REFUSED', upstream: { status: 400 } });
    expect(JSON.stringify(refusal)).not.toContain(password);
  });
});

describe('Licences', () => {
  test('are counted as far as they can be given to somebody', async () => {
    const stock = await directory.licenceStock();
    expect(stock).toContainEqual({ skuId: skuIds.DYN365_ENTERPRISE_SALES, partNumber: 'DYN365_ENTERPRISE_SALES', free: 3 });
    expect(stock).toContainEqual({ skuId: skuIds.D365_SALES_PRO, partNumber: 'D365_SALES_PRO', free: 0 });
    expect(stock.map(({ partNumber }) => partNumber)).not.toContain('DYN365_ENTERPRISE_CUSTOMER_SERVICE');
  });

  test('are given once, however often it is asked', async () => {
    const objectId = await make();
    await directory.assignLicence(objectId, skuIds.DYN365_ENTERPRISE_SALES);
    await directory.assignLicence(objectId, skuIds.DYN365_ENTERPRISE_SALES);
    expect((await directory.user(objectId))?.skuIds).toEqual([skuIds.DYN365_ENTERPRISE_SALES]);
    expect(await directory.licenceStock()).toContainEqual(expect.objectContaining({ partNumber: 'DYN365_ENTERPRISE_SALES', free: 2 }));
  });

  test('that are used up are refused', async () => {
    await expect(directory.assignLicence(await make(), skuIds.D365_SALES_PRO)).rejects.toMatchObject({ code: 'E-REFUSED', upstream: { status: 400 } });
  });
});

describe('The way into an environment', () => {
  const licensed = async () => {
    const objectId = await make();
    await directory.assignLicence(objectId, skuIds.DYN365_ENTERPRISE_SALES);
    return objectId;
  };

  test('waits for the licence, then for the row', async () => {
    const objectId = await licensed();
    await expect(powerPlatform.addUser(environmentId, objectId)).resolves.toEqual({ kind: 'waiting' });
    await tenant.advanceClock('PT20S');
    await expect(powerPlatform.addUser(environmentId, objectId)).resolves.toEqual({ kind: 'added' });
    await expect(dataverse.userOf(objectId)).resolves.toBeUndefined();
    await tenant.advanceClock('PT15S');
    await expect(dataverse.userOf(objectId)).resolves.toMatchObject({ isDisabled: false, businessUnitId: await dataverse.rootBusinessUnitId() });
    await expect(powerPlatform.addUser(environmentId, objectId)).resolves.toEqual({ kind: 'added' });
  });

  test('is refused to who is no administrator of the platform, and not found for another environment', async () => {
    const objectId = await licensed();
    const refused = tenant.newMicrosoft().powerPlatform(tenant.person('priya')).addUser(environmentId, objectId);
    await expect(refused).rejects.toMatchObject({ code: 'E-REFUSED', upstream: { service: 'powerPlatform', status: 403, requestId: expect.any(String) as string } });
    await expect(powerPlatform.addUser(randomUUID(), objectId)).rejects.toMatchObject({ code: 'E-NOT-FOUND' });
  });

  test('opens to who is asked for in the user’s name', async () => {
    const objectId = await licensed();
    await expect(dataverse.admit(objectId)).resolves.toMatchObject({ kind: 'waiting', reason: '0x80072560' });
    await tenant.advanceClock('PT20S');
    await dataverse.admit(objectId);
    await tenant.advanceClock('PT20S');
    await expect(dataverse.userOf(objectId)).resolves.toMatchObject({ isDisabled: false });
  });

  test('is not opened by somebody who may not act for others', async () => {
    const rita = tenant.newMicrosoft().dataverse(tenant.person('rita'), { url: tenant.sandbox.environments.contoso.url });
    await expect(rita.admit(personas.alex.objectId)).rejects.toMatchObject({ code: 'E-REFUSED', upstream: { status: 403 } });
  });
});

describe('A lead in somebody’s name', () => {
  test('is theirs, and one however often it is written', async () => {
    const { systemUserId } = (await dataverse.userOf(personas.priya.objectId)) ?? {};
    const wantedLead = lead();
    await expect(dataverse.writeLeadAs(personas.priya.objectId, wantedLead)).resolves.toEqual({ kind: 'written' });
    await expect(dataverse.writeLeadAs(personas.priya.objectId, wantedLead)).resolves.toEqual({ kind: 'written' });
    await expect(dataverse.lead(wantedLead.leadId)).resolves.toEqual({ leadId: wantedLead.leadId, createdBy: systemUserId });
  });

  test('is refused where they may not write one, though the caller may', async () => {
    await expect(dataverse.writeLeadAs(personas.rita.objectId, lead())).rejects.toMatchObject({ code: 'E-REFUSED' });
  });

  test('waits for who is not there yet', async () => {
    await expect(dataverse.writeLeadAs(personas.tomas.objectId, lead())).resolves.toEqual({ kind: 'waiting', reason: '0x80072560' });
  });
});

async function fetchGraph(method: string, path: string): Promise<void> {
  const token = await graphToken();
  const response = await fetch(`${tenant.sandbox.cloud.graph.url}${path}`, { method, headers: { authorization: `Bearer ${token}` } });
  expect(response.status).toBe(204);
}

async function graphToken(): Promise<string> {
  const client = { tenantId: contoso.id, clientId: registrations.signIn.appId, clientSecret: registrations.signIn.secret };
  const authority = { authorityHost: tenant.sandbox.cloud.entra.authorityHost, disableInstanceDiscovery: true };
  const userAssertionToken = (await tenant.assertions.assertionFor(tenant.person('alex'))) ?? '';
  return (await new OnBehalfOfCredential({ ...client, userAssertionToken, ...authority }).getToken('https://graph.microsoft.com/.default')).token;
}

async function tryPassword(password: string): Promise<unknown> {
  const body = JSON.stringify({ userPrincipalName: wanted.userPrincipalName, password });
  const response = await fetch(`${tenant.sandbox.url}/_sandbox/password`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  return await response.json();
}
