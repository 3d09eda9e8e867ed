import type { TokenReading } from '../entra/tokens.ts';
import { personas, type Persona } from '../personas.ts';
import { graphAudience } from '../resources.ts';
import type { AccessToken } from '../service.ts';
import { refusals } from './errors.ts';
import type { GraphCall } from './request.ts';

/**
 * The directory roles that may register and change applications, by template id: Global Administrator, Application
 * Administrator, Cloud Application Administrator. The tenant does not let its users register applications.
 */
const applicationManagers: readonly string[] = [
  '62e90394-69f5-4237-9190-012177145e10',
  '9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3',
  '158c047a-c907-4556-b7ef-446551a6b5f7',
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
export function requireScope({ caller }: GraphCall, ...anyOf: readonly string[]): void {
  const scopes = caller.scp?.split(' ') ?? [];
  if (!anyOf.some((scope) => scopes.includes(scope))) throw refusals.forbidden();
}

export function requireApplicationRead(call: GraphCall): void {
  requireScope(call, 'Application.ReadWrite.All', 'Application.Read.All');
}

/** Graph's 403 unless the token and the person behind it may both change applications. */
export function requireApplicationWrite(call: GraphCall): void {
  requireScope(call, 'Application.ReadWrite.All');
  const { directoryRoles } = personOf(call);
  if (!directoryRoles.some((role) => applicationManagers.includes(role))) throw refusals.forbidden();
}

/** The person on whose behalf the call is made. */
export function personOf({ caller }: GraphCall): Persona {
  const person = Object.values(personas).find(({ objectId }) => objectId === caller.oid);
  if (caller.idtyp !== 'user' || person === undefined) throw refusals.meWithoutPerson();
  return person;
}
