import { roleNameOf } from '../directory/roles.ts';
import type { SandboxAnswer } from '../service.ts';
import { answerCollection, answerEntity } from './answers.ts';
import { personOf, requireScope } from './authorisation.ts';
import { refusals } from './errors.ts';
import { hasEventualConsistency, queryOf, type GraphCall } from './request.ts';
import { users } from './userRows.ts';

/** `GET /me` */
export function getMe(call: GraphCall): SandboxAnswer {
  requireScope(call, 'User.Read');
  const { objectId } = personOf(call);
  const found = call.directory.users.find(({ id }) => id === objectId);
  if (found === undefined) throw refusals.notFound(objectId);
  return answerEntity(call, users, found);
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

/** Without a role-reading permission only the id can be relied on; the template id is part of the minimum that is read. */
function roleRow(roleTemplateId: string, seesAll: boolean): Readonly<Record<string, unknown>> {
  const displayName = seesAll ? (roleNameOf(roleTemplateId) ?? null) : null;
  return { '@odata.type': '#microsoft.graph.directoryRole', id: roleTemplateId, deletedDateTime: null, description: null, displayName, roleTemplateId };
}
