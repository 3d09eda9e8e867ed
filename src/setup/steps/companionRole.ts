import type { Dataverse, SecurityRole } from '../ports/microsoft.ts';
import type { Change } from '../run.ts';
import { say } from '../sentence.ts';
import { type MissingPrivilege, missingPrivileges, requiredPrivileges } from './requiredPrivileges.ts';
import type { StepContext } from './step.ts';

const namePrefix = 'lead-setup-companion ';
export const createCompanionRequest = 'POST dataverse /roles';
const privilegesRequest = 'POST dataverse /roles({id})/Microsoft.Dynamics.CRM.AddPrivilegesRole (companion)';
export const assignCompanionRequest = 'POST dataverse /systemusers({id})/systemuserroles_association/$ref (companion)';

/**
 * A role of our own beside the solution's, where that may not be edited (reported to Microsoft as such): it holds what the other lacks, and nothing else.
 * Taken back by removing it from the user and deleting it.
 */
export interface CompanionRole {
  readonly name: string;
  /** Its copy in the holder's business unit; undefined as long as it has not been made. */
  readonly role: SecurityRole | undefined;
  readonly missing: readonly MissingPrivilege[];
  readonly isAssigned: boolean;
}

/** What the solution's role gives is not enough, for lack of a privilege or because it counts for teams only. */
interface Lacking {
  readonly role: SecurityRole;
  readonly missing: readonly MissingPrivilege[];
}

interface Holder {
  readonly businessUnitId: string;
  readonly assigned: readonly SecurityRole[];
}

export async function readCompanionRole(context: StepContext, lacking: Lacking, { businessUnitId, assigned }: Holder): Promise<CompanionRole> {
  const dataverse = dataverseOf(context);
  const wanted = await wantedPrivileges(dataverse, lacking);
  const named = await dataverse.rolesNamed(namePrefix, businessUnitId);
  const role = named.find((candidate) => isOurs(context, candidate));
  const granted = role ? await dataverse.privilegesOfRole(role.rootRoleId) : [];
  return {
    name: role?.name ?? `${namePrefix}${context.run().id}`,
    role,
    missing: missingPrivileges(wanted, granted),
    isAssigned: assigned.some(({ roleId }) => roleId === role?.roleId),
  };
}

/** A role that counts for teams only gives a user nothing at Basic depth: the companion gives that too. */
async function wantedPrivileges(dataverse: Dataverse, { role, missing }: Lacking): Promise<MissingPrivilege[]> {
  if (role.isInherited === 1) return [...missing];
  const required = await requiredPrivileges(dataverse);
  return required.filter(({ depth, privilegeId }) => depth === 'Basic' || missing.some((one) => one.privilegeId === privilegeId));
}

/** Anybody who may make roles could give one our name and more rights than ours has: only our own record says that a setup made it. */
function isOurs(context: StepContext, { name, rootRoleId }: SecurityRole): boolean {
  const run = context.run();
  const maker = [run, context.earlierRun(name.slice(namePrefix.length))];
  return maker.some((known) => known?.facts.companionRole?.roleId === rootRoleId);
}

export function companionChanges({ name, role, missing, isAssigned }: CompanionRole): Change[] {
  const changes: (Change | false)[] = [
    !role && { sentence: say('applicationUserAndRole.changeCompanion', { name }), request: createCompanionRequest, canBeUndone: true },
    missing.length > 0 && {
      sentence: say('applicationUserAndRole.changePrivileges', { role: name, names: missing.map((one) => `${one.name} (${one.depth})`).join(', ') }),
      request: privilegesRequest,
      canBeUndone: true,
    },
    !isAssigned && { sentence: say('applicationUserAndRole.changeAssign', { role: name }), request: assignCompanionRequest, canBeUndone: true },
  ];
  return changes.filter((change) => change !== false);
}

/** Makes and completes the companion; its id is chosen and remembered first, so that made twice it is one. */
export async function completeCompanion(context: StepContext, { name, role, missing }: CompanionRole): Promise<void> {
  const dataverse = dataverseOf(context);
  const roleId = role?.rootRoleId ?? chosenId(context, name);
  if (!role) {
    const businessUnitId = await dataverse.rootBusinessUnitId();
    await context.changing(createCompanionRequest, () => dataverse.createRole({ roleId, name, businessUnitId }));
  } else if (context.run().facts.companionRole?.roleId !== roleId) {
    context.remember({ companionRole: { roleId, name, origin: 'found' } });
  }
  if (missing.length === 0) return;
  const wanted = missing.map(({ privilegeId, depth }) => ({ privilegeId, depth }));
  await context.changing(privilegesRequest, () => dataverse.addPrivileges(roleId, wanted));
}

function chosenId(context: StepContext, name: string): string {
  const known = context.run().facts.companionRole;
  if (known) return known.roleId;
  const roleId = context.ids.guid();
  context.remember({ companionRole: { roleId, name, origin: 'made' } });
  return roleId;
}

export async function assignCompanion(context: StepContext, { role, isAssigned }: CompanionRole, systemUserId: string): Promise<void> {
  if (isAssigned || !role) return;
  await context.changing(assignCompanionRequest, () => dataverseOf(context).assignRole(systemUserId, role.roleId));
}

function dataverseOf(context: StepContext): Dataverse {
  return context.microsoft.dataverse(context.actor, context.environment);
}
