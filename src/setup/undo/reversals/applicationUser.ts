import { SetupError } from '../../errors.ts';
import type { ApplicationUser, Dataverse } from '../../ports/microsoft.ts';
import type { SetupRun } from '../../run.ts';
import { type Sentence, say } from '../../sentence.ts';
import { createUserRequest, deleteUserRequest, switchRequest } from '../../steps/applicationUserAndRole.ts';
import { hasSent, otherUser } from '../madeByRun.ts';
import { nothing, type Reversal, staying, type Taking, taking, together, type UndoContext } from '../reversal.ts';
import { companion, editsThatStay, givenRoles, otherRoles } from './roles.ts';

/** The application user, where this setup has made it; else the roles that it was given. */
export async function applicationUserAndRole(context: UndoContext): Promise<Reversal> {
  return together(await userReversal(context), await companion(context), editsThatStay(context, 'applicationUserAndRole'));
}

async function userReversal(context: UndoContext): Promise<Reversal> {
  const run = context.run();
  const { application } = run.facts;
  const user = application && (await dataverseOf(context).applicationUser(application.appId));
  if (!user) return nothing;
  if (!isMade(run, user)) return { ...nothing, takings: user.isDeleted ? [] : await givenRoles(context, 'applicationUserAndRole', user) };
  const other = otherUser(context, ({ facts }) => facts.applicationUser?.systemUserId === user.systemUserId);
  if (other) return staying(say('undo.applicationUserUsed', { user: user.name, person: other.startedBy.name }));
  return (await dataverseOf(context).ownsLeads(user.systemUserId)) === false ? deleted(context, user) : deactivated(context, user);
}

/** Another that stands in its place by now is whoever's who made it. */
function isMade(run: SetupRun, { systemUserId }: ApplicationUser): boolean {
  const known = run.facts.applicationUser;
  return hasSent(run, createUserRequest) && (known === undefined || known.systemUserId === systemUserId);
}

async function deleted(context: UndoContext, user: ApplicationUser): Promise<Reversal> {
  const sentence = say('undo.applicationUser', { user: user.name });
  return { ...nothing, takings: [deleting(context, user, sentence)], notices: await otherRolesNotice(context, user) };
}

/** Dynamics does not delete who owns rows: leads that have arrived keep their owner. */
async function deactivated(context: UndoContext, user: ApplicationUser): Promise<Reversal> {
  const values = { user: user.name };
  const kept = staying(say('undo.applicationUserOwnsLeads', values));
  if (user.isDeleted) return kept;
  const roles = await givenRoles(context, 'applicationUserAndRole', user);
  const deactivating = taking(context, { sentence: say('undo.applicationUserOff', values), request: switchRequest }, () => dataverseOf(context).deactivateUser(user.systemUserId));
  return { ...kept, takings: [...roles, ...(user.isDisabled ? [] : [deactivating])] };
}

async function otherRolesNotice(context: UndoContext, { systemUserId, name, isDeleted }: ApplicationUser): Promise<Sentence[]> {
  const names = isDeleted ? [] : await otherRoles(context, systemUserId);
  return names.length > 0 ? [say('undo.otherRoles', { user: name, roles: names.join(', ') })] : [];
}

/** Deactivated, marked as deleted, deleted for good: three requests, each only where the one before is done. */
function deleting(context: UndoContext, { systemUserId, name, isDisabled, isDeleted }: ApplicationUser, sentence: Sentence): Taking {
  const dataverse = dataverseOf(context);
  return {
    sentence,
    request: deleteUserRequest,
    take: async () => {
      if (!isDisabled) await context.changing(switchRequest, () => dataverse.deactivateUser(systemUserId));
      if (!isDeleted) await context.changing(deleteUserRequest, () => dataverse.deleteUser(systemUserId));
      const { appId } = context.run().facts.application ?? {};
      if (appId && (await dataverse.applicationUser(appId))) await context.changing(deleteUserRequest, () => dataverse.deleteUser(systemUserId));
      if (appId && (await dataverse.applicationUser(appId))) throw new SetupError('E-READ-BACK', { values: { what: name } });
      return { kind: 'done' };
    },
  };
}

function dataverseOf({ microsoft, actor, environment }: UndoContext): Dataverse {
  return microsoft.dataverse(actor, environment);
}
