import { createHash } from 'node:crypto';

import type { LoggedCall, Tenant } from './tenant.ts';
import { openTenant } from './tenant.ts';

let tenant: Tenant;

beforeAll(async () => {
  tenant = await openTenant();
});
afterAll(() => tenant.close());
beforeEach(() => tenant.reset());

function tokenRequests(calls: readonly LoggedCall[]): number {
  return calls.filter(({ path }) => path.includes('/oauth2/v2.0/token')).length;
}

test('environments are listed by name, the test one marked', async () => {
  const environments = await tenant.newMicrosoft().environments(tenant.person('alex'));
  const { contoso, 'contoso-test': contosoTest, nolead } = tenant.sandbox.environments;
  expect(environments.map(({ url, isTest }) => ({ url, isTest }))).toEqual([
    { url: contoso.url, isTest: false },
    { url: nolead.url, isTest: false },
    { url: contosoTest.url, isTest: true },
  ]);
  expect(environments[0]).toMatchObject({ environmentId: expect.any(String) as string, tenantId: tenant.person('alex').tenantId });
});

test('environments of a host that the cloud does not allow are left out', async () => {
  const { cloud } = tenant.sandbox;
  const { host } = new URL(tenant.sandbox.environments.contoso.url);
  const microsoft = tenant.newMicrosoft({ cloud: { ...cloud, dataverseHost: `^${host}$` } });
  const environments = await microsoft.environments(tenant.person('alex'));
  expect(environments.map(({ url }) => url)).toEqual([tenant.sandbox.environments.contoso.url]);
});

test('a person who is not signed in is E-SIGN-IN and nothing is asked', async () => {
  const microsoft = tenant.newMicrosoft({ assertions: { assertionFor: () => Promise.resolve(undefined) } });
  await expect(microsoft.directory(tenant.person('alex')).organization()).rejects.toMatchObject({ code: 'E-SIGN-IN' });
});

test('somebody else’s sign-in is never used', async () => {
  const before = tokenRequests(await tenant.calls());
  const assertions = { assertionFor: () => tenant.assertions.assertionFor(tenant.person('alex')) };
  const microsoft = tenant.newMicrosoft({ assertions });
  await expect(microsoft.directory(tenant.person('rita')).organization()).rejects.toMatchObject({ code: 'E-OTHER-ACCOUNT' });
  await expect(microsoft.environments({ ...tenant.person('alex'), tenantId: 'another' })).rejects.toMatchObject({ code: 'E-OTHER-ACCOUNT' });
  expect(tokenRequests(await tenant.calls())).toBeLessThanOrEqual(before + 1);
});

describe('somebody who acts as another account of theirs', () => {
  const rita = () => tenant.person('rita');
  const alex = () => ({ objectId: tenant.person('alex').objectId, name: 'alex@contoso.onmicrosoft.com' });
  const ritaAsAlex = () => ({ ...rita(), actingAs: alex() });
  /** What single sign-on has, and beside it the sign-ins that came by the browser. */
  const assertionsOf = (accounts: Record<string, string>) => ({
    assertionFor: async ({ actingAs, objectId }: ReturnType<typeof ritaAsAlex>) => {
      const name = accounts[actingAs?.objectId ?? objectId];
      return name ? tenant.assertions.assertionFor(tenant.person(name as 'alex')) : undefined;
    },
    discard: jest.fn(() => Promise.resolve()),
  });

  test('has the rights of that account, and those of their own again afterwards', async () => {
    const microsoft = tenant.newMicrosoft({ assertions: assertionsOf({ [alex().objectId]: 'alex', [rita().objectId]: 'rita' }) });
    await expect(microsoft.directory(ritaAsAlex()).directoryRoleTemplateIds()).resolves.not.toEqual([]);
    await expect(microsoft.directory(rita()).directoryRoleTemplateIds()).resolves.toEqual([]);
    await expect(microsoft.directory(ritaAsAlex()).directoryRoleTemplateIds()).resolves.not.toEqual([]);
  });

  test('keeps the tokens of both accounts apart: changing between them asks Entra for nothing, and losing one leaves the other', async () => {
    const known: Record<string, string | undefined> = {
      [alex().objectId]: await tenant.assertions.assertionFor(tenant.person('alex')),
      [rita().objectId]: await tenant.assertions.assertionFor(rita()),
    };
    const assertionFor = ({ actingAs, objectId }: ReturnType<typeof ritaAsAlex>) => Promise.resolve(known[actingAs?.objectId ?? objectId]);
    const microsoft = tenant.newMicrosoft({ assertions: { assertionFor } });
    const before = tokenRequests(await tenant.calls());
    for (const person of [rita(), ritaAsAlex(), rita(), ritaAsAlex()]) await microsoft.directory(person).organization();
    expect(tokenRequests(await tenant.calls())).toBe(before + 2);
    known[alex().objectId] = undefined;
    await expect(microsoft.directory(ritaAsAlex()).organization()).rejects.toMatchObject({ code: 'E-SIGN-IN' });
    await microsoft.directory(rita()).organization();
    expect(tokenRequests(await tenant.calls())).toBe(before + 2);
  });

  test.each([
    ['their own', 'rita'],
    ['a third', 'priya'],
  ])('is refused with the sign-in of %s account, which is let go of', async (_whose, name) => {
    const assertions = assertionsOf({ [alex().objectId]: name });
    const microsoft = tenant.newMicrosoft({ assertions: assertions });
    await expect(microsoft.directory(ritaAsAlex()).organization()).rejects.toMatchObject({ code: 'E-OTHER-ACCOUNT' });
    expect(assertions.discard).toHaveBeenCalledWith(ritaAsAlex());
  });

  test('is asked to sign in once their tokens are dropped and no sign-in is kept', async () => {
    const accounts: Record<string, string> = { [alex().objectId]: 'alex' };
    const microsoft = tenant.newMicrosoft({ assertions: assertionsOf(accounts) });
    const directory = microsoft.directory(ritaAsAlex());
    await directory.organization();
    const before = tokenRequests(await tenant.calls());
    microsoft.forget(rita());
    await directory.organization();
    expect(tokenRequests(await tenant.calls())).toBeGreaterThan(before);
    delete accounts[alex().objectId];
    await expect(directory.organization()).rejects.toMatchObject({ code: 'E-SIGN-IN' });
  });
});

