import { randomUUID } from 'node:crypto';
import type { Password } from '../directory/directory.ts';
import { userRow } from '../directory/users.ts';
import { toMilliseconds } from '../duration.ts';
import type { SandboxAnswer } from '../service.ts';
import { answerCollection, answerCreated, answerEntity } from './answers.ts';
import { softDelete } from './deletedUsers.ts';
import { bodyOf, type GraphCall } from './request.ts';
import { checkPassword, checkUserBody, checkUserName, mustChangeIn, passwordIn, requiredPassword } from './userChecks.ts';
import { requirePasswordWrite, requireRightOver, requireUserWrite } from './userRights.ts';
import { findUser, readable, requireUserRead, users } from './userRows.ts';

/** Changes that only a Global Administrator makes to another administrator. */
const sensitive: readonly string[] = ['accountEnabled', 'mobilePhone', 'onPremisesImmutableId', 'otherMails', 'passwordProfile', 'userPrincipalName'];

/** `GET /users`; a new user is found by their address at once, in a list a moment later. */
export function listUsers(call: GraphCall): SandboxAnswer {
  requireUserRead(call);
  const { filter } = call.conditions.replication;
  return answerCollection(call, users, readable(call, call.directory.users.olderThan(toMilliseconds(filter))));
}

/** `GET /users/{id}` and `GET /users/{userPrincipalName}` */
export function getUser(call: GraphCall): SandboxAnswer {
  requireUserRead(call);
  const [row = {}] = readable(call, [findUser(call)]);
  return answerEntity(call, users, row);
}

/** `POST /users`: a member of the tenant, with the password that the body holds. */
export function createUser(call: GraphCall): SandboxAnswer {
  requireUserWrite(call);
  const body = bodyOf(call);
  checkUserBody(body);
  const password = requiredPassword(body);
  checkUserName(call.directory, body);
  checkPassword(password, body);
  return answerCreated(call, users, addUser(call, body, password));
}

function addUser({ clock, directory }: GraphCall, body: Readonly<Record<string, unknown>>, password: Password): Readonly<Record<string, unknown>> {
  const { passwordProfile: _, ...values } = body;
  const now = new Date(clock.now()).toISOString().replace(/\.\d+/, '');
  const names = { displayName: String(body['displayName']), userPrincipalName: String(body['userPrincipalName']) };
  const row = userRow({ createdDateTime: now, lastPasswordChangeDateTime: now, ...values, ...names, id: randomUUID() });
  directory.handedOut.push(password.text);
  directory.passwords.set(row.id, password);
  return directory.users.add(row);
}

/** `PATCH /users/{id}` and `PATCH /users/{userPrincipalName}`; a password needs a permission of its own. */
export function patchUser(call: GraphCall): SandboxAnswer {
  const body = bodyOf(call);
  requireChange(call, body);
  const user = findUser(call);
  checkUserBody(body);
  if (Object.keys(body).some((name) => sensitive.includes(name))) requireRightOver(call, user);
  const changed = { ...user, ...body };
  if (body['userPrincipalName'] !== undefined) checkUserName(call.directory, changed, user.id);
  changePassword(call, changed, body);
  const { passwordProfile: _, ...values } = body;
  call.directory.users.change(user.id, values);
  return { status: 204 };
}

function requireChange(call: GraphCall, body: Readonly<Record<string, unknown>>): void {
  const { passwordProfile, ...others } = body;
  if (passwordProfile !== undefined) requirePasswordWrite(call);
  if (passwordProfile === undefined || Object.keys(others).length > 0) requireUserWrite(call);
}

function changePassword(call: GraphCall, user: Readonly<Record<string, unknown>> & { readonly id: string }, body: Readonly<Record<string, unknown>>): void {
  const { passwords } = call.directory;
  const [password, mustChange, known] = [passwordIn(body), mustChangeIn(body), passwords.get(user.id)];
  if (password !== undefined) return setPassword(call, user, password);
  if (mustChange !== undefined && known !== undefined) passwords.set(user.id, { ...known, mustChange });
}

function setPassword({ clock, directory }: GraphCall, user: Readonly<Record<string, unknown>> & { readonly id: string }, password: Password): void {
  checkPassword(password, user);
  directory.handedOut.push(password.text);
  directory.passwords.set(user.id, password);
  directory.users.change(user.id, { lastPasswordChangeDateTime: new Date(clock.now()).toISOString().replace(/\.\d+/, '') });
}

/** `DELETE /users/{id}`: for 30 days the user can be restored. */
export function deleteUser(call: GraphCall): SandboxAnswer {
  requireUserWrite(call);
  const user = findUser(call);
  requireRightOver(call, user);
  softDelete(call, user);
  return { status: 204 };
}
