import { z } from 'zod';
import type { UserRow } from '../directory/rows.ts';
import type { SandboxAnswer } from '../service.ts';
import { answerCollection, answerEntity } from './answers.ts';
import { refusals } from './errors.ts';
import { isKey, keyOf } from './keys.ts';
import { releaseLicences } from './licences.ts';
import { bodyOf, type GraphCall } from './request.ts';
import { checkUserName } from './userChecks.ts';
import { requireUserWrite } from './userRights.ts';
import { readable, requireUserRead, users } from './userRows.ts';

const restorableMs = 30 * 24 * 3_600_000;
const restoreBody = z.strictObject({ newUserPrincipalName: z.string().optional(), autoReconcileProxyConflict: z.boolean().optional() });

/**
 * Moves a user to the deleted ones. Entra puts the user's id, without its dashes, before the name, which sets the name free. The licences
 * are free again at once, and a restored user has to be given them anew: neither was found said for Graph, both are what is on sale.
 */
export function softDelete({ clock, directory }: GraphCall, user: UserRow): void {
  releaseLicences(directory, user);
  directory.users.remove(user.id);
  directory.deletedUsers.add({
    ...user,
    userPrincipalName: namePrefix(user) + user.userPrincipalName,
    deletedDateTime: new Date(clock.now()).toISOString().replace(/\.\d+/, ''),
    assignedLicenses: [],
    licenseAssignmentStates: [],
  });
}

/** `GET /directory/deletedItems/microsoft.graph.user` */
export function listDeletedUsers(call: GraphCall): SandboxAnswer {
  requireUserRead(call);
  return answerCollection(call, users, readable(call, restorable(call)));
}

/** `GET /directory/deletedItems/{id}` */
export function getDeletedUser(call: GraphCall): SandboxAnswer {
  requireUserRead(call);
  const [row = {}] = readable(call, [findDeleted(call)]);
  return answerEntity(call, users, row);
}

/** `POST /directory/deletedItems/{id}/restore`: under the old name unless a new one is given; a name that is taken is refused. */
export function restoreUser(call: GraphCall): SandboxAnswer {
  requireUserWrite(call);
  const deleted = findDeleted(call);
  const body = restoreBody.safeParse(call.request.body === undefined ? {} : bodyOf(call));
  if (!body.success) throw refusals.mismatch('newUserPrincipalName');
  const { newUserPrincipalName = originalName(deleted) } = body.data;
  const restored = { ...deleted, userPrincipalName: newUserPrincipalName, deletedDateTime: null };
  checkUserName(call.directory, restored);
  call.directory.deletedUsers.remove(deleted.id);
  return answerEntity(call, users, call.directory.users.add(restored));
}

/** `DELETE /directory/deletedItems/{id}` */
export function deleteForGood(call: GraphCall): SandboxAnswer {
  requireUserWrite(call);
  const { id } = findDeleted(call);
  call.directory.deletedUsers.remove(id);
  call.directory.passwords.delete(id);
  return { status: 204 };
}

function restorable({ clock, directory }: GraphCall): UserRow[] {
  return directory.deletedUsers.all().filter(({ deletedDateTime }) => clock.now() - Date.parse(deletedDateTime ?? '') < restorableMs);
}

function findDeleted(call: GraphCall): UserRow {
  const key = keyOf(call, []);
  const found = restorable(call).find((row) => isKey(row, key));
  if (found === undefined) throw refusals.notFound(key.value);
  return found;
}

function namePrefix({ id }: UserRow): string {
  return id.replaceAll('-', '');
}

function originalName(user: UserRow): string {
  return user.userPrincipalName.slice(namePrefix(user).length);
}
