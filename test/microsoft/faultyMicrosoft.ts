import { createMicrosoft } from '../../src/microsoft/index.ts';
import type { Dataverse, Directory, Microsoft } from '../../src/setup/ports/microsoft.ts';
import { type FaultyCloud, openFaultyCloud, type Scripted, tenantId } from './faultyCloud.ts';

export const actor = { tenantId, objectId: 'a1e10000-0000-4000-8000-000000000001', channelUserId: '29:a', channelId: 'msteams', name: 'Alex' };
export const assertion = ['{}', JSON.stringify({ tid: actor.tenantId, oid: actor.objectId }), 's'].map((part) => Buffer.from(part).toString('base64url')).join('.');
export const secret = 'sign-in~secret';
export const now = new Date('2026-11-22T10:00:00.000Z');
export const id = 'b1e10000-0000-4000-8000-000000000001';

/* For each test that imports this: a cloud that does as it is told, and what talks to it, anew. */
export let faulty: FaultyCloud;
export let microsoft: Microsoft;
export let directory: Directory;
export let dataverse: Dataverse;
export let slept: number[];
export let deadline: AbortController;

beforeAll(async () => {
  faulty = await openFaultyCloud();
});
afterAll(() => faulty.close());
beforeEach(() => {
  faulty.reset();
  slept = [];
  deadline = new AbortController();
  microsoft = createMicrosoft({
    cloud: faulty.cloud,
    assertions: { assertionFor: () => Promise.resolve(assertion) },
    signInApp: { clientId: 'c1e10000-0000-4000-8000-000000000001', proof: { kind: 'secret', secret } },
    timing: {
      now: () => now,
      sleep: (milliseconds) => { slept.push(milliseconds); return Promise.resolve(); },
      deadline: () => deadline.signal,
    },
  });
  directory = microsoft.directory(actor);
  dataverse = microsoft.dataverse(actor, faulty.environment);
});

export const graphError = (status: number, headers: Record<string, string> = {}): Scripted => ({
  status,
  headers: { 'request-id': 'r-1', ...headers },
  body: { error: { code: 'Request_Something', message: 'Microsoft said no.', innerError: { 'request-id': 'r-1', date: '2026-11-22T10:00:00' } } },
});
export const dataverseError = (status: number, headers: Record<string, string> = {}): Scripted => ({
  status,
  headers: { 'x-ms-service-request-id': 'r-2', ...headers },
  body: { error: { code: '0x80040000', message: 'Microsoft said no.' } },
});
export const organization: Scripted = { status: 200, body: { value: [{ id: tenantId, displayName: 'Contoso' }] } };
const user: Scripted = { status: 200, body: { accessmode: 0 } };
const started: Scripted = { status: 200, body: { AsyncOperationId: id, ImportJobKey: id } };
const newUser: Scripted = { status: 201, body: { id } };
const wantedUser = { userPrincipalName: 'l@contoso.example', displayName: 'L', jobTitle: 'l', usageLocation: 'DE', password: 'p' };
export const powerPlatformError = (status: number, headers: Record<string, string> = {}): Scripted => ({
  status,
  headers: { 'x-ms-correlation-id': 'r-3', ...headers },
  body: { error: { code: 'Something', message: 'Microsoft said no.' } },
});
export const newKey: Scripted = { status: 200, body: { keyId: id, secretText: 'the-key-itself', endDateTime: '2027-01-01T00:00:00Z' } };

/** One call of each kind through each library. */
const calls = {
  'a read of Graph': { run: () => directory.organization(), error: graphError, good: organization, kind: 'read' },
  'a read of Dataverse': { run: () => dataverse.accessMode(id), error: dataverseError, good: user, kind: 'read' },
  'an upsert in Graph': { run: () => directory.saveServicePrincipal(id), error: graphError, good: { status: 204 }, kind: 'repeatable' },
  'a delete in Dataverse': { run: () => dataverse.deleteLead(id), error: dataverseError, good: { status: 204 }, kind: 'repeatable' },
  'a new key in Graph': { run: () => directory.addKey(id, { displayName: 'k', endsAt: '2027-01-01T00:00:00Z' }), error: graphError, good: newKey, kind: 'once' },
  'a new user in Graph': { run: () => directory.createUser(wantedUser), error: graphError, good: newUser, kind: 'once' },
  'a licence in Graph': { run: () => directory.assignLicence(id, id), error: graphError, good: newUser, kind: 'repeatable' },
  'a user forced in by Power Platform': { run: () => microsoft.powerPlatform(actor).addUser(id, id), error: powerPlatformError, good: { status: 200 }, kind: 'repeatable' },
  'the start of an import': { run: () => dataverse.startImport(id), error: dataverseError, good: started, kind: 'once' },
} as const satisfies Record<string, { run: () => Promise<unknown>; error: typeof graphError; good: Scripted; kind: string }>;
export const all = Object.entries(calls).map(([name, call]) => ({ name, ...call }));
export const mayRepeat = all.filter(({ kind }) => kind !== 'once');
export const onlyOnce = all.filter(({ kind }) => kind === 'once');

/** Everything that a logger could find in an error, its causes too. */
export function everythingIn(error: unknown, seen = new Set<unknown>()): string {
  if (typeof error !== 'object' || error === null) return String(error);
  if (seen.has(error)) return '';
  seen.add(error);
  return Object.getOwnPropertyNames(error).map((name) => everythingIn(Reflect.get(error, name), seen)).join(' ');
}
