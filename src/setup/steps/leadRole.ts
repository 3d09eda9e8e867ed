import { SetupError } from '../errors.ts';
import type { Dataverse, SecurityRole } from '../ports/microsoft.ts';
import type { Change } from '../run.ts';
import { type Sentence, say } from '../sentence.ts';
import { assignCompanion, companionChanges, type CompanionRole, completeCompanion, readCompanionRole } from './companionRole.ts';
import { type MissingPrivilege, missingPrivileges, requiredPrivileges } from './requiredPrivileges.ts';
import { type Look, PlanAnew, type StepContext } from './step.ts';

/** R3. It may be translated in an environment of another language. */
export const roleName = 'Microsoft Marketplace Lead Writer';
export const privilegesRequest = 'POST dataverse /roles({id})/Microsoft.Dynamics.CRM.AddPrivilegesRole';
export const inheritanceRequest = 'PATCH dataverse /roles({id})';
export const assignRequest = 'POST dataverse /systemusers({id})/systemuserroles_association/$ref';

/** Who is to have the role: a user, or the business unit of one that is not there yet. */
export interface RoleHolder {
  readonly businessUnitId: string;
  readonly systemUserId: string | undefined;
}

/** R1–R5 as the environment has them: the solution's role, what it lacks, and whether the holder has it. */
export interface LeadRole {
  readonly role: SecurityRole;
  readonly missing: readonly MissingPrivilege[];
  readonly isAssigned: boolean;
  /** Where the role lacks something and may not be edited. */
  readonly companion: CompanionRole | undefined;
}

/** What giving the role takes where nothing stands in the way. */
export const foreseenRoleChanges: readonly Change[] = [
  { sentence: say('applicationUserAndRole.changePrivilegesForeseen', { role: roleName }), request: privilegesRequest, canBeUndone: true },
  { sentence: say('applicationUserAndRole.changeInheritance', { role: roleName }), request: inheritanceRequest, canBeUndone: true },
  { sentence: say('applicationUserAndRole.changeAssign', { role: roleName }), request: assignRequest, canBeUndone: true },
];

/** undefined when it cannot be told which of the solution's roles is meant. */
export async function readLeadRole(context: StepContext, { businessUnitId, systemUserId }: RoleHolder): Promise<LeadRole | undefined> {
  const dataverse = dataverseOf(context);
  // Roles are copied into every business unit; only the copy of the holder's own unit can be assigned.
  const role = await roleOfSolution(context, businessUnitId);
  if (!role) return undefined;
  const missing = missingPrivileges(await requiredPrivileges(dataverse), await dataverse.privilegesOfRole(role.rootRoleId));
  const assigned = systemUserId === undefined ? [] : await dataverse.rolesOfUser(systemUserId);
  const companion = needsCompanion(context, role, missing) ? await readCompanionRole(context, { role, missing }, { businessUnitId, assigned }) : undefined;
  return { role, missing, isAssigned: assigned.some(({ roleId }) => roleId === role.roleId), companion };
}

/** The role lacks something, and its publisher does not let it be changed, or Dynamics did not when it was tried. */
function needsCompanion(context: StepContext, role: SecurityRole, missing: readonly MissingPrivilege[]): boolean {
  const isIncomplete = missing.length > 0 || role.isInherited !== 1;
  return isIncomplete && (!role.isCustomizable || context.run().facts.isRoleLocked === true);
}

/** @throws SetupError E-ROLE-MISSING when it cannot be told which role is meant */
export async function leadRoleForSure(context: StepContext, holder: RoleHolder): Promise<LeadRole> {
  const known = await readLeadRole(context, holder);
  if (!known) throw new SetupError('E-ROLE-MISSING', { values: { name: roleName } });
  return known;
}

