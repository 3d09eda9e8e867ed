import type { Directory, DirectoryUser } from '../../ports/microsoft.ts';
import type { Facts } from '../../run.ts';
import { type Sentence, say } from '../../sentence.ts';
import { licenceName } from '../../steps/dynamicsLicences.ts';
import { assignRequest } from '../../steps/licence.ts';
import { passwordRequest } from '../../steps/passwordAndProof.ts';
import { markOf } from '../../steps/serviceUser.ts';
import { hasSent, otherUser } from '../madeByRun.ts';
import { nothing, type Reversal, staying, taking, together, type UndoContext } from '../reversal.ts';
import { companion, editsThatStay, givenRoles, otherRoles } from './roles.ts';
import { testLead } from './testLead.ts';

const deleteRequest = 'DELETE graph /users/{id}';

/** Deleted, where this setup has made it and no other uses it. */
export async function serviceUser(context: UndoContext): Promise<Reversal> {
  const { facts } = context.run();
  const user = await userOf(context);
  if (facts.serviceUser?.origin !== 'made' || !user) return nothing;
  const userName = user.userPrincipalName;
  const other = sharedWith(context, user);
  if (other) return staying(say('undo.serviceUserUsed', { userName, person: other.startedBy.name }));
  const licences = user.skuIds.filter((skuId) => skuId !== facts.licence?.skuId);
  return {
    takings: [taking(context, { sentence: say('undo.serviceUser', { userName }), request: deleteRequest }, () => directoryOf(context).deleteUser(user.objectId))],
    stays: facts.dataverseUser ? [say('undo.environmentUser', { userName, environment: context.environment.name })] : [],
    notices: [...(licences.length > 0 ? [say('undo.otherLicences', { userName, count: licences.length })] : []), ...(await rolesNotice(context, userName))],
  };
}

async function rolesNotice(context: UndoContext, userName: string): Promise<Sentence[]> {
  const { dataverseUser } = context.run().facts;
  const names = dataverseUser ? await otherRoles(context, dataverseUser.systemUserId) : [];
  return names.length > 0 ? [say('undo.otherRolesOfPerson', { userName, roles: names.join(', ') })] : [];
}

/** Taken back from a user, where this setup has given it. */
export async function licence(context: UndoContext): Promise<Reversal> {
  const run = context.run();
  const given = run.facts.licence;
  const user = await userOf(context);
  if (given?.origin !== 'made' || !user?.skuIds.includes(given.skuId) || !hasSent(run, assignRequest)) return nothing;
  const values = { licence: licenceName(given.skuPartNumber), userName: user.userPrincipalName };
  const other = sharedWith(context, user);
  if (other) return staying(say('undo.licenceUsed', { ...values, person: other.startedBy.name }));
  return { ...nothing, takings: [taking(context, { sentence: say('undo.licence', values), request: assignRequest }, () => directoryOf(context).removeLicence(user.objectId, given.skuId))] };
}

/** The roles that this setup has given. */
export async function userRole(context: UndoContext): Promise<Reversal> {
  const { serviceUser: known } = context.run().facts;
  const row = known?.objectId ? await context.microsoft.dataverse(context.actor, context.environment).userOf(known.objectId) : undefined;
  const given = row ? await roleReversal(context, { ...row, objectId: known?.objectId }) : nothing;
  return together(given, await companion(context), editsThatStay(context, 'userRole'));
}

async function roleReversal(context: UndoContext, user: { objectId: string | undefined; systemUserId: string; name: string }): Promise<Reversal> {
  const takings = await givenRoles(context, 'userRole', user);
  const other = otherUser(context, ({ facts }) => facts.serviceUser?.objectId === user.objectId && facts.dataverseUser?.systemUserId === user.systemUserId);
  return other && takings.length > 0 ? staying(say('undo.roleUsed', { user: user.name, person: other.startedBy.name })) : { ...nothing, takings };
}

/** The old password of a user that was there before is nowhere. */
export async function passwordAndProof(context: UndoContext): Promise<Reversal> {
  const run = context.run();
  const known = run.facts.serviceUser;
  const isReplaced = known?.origin === 'found' && hasSent(run, passwordRequest, 'passwordAndProof');
  return together(await testLead(context), isReplaced ? staying(say('undo.passwordStays', { userName: known.userPrincipalName })) : nothing);
}

/** By its name and our mark where the answer to its making was lost. */
async function userOf(context: UndoContext): Promise<DirectoryUser | undefined> {
  const run = context.run();
  const known: Facts['serviceUser'] = run.facts.serviceUser;
  if (!known) return undefined;
  const user = await directoryOf(context).user(known.objectId ?? known.userPrincipalName);
  return known.objectId || user?.jobTitle === markOf(run) ? user : undefined;
}

function sharedWith(context: UndoContext, { objectId }: DirectoryUser) {
  return otherUser(context, ({ facts }) => facts.serviceUser?.objectId === objectId);
}

function directoryOf({ microsoft, actor }: UndoContext): Directory {
  return microsoft.directory(actor);
}
