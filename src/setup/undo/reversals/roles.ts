import type { Dataverse, SecurityRole } from '../../ports/microsoft.ts';
import type { SetupRun, StepId } from '../../run.ts';
import { say } from '../../sentence.ts';
import { assignCompanionRequest, createCompanionRequest } from '../../steps/companionRole.ts';
import { assignRequest, inheritanceRequest, privilegesRequest } from '../../steps/leadRole.ts';
import { hasSent, otherUser } from '../madeByRun.ts';
import { nothing, type Reversal, staying, type Taking, taking, type UndoContext } from '../reversal.ts';

const removeRequest = 'DELETE dataverse /systemusers({id})/systemuserroles_association/$ref';
const deleteRequest = 'DELETE dataverse /roles({id})';

/** The roles that this setup has given to a user who stays. */
export async function givenRoles(context: UndoContext, stepId: StepId, user: { readonly systemUserId: string; readonly name: string }): Promise<Taking[]> {
  const dataverse = dataverseOf(context);
  const held = await dataverse.rolesOfUser(user.systemUserId);
  return held
    .filter((role) => isGiven(context.run(), stepId, role))
    .map((role) => taking(context, { sentence: say('undo.role', { role: role.name, user: user.name }), request: removeRequest }, () => dataverse.removeRole(user.systemUserId, role.roleId)));
}

function isGiven(run: SetupRun, stepId: StepId, { roleId, rootRoleId }: SecurityRole): boolean {
  const isLeadRole = roleId === run.facts.applicationUser?.roleId || roleId === run.facts.dataverseUser?.roleId;
  if (isLeadRole) return hasSent(run, assignRequest, stepId);
  return rootRoleId === run.facts.companionRole?.roleId && hasSent(run, assignCompanionRequest, stepId);
}

/** The names of roles of a user that no setup of this kind gives. */
export async function otherRoles(context: UndoContext, systemUserId: string): Promise<string[]> {
  const { applicationUser, dataverseUser, companionRole } = context.run().facts;
  const held = await dataverseOf(context).rolesOfUser(systemUserId);
  const own = [applicationUser?.roleId, dataverseUser?.roleId];
  return held.filter(({ roleId, rootRoleId }) => !own.includes(roleId) && rootRoleId !== companionRole?.roleId).map(({ name }) => name);
}

/** The role beside the solution's own, where this setup has made it and nobody else holds it. */
export async function companion(context: UndoContext): Promise<Reversal> {
  const run = context.run();
  const known = run.facts.companionRole;
  if (known?.origin !== 'made' || !hasSent(run, createCompanionRequest)) return nothing;
  const { roleId, name } = known;
  if (!(await isThere(dataverseOf(context), known))) return nothing;
  const other = otherUser(context, ({ facts }) => facts.companionRole?.roleId === roleId);
  if (other) return staying(say('undo.companionUsed', { name, person: other.startedBy.name }));
  const own = [run.facts.applicationUser?.systemUserId, run.facts.dataverseUser?.systemUserId];
  const holders = (await dataverseOf(context).holdersOfRole(roleId)).filter(({ id }) => !own.includes(id));
  if (holders.length > 0) return staying(say('undo.companionHeld', { name, holders: holders.map((holder) => holder.name).join(', ') }));
  return { ...nothing, takings: [taking(context, { sentence: say('undo.companion', { name }), request: deleteRequest }, () => dataverseOf(context).deleteRole(roleId))] };
}

async function isThere(dataverse: Dataverse, { roleId, name }: { roleId: string; name: string }): Promise<boolean> {
  const roles = await dataverse.rolesNamed(name, await dataverse.rootBusinessUnitId());
  return roles.some(({ rootRoleId }) => rootRoleId === roleId);
}

/** What was added to the role of a solution that was there before. It goes with a solution that goes. */
export function editsThatStay(context: UndoContext, stepId: StepId): Reversal {
  const run = context.run();
  const { solution, applicationUser, dataverseUser } = run.facts;
  const isEdited = hasSent(run, privilegesRequest, stepId) || hasSent(run, inheritanceRequest, stepId);
  if (!isEdited || solution?.origin === 'made') return nothing;
  return staying(say('undo.roleEdited', { role: applicationUser?.roleName ?? dataverseUser?.roleName ?? '' }));
}

function dataverseOf({ microsoft, actor, environment }: UndoContext): Dataverse {
  return microsoft.dataverse(actor, environment);
}