test('a sign-in that has expired is E-SIGN-IN with Entra’s code and correlation id', async () => {
  const assertion = await tenant.assertions.assertionFor(tenant.person('alex'));
  await tenant.advanceClock('PT3H');
  const microsoft = tenant.newMicrosoft({ assertions: { assertionFor: () => Promise.resolve(assertion) } });
  await expect(microsoft.directory(tenant.person('alex')).organization()).rejects.toMatchObject({
    code: 'E-SIGN-IN',
    upstream: {
      service: 'entra', status: 400, code: 'AADSTS500133', requestId: expect.any(String) as string,
      message: expect.stringMatching(/^AADSTS500133: [^\n]*(?<!Trace ID.*)$/) as string,
    },
  });
});

test('a wrong secret of the sign-in application is E-REFUSED and does not show the secret', async () => {
  const secret = createHash('sha256').update('wrong').digest('hex');
  const { SSO_CLIENT_ID: clientId = '' } = tenant.sandbox.botEnvironment;
  const microsoft = tenant.newMicrosoft({ signInApp: { clientId, proof: { kind: 'secret', secret } } });
  const error: unknown = await microsoft.environments(tenant.person('alex')).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'E-REFUSED', upstream: { service: 'entra', code: 'AADSTS7000215' } });
  expect(everythingIn(error)).not.toContain(secret);
});

test('one token per person and resource is enough for many requests', async () => {
  const microsoft = tenant.newMicrosoft();
  const directory = microsoft.directory(tenant.person('alex'));
  const assertion = await tenant.assertions.assertionFor(tenant.person('alex'));
  const again = tenant.newMicrosoft({ assertions: { assertionFor: () => Promise.resolve(assertion) } }).directory(tenant.person('alex'));
  await directory.organization();
  const before = tokenRequests(await tenant.calls());
  await again.organization();
  await again.organization();
  await again.directoryRoleTemplateIds();
  expect(tokenRequests(await tenant.calls())).toBe(before + 1);
});

test('no token is asked for a host that the cloud does not allow', async () => {
  const microsoft = tenant.newMicrosoft();
  const before = (await tenant.calls()).length;
  expect(() => microsoft.dataverse(tenant.person('alex'), { url: 'https://evil.example' })).toThrow('E-REFUSED');
  expect(() => microsoft.dataverse(tenant.person('alex'), { url: tenant.sandbox.environments.contoso.url.replace('https', 'http') })).toThrow('E-REFUSED');
  expect(() => microsoft.leadWriter({ tenantId: 't', appId: 'a', secret: 's' }, { url: tenant.sandbox.url })).toThrow('E-REFUSED');
  expect(microsoft.hostKind(new URL(tenant.sandbox.environments.contoso.url).host)).toBe('environment');
  expect(microsoft.hostKind('contoso.crm4.dynamics.com')).not.toBe('environment');
  expect((await tenant.calls()).length).toBe(before);
});

/** Everything that a logger could find in an error, its causes too. */
function everythingIn(error: unknown): string {
  const seen = new Set<unknown>();
  const walk = (value: unknown): string => {
    if (typeof value !== 'object' || value === null) return String(value);
    if (seen.has(value)) return '';
    seen.add(value);
    return Object.getOwnPropertyNames(value).map((name) => walk(Reflect.get(value, name))).join(' ');
  };
  return walk(error);
}
