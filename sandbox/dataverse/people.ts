import { toMilliseconds } from '../duration.ts';
import { tenant } from '../tenants.ts';
import type { Environment } from './environment.ts';
import { dataverseDate, textOf, type Row } from './row.ts';
import { seedId } from './seedId.ts';
import { insertUser } from './userRow.ts';

/** A person of the tenant as the Power Platform sees them. */
export interface TenantPerson {
  readonly objectId: string;
  readonly displayName: string;
  readonly userPrincipalName: string;
  readonly isEnabled: boolean;
  /** From when on a licence with a Dataverse plan counts, on the tenant's clock; absent without one. */
  readonly licensedFromMs?: number;
}

export interface PeopleOfTenant {
  all(): readonly TenantPerson[];
  find(objectId: string): TenantPerson | undefined;
}

/**
 * Makes the users of an environment follow the directory: who is licensed becomes a user some time after, sooner when somebody forces
 * it, and who is disabled or deleted in Entra is disabled, until some time after they may sign in again. People who were there at the beginning are users or not as the seed says.
 */
export function settlePeople(environment: Environment): void {
  if (environment.tenantId !== tenant.id) return;
  for (const person of environment.people.all()) {
    const dueAtMs = userFromMs(environment, person);
    if (dueAtMs <= environment.clock.now() && mayBecomeUser(environment, person)) addPerson(environment, person, dueAtMs);
  }
  for (const row of environment.store.rows('systemuser')) followEntra(environment, row);
}

/** Forces a person into the environment; a second time changes nothing. */
export function forceUser({ forcedAtMs, clock }: Environment, objectId: string): void {
  if (!forcedAtMs.has(objectId)) forcedAtMs.set(objectId, clock.now());
}

/** Makes a user of a person who comes for the first time, when they may be one. */
export function welcome(environment: Environment, objectId: string): void {
  const person = environment.people.find(objectId);
  if (person !== undefined && mayBecomeUser(environment, person)) addPerson(environment, person, environment.clock.now());
}

/** Whether a licence of the person counts by now. */
export function isLicensed({ clock }: Environment, { licensedFromMs }: TenantPerson): boolean {
  return licensedFromMs !== undefined && licensedFromMs <= clock.now();
}

/** The user of this object id, disabled or not. */
export function userWithObjectId({ store }: Environment, objectId: string): Row | undefined {
  return store.rows('systemuser').find((row) => row['deletedstate'] === 0 && row['azureactivedirectoryobjectid'] === objectId.toLowerCase());
}

/** Nested groups do not count, and neither does a licence that is not in force: so Microsoft's page on creating users. */
function mayBecomeUser(environment: Environment, person: TenantPerson): boolean {
  const members = environment.conditions.get().microsoft365.securityGroups[environment.name];
  const isAllowed = members === undefined || members.includes(person.objectId);
  return person.isEnabled && isAllowed && isLicensed(environment, person) && userWithObjectId(environment, person.objectId) === undefined;
}

function userFromMs({ conditions, forcedAtMs, presentAtStart }: Environment, { objectId, licensedFromMs = Infinity }: TenantPerson): number {
  const { userSync, userSyncUnforced } = conditions.get().microsoft365;
  const forced = (forcedAtMs.get(objectId) ?? Infinity) + toMilliseconds(userSync);
  const unforced = presentAtStart.has(objectId) ? Infinity : licensedFromMs + toMilliseconds(userSyncUnforced);
  return Math.min(forced, unforced);
}

function addPerson(environment: Environment, { objectId, displayName, userPrincipalName }: TenantPerson, atMs: number): void {
  const { store, name, rootBusinessUnitId } = environment;
  const systemuserid = environment.newId();
  insertUser(environment, {
    systemuserid, azureactivedirectoryobjectid: objectId, fullname: displayName, domainname: userPrincipalName,
    internalemailaddress: userPrincipalName, windowsliveid: userPrincipalName, accessmode: 0, islicensed: true,
    createdon: dataverseDate(atMs), modifiedon: dataverseDate(atMs),
  });
  const teamid = seedId(name, 'team', rootBusinessUnitId);
  store.insert('teammembership', { teammembershipid: seedId(name, 'membership', systemuserid, teamid), systemuserid, teamid });
}

/** Whom an administrator disabled in the environment itself stays so. */
function followEntra(environment: Environment, row: Row): void {
  const objectId = row['azureactivedirectoryobjectid'];
  if (typeof objectId !== 'string' || row['applicationid'] !== null) return;
  const isEnabled = environment.people.find(objectId)?.isEnabled;
  if (isEnabled === false) disable(environment, row, objectId);
  else if (isEnabled && environment.disabledWithEntra.has(objectId)) enableInTime(environment, row, objectId);
}

function disable({ disabledWithEntra, store }: Environment, row: Row, objectId: string): void {
  if (row['isdisabled'] === true && !disabledWithEntra.has(objectId)) return;
  disabledWithEntra.set(objectId, undefined);
  store.update('systemuser', textOf(row, 'systemuserid'), { isdisabled: true });
}

function enableInTime({ clock, conditions, disabledWithEntra, store }: Environment, row: Row, objectId: string): void {
  const sinceMs = disabledWithEntra.get(objectId) ?? clock.now();
  disabledWithEntra.set(objectId, sinceMs);
  if (clock.now() < sinceMs + toMilliseconds(conditions.get().microsoft365.userSync)) return;
  disabledWithEntra.delete(objectId);
  store.update('systemuser', textOf(row, 'systemuserid'), { isdisabled: false });
}
