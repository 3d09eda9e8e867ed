import { tenant } from '../tenants.ts';
import type { AccessToken, SandboxRequest, VerifyToken } from '../service.ts';
import type { Environment } from './environment.ts';
import { DataverseError, notAMember } from './errors.ts';
import { rolesOf } from './membership.ts';
import { textOf, type Row } from './row.ts';

/** Who asks: a row of `systemuser` that may come in. */
export interface Caller {
  readonly userId: string;
  readonly businessUnitId: string;
  readonly user: Row;
  /** Who really asks, when the request is made for another user. */
  readonly impersonator?: Caller;
}

const delegatedScope = 'user_impersonation';

/** What tokens must be for, and which tenant's Entra makes them. */
export interface Protected {
  readonly audience: string;
  readonly tenantId?: string;
}

/** Promises a token that was issued for `audience`; everything else is a 401 that says where tokens come from. */
export async function authenticate(request: SandboxRequest, verifyToken: VerifyToken, wanted: Protected): Promise<AccessToken> {
  const token = await verifyToken(request.headers['authorization']);
  if (token === undefined || token.aud.replace(/\/$/, '') !== wanted.audience) throw unauthorized(wanted);
  if (token.idtyp === 'user' && token.scp?.split(' ').includes(delegatedScope) !== true) throw unauthorized(wanted);
  return token;
}

function unauthorized({ audience, tenantId = tenant.id }: Protected): DataverseError {
  const challenge = `Bearer authorization_uri=https://login.microsoftonline.com/${tenantId}/oauth2/authorize, resource_id=${audience}/`;
  return new DataverseError(401, '', 'The request is not authenticated.', { 'WWW-Authenticate': challenge });
}

/**
 * Promises the user behind a token. An application is found by its id, a person by their object id. Who is not in the environment, an
 * application user without a role, and one that was made moments ago are all "not a member"; a disabled user is told so.
 */
export function admit(environment: Environment, token: AccessToken): Caller {
  const user = token.tid === environment.tenantId ? userOf(environment, token) : undefined;
  if (user === undefined) throw notAMember();
  return admitUser(environment, user);
}

/** Promises that this user may come in; refuses them as `admit` says. */
export function admitUser(environment: Environment, user: Row): Caller {
  const userId = textOf(user, 'systemuserid');
  if (user['isdisabled'] === true) throw disabledUser(userId);
  if ((environment.readyAtMs.get(userId) ?? 0) > environment.clock.now()) throw notAMember();
  if (rolesOf(environment, userId).length === 0) throw user['applicationid'] === null ? withoutRoles() : notAMember();
  return { userId, businessUnitId: textOf(user, '_businessunitid_value'), user };
}

/** The row of the person or application that a token is about, disabled or not. */
export function userOf(environment: Environment, token: AccessToken): Row | undefined {
  const column = token.idtyp === 'app' ? 'applicationid' : 'azureactivedirectoryobjectid';
  const wanted = (token.idtyp === 'app' ? token.appid : token.oid).toLowerCase();
  return environment.store.rows('systemuser').find((user) => user['deletedstate'] === 0 && user[column] === wanted);
}

function disabledUser(userId: string): DataverseError {
  const message = `The specified user(Id = ${userId}) is disabled. Consider enabling this user. Additional Details: User is disabled.`;
  return new DataverseError(403, '0x80040225', message);
}

function withoutRoles(): DataverseError {
  return new DataverseError(403, '0x80042f09', 'SecLib::RetrievePrivilegeForUser failed - no roles are assigned to user.');
}
