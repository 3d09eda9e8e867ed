import { directoryRoles } from '../directory/roles.ts';
import type { UserRow } from '../directory/rows.ts';
import { personaWithId } from '../personas.ts';
import { requireDirectoryRole, requireScope } from './authorisation.ts';
import type { GraphCall } from './request.ts';

const userManagers = [directoryRoles['Global Administrator'], directoryRoles['User Administrator']];
const licenceManagers = [...userManagers, directoryRoles['License Administrator'], directoryRoles['Directory Writers']];
const userWrites = ['User.ReadWrite.All', 'Directory.ReadWrite.All', 'Directory.AccessAsUser.All'] as const;

/** Graph's 403 unless the token and the person behind it may both make, change and delete users. */
export function requireUserWrite(call: GraphCall): void {
  requireScope(call, ...userWrites);
  requireDirectoryRole(call, userManagers);
}

/** Graph's 403 unless the token and the person behind it may both set the passwords of users. */
export function requirePasswordWrite(call: GraphCall): void {
  requireScope(call, 'User-PasswordProfile.ReadWrite.All', 'Directory.AccessAsUser.All');
  requireDirectoryRole(call, userManagers);
}

/** Graph's 403 unless the token and the person behind it may both assign licences. */
export function requireLicenceWrite(call: GraphCall): void {
  requireScope(call, 'LicenseAssignment.ReadWrite.All', ...userWrites);
  requireDirectoryRole(call, licenceManagers);
}

/** Graph's 403 for a sensitive change of somebody who is an administrator themselves, unless a Global Administrator makes it. */
export function requireRightOver(call: GraphCall, { id }: UserRow): void {
  const target = personaWithId(id);
  const isAdministrator = target !== undefined && call.directory.roleActivations.active(target).length > 0;
  if (isAdministrator) requireDirectoryRole(call, [directoryRoles['Global Administrator']]);
}
