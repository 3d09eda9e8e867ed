import { personaWithId } from '../personas.ts';
import type { SandboxAnswer } from '../service.ts';
import { answerCollection, type EntitySet } from './answers.ts';
import { requireScope } from './authorisation.ts';
import type { GraphCall } from './request.ts';

const assignments: EntitySet = {
  name: 'roleManagement/directory/roleAssignments',
  type: 'unifiedRoleAssignment',
  resource: 'UnifiedRoleAssignment',
  filterable: { principalId: ['eq'], roleDefinitionId: ['eq'] },
};

/** `GET /roleManagement/directory/roleAssignments`: who holds which directory role now; nobody that a setup made does. */
export function listRoleAssignments(call: GraphCall): SandboxAnswer {
  requireScope(call, 'RoleManagement.Read.Directory', 'RoleManagement.Read.All', 'Directory.Read.All');
  const rows = call.directory.users.all().flatMap(({ id }) => {
    const persona = personaWithId(id);
    const roles = persona ? call.directory.roleActivations.active(persona) : [];
    return roles.map((roleDefinitionId) => ({ id: `${id.slice(0, 8)}-${roleDefinitionId}`, principalId: id, roleDefinitionId, directoryScopeId: '/', appScopeId: null, condition: null }));
  });
  return answerCollection(call, assignments, rows);
}
