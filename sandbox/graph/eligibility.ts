import { roleNameOf } from '../directory/roles.ts';
import type { SandboxAnswer } from '../service.ts';
import { answerCollection, type EntitySet } from './answers.ts';
import { personOf, requireScope } from './authorisation.ts';
import { refusals } from './errors.ts';
import { queryOf, type GraphCall } from './request.ts';

const instances: EntitySet = {
  name: 'Collection(unifiedRoleEligibilityScheduleInstance)',
  type: 'unifiedRoleEligibilityScheduleInstance',
  resource: 'RoleEligibilityScheduleInstance',
  filterable: { roleDefinitionId: ['eq'], principalId: ['eq'], directoryScopeId: ['eq'], memberType: ['eq'] },
};

/** `GET …/roleEligibilityScheduleInstances/filterByCurrentUser(on='principal')`: the roles that the caller may activate. */
export function listMyEligibleRoles(call: GraphCall): SandboxAnswer {
  requireScope(call, 'RoleEligibilitySchedule.Read.Directory', 'RoleManagement.Read.Directory');
  if (call.parts['on'] !== 'principal') throw refusals.malformed(`The value '${call.parts['on'] ?? ''}' of the parameter 'on' is not supported.`);
  const person = personOf(call);
  if (call.conditions.privilegedIdentityManagement === 'unlicensed') throw refusals.needsPremiumLicence();
  const withNames = (queryOf(call).expand ?? []).some(({ property }) => property === 'roleDefinition');
  const rows = call.directory.roleActivations.eligible(person).map((role) => ({ ...instance(person.objectId, role), ...(withNames ? definition(role) : {}) }));
  return answerCollection(call, instances, rows, ['roleDefinition']);
}

/** For built-in roles the definition's id is the template's. */
function instance(principalId: string, roleDefinitionId: string): Record<string, unknown> {
  const id = `${principalId.slice(0, 8)}-${roleDefinitionId}`;
  return {
    id, principalId, roleDefinitionId, directoryScopeId: '/', appScopeId: null, startDateTime: '2026-01-12T06:00:00Z', endDateTime: null,
    memberType: 'Direct', roleEligibilityScheduleId: id,
  };
}

function definition(templateId: string): Record<string, unknown> {
  return {
    roleDefinition: { id: templateId, displayName: roleNameOf(templateId) ?? null, templateId, isBuiltIn: true, isEnabled: true, resourceScopes: ['/'] },
  };
}
