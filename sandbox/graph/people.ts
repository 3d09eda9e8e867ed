import { roleNameOf } from '../directory/roles.ts';
import { personas, tenant, type Persona } from '../personas.ts';
import type { SandboxAnswer } from '../service.ts';
import { answerCollection, answerEntity } from './answers.ts';
import { personOf, requireScope } from './authorisation.ts';
import { refusals } from './errors.ts';
import { hasEventualConsistency, queryOf, type GraphCall } from './request.ts';

/** `GET /me` */
export function getMe(call: GraphCall): SandboxAnswer {
  requireScope(call, 'User.Read');
  return answerEntity(call, { name: 'users', type: 'user' }, userRow(personOf(call)));
}

/** `GET /me/transitiveMemberOf/microsoft.graph.directoryRole`: a type cast, which Graph lists as an advanced query. */
export function listMyDirectoryRoles(call: GraphCall): SandboxAnswer {
  requireScope(call, 'User.Read');
  const isAdvanced = hasEventualConsistency(call) && queryOf(call).count === true;
  if (!isAdvanced) throw refusals.needsConsistencyLevel();
  const seesAll = call.caller.scp?.split(' ').includes('RoleManagement.Read.Directory') ?? false;
  const rows = call.directory.roleActivations.active(personOf(call)).map((roleTemplateId) => roleRow(roleTemplateId, seesAll));
  return answerCollection(call, { name: 'directoryObjects', type: 'directoryRole', resource: 'DirectoryRole', filterable: {} }, rows);
}

/** `GET /organization` */
export function listOrganization(call: GraphCall): SandboxAnswer {
  requireScope(call, 'User.Read', 'Organization.Read.All');
  const verifiedDomain = { capabilities: 'Email, OfficeCommunicationsOnline', isDefault: true, isInitial: true, name: tenant.domain, type: 'Managed' };
  const row = { id: tenant.id, deletedDateTime: null, displayName: tenant.displayName, verifiedDomains: [verifiedDomain] };
  return answerCollection(call, { name: 'organization', type: 'organization', resource: 'Organization', filterable: {} }, [row]);
}

/** The users of the tenant as Graph would list them. */
export function userRows(): Readonly<Record<string, unknown>>[] {
  return Object.values(personas).map(userRow);
}

function userRow({ objectId, displayName, userPrincipalName }: Persona): Readonly<Record<string, unknown>> {
  const [givenName = null, surname = null] = displayName.split(' ');
  const unset = { businessPhones: [], jobTitle: null, mobilePhone: null, officeLocation: null, preferredLanguage: null };
  return { ...unset, id: objectId, displayName, givenName, surname, mail: userPrincipalName, userPrincipalName };
}

/** Without a role-reading permission only the id can be relied on; the template id is part of the minimum that is read. */
function roleRow(roleTemplateId: string, seesAll: boolean): Readonly<Record<string, unknown>> {
  const displayName = seesAll ? (roleNameOf(roleTemplateId) ?? null) : null;
  return { '@odata.type': '#microsoft.graph.directoryRole', id: roleTemplateId, deletedDateTime: null, description: null, displayName, roleTemplateId };
}