/** The only role that the solution brings, else the one that the procedure names; a guess could give too much. */
async function roleOfSolution(context: StepContext, businessUnitId: string): Promise<SecurityRole | undefined> {
  const { solution } = context.run().facts;
  if (!solution?.solutionId) throw new Error('The role is looked for before the solution was installed');
  const roles = await dataverseOf(context).rolesOfSolution(solution.solutionId, businessUnitId);
  if (roles.length === 0) throw new SetupError('E-ROLE-MISSING', { values: { name: solution.friendlyName } });
  return roles.length === 1 ? roles[0] : roles.find(({ name }) => name === roleName);
}

/** Whether the holder has the role with all that it needs. */
export async function hasLeadRole(context: StepContext, holder: RoleHolder): Promise<boolean> {
  try {
    const known = await readLeadRole(context, holder);
    // That it cannot be told which role is meant does not say that the holder has none.
    return !known || roleChanges(known).length === 0;
  } catch (error) {
    if (error instanceof SetupError && error.code === 'E-ROLE-MISSING') return false;
    throw error;
  }
}

type Blocked = Look & { kind: 'blocked' };

/** The solution brings several roles, and none has the name that the procedure gives. */
export function roleUnclear(): Blocked {
  return { kind: 'blocked', reason: say('applicationUserAndRole.roleUnclear'), cure: say('applicationUserAndRole.roleUnclearCure') };
}

export function roleChanges({ role, missing, isAssigned, companion }: LeadRole): Change[] {
  const values = { role: role.name };
  const changes: (Change | false)[] = [
    !companion && missing.length > 0 && {
      sentence: say('applicationUserAndRole.changePrivileges', { ...values, names: names(missing) }),
      request: privilegesRequest,
      canBeUndone: true,
    },
    !companion && role.isInherited !== 1 && { sentence: say('applicationUserAndRole.changeInheritance', values), request: inheritanceRequest, canBeUndone: true },
    !isAssigned && { sentence: say('applicationUserAndRole.changeAssign', values), request: assignRequest, canBeUndone: true },
  ];
  return [...changes.filter((change) => change !== false), ...(companion ? companionChanges(companion) : [])];
}

/** Why there is a second role. */
export function companionNotices({ role, companion }: LeadRole): Sentence[] {
  return companion ? [say('applicationUserAndRole.roleLocked', { role: role.name })] : [];
}

function names(privileges: readonly MissingPrivilege[]): string {
  return privileges.map(({ name, depth }) => `${name} (${depth})`).join(', ');
}

/** Adds what the role lacks, to itself or to its companion; changes nothing when it lacks nothing. */
export async function completeRole(context: StepContext, leadRole: LeadRole): Promise<void> {
  if (leadRole.companion) return completeCompanion(context, leadRole.companion);
  try {
    await editRole(context, leadRole);
  } catch (error) {
    if (!(error instanceof SetupError) || error.code !== 'E-ROLE-LOCKED') throw error;
    context.remember({ isRoleLocked: true });
    throw new PlanAnew(context.inputs, say('applicationUserAndRole.roleLocked', { role: leadRole.role.name }));
  }
}

async function editRole(context: StepContext, { role, missing }: LeadRole): Promise<void> {
  const dataverse = dataverseOf(context);
  if (missing.length > 0) {
    const wanted = missing.map(({ privilegeId, depth }) => ({ privilegeId, depth }));
    await context.changing(privilegesRequest, () => dataverse.addPrivileges(role.rootRoleId, wanted));
  }
  if (role.isInherited !== 1) await context.changing(inheritanceRequest, () => dataverse.setInherited(role.rootRoleId));
}

/** Gives the holder what they lack of the two. The companion may have been made only now: it is read again. */
export async function assignRole(context: StepContext, { role, isAssigned, companion }: LeadRole, holder: RoleHolder & { systemUserId: string }): Promise<void> {
  if (!isAssigned) {
    await context.changing(assignRequest, () => dataverseOf(context).assignRole(holder.systemUserId, role.roleId));
  }
  if (!companion) return;
  const now = companion.role ? companion : (await readLeadRole(context, holder))?.companion;
  if (now) await assignCompanion(context, now, holder.systemUserId);
}

function dataverseOf(context: StepContext): Dataverse {
  return context.microsoft.dataverse(context.actor, context.environment);
}
