import type { TokenReading } from '../entra/tokens.ts';
import { directoryRoles } from '../directory/roles.ts';
import { personaWithId, type Persona } from '../personas.ts';
import { graphAudience } from '../resources.ts';
import type { AccessToken } from '../service.ts';
import { refusals } from './errors.ts';
import type { GraphCall } from './request.ts';

/** The directory roles that may register applications and change everybody's. */
const applicationManagers: readonly string[] = [
  directoryRoles['Global Administrator'],
  directoryRoles['Application Administrator'],
  directoryRoles['Cloud Application Administrator'],
];

/** The caller behind a token that is for Graph, or Graph's 401. */
export function authenticate(reading: TokenReading<AccessToken>): AccessToken {
  if (reading.kind === 'missing') throw refusals.noToken();
  if (reading.kind === 'expired') throw refusals.expiredToken();
  if (reading.kind === 'invalid') throw refusals.badToken();
  if (reading.claims.aud !== graphAudience) throw refusals.wrongAudience();
  return reading.claims;
}

/** Graph's 403 unless the token carries one of these delegated scopes. */
export function requireScope(call: GraphCall, ...anyOf: readonly string[]): void {
  if (!hasScope(call, ...anyOf)) throw refusals.forbidden();
}

/** Whether the token carries one of these delegated scopes. */
export function hasScope({ caller }: GraphCall, ...anyOf: readonly string[]): boolean {
  const scopes = caller.scp?.split(' ') ?? [];
  return anyOf.some((scope) => scopes.includes(scope));
}

export function requireApplicationRead(call: GraphCall): void {
  requireScope(call, 'Application.ReadWrite.All', 'Application.Read.All');
}

/**
 * Graph's 403 unless the token and the person behind it may make an application: by a role, as Application Developers may too, or
 * because the tenant lets everybody.
 */
export function requireRegistration(call: GraphCall): void {
  requireScope(call, 'Application.ReadWrite.All');
  const mayRegister = call.conditions.registration === 'everybody' || holdsOneOf(call, [...applicationManagers, directoryRoles['Application Developer']]);
  if (!mayRegister) throw refusals.forbidden();
}

/** Graph's 403 unless the token and the person behind it may change this application: by a role, or as its owner. */
export function requireApplicationWrite(call: GraphCall, applicationId?: string): void {
  requireScope(call, 'Application.ReadWrite.All');
  const isOwner = applicationId !== undefined && call.directory.owners.get(applicationId) === personOf(call).objectId;
  if (!isOwner && !holdsOneOf(call, applicationManagers)) throw refusals.forbidden();
}

function holdsOneOf(call: GraphCall, roles: readonly string[]): boolean {
  return call.directory.roleActivations.active(personOf(call)).some((role) => roles.includes(role));
}

/** Graph's 403 unless the person behind the token holds one of these directory roles, active; by template id. */
export function requireDirectoryRole(call: GraphCall, anyOf: readonly string[]): void {
  if (!holdsOneOf(call, anyOf)) throw refusals.forbidden();
}

/** The person on whose behalf the call is made. */
export function personOf({ caller }: GraphCall): Persona {
  const person = personaWithId(caller.oid);
  if (caller.idtyp !== 'user' || person === undefined) throw refusals.meWithoutPerson();
  return person;
}
