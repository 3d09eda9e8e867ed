import type { Caller } from './caller.ts';
import type { Environment } from './environment.ts';
import { DataverseError, invalidArgument } from './errors.ts';
import { copiesOf, isRootRole } from './roles.ts';
import { textOf, type Row } from './row.ts';
import { requirePrivilege } from './security.ts';
import { importIsRunning } from './solutionImport.ts';
import { busy } from './solutionBusy.ts';
import { tables, type TableName } from './tables.ts';

/**
 * `DELETE systemusers({id})`: only of a user that is disabled. The first marks it (`deletedstate`), the second takes it out of the table for good, which is refused
 * while it owns rows. Source: "Manage application users", "Permanently delete users", Microsoft's Terraform provider; the wording is the sandbox's own.
 */
export function deleteUser(environment: Environment, caller: Caller, user: Row): void {
  requirePrivilege(environment, caller, 'prvDeleteUser', tables.systemuser);
  const { store } = environment;
  const systemuserid = textOf(user, 'systemuserid');
  if (user['isdisabled'] !== true) throw invalidArgument(`The user with id ${systemuserid} is enabled. Only a disabled user can be deleted.`);
  if (user['deletedstate'] === 0) {
    store.update('systemuser', systemuserid, { deletedstate: 1, _modifiedby_value: caller.userId });
    return;
  }
  if (store.rows('lead').some((lead) => lead['_ownerid_value'] === systemuserid)) throw ownsRows(systemuserid);
  for (const table of ['systemuserroles', 'teammembership'] as const) removeWhere(environment, table, (row) => row['systemuserid'] === systemuserid);
  store.remove('systemuser', systemuserid);
}

/** `DELETE roles({id})`: an unmanaged role, by its root; its copies and whoever had it lose it. */
export function deleteRole(environment: Environment, caller: Caller, role: Row): void {
  requirePrivilege(environment, caller, 'prvDeleteRole', tables.role);
  if (!isRootRole(role)) throw new DataverseError(400, '0x80044152', 'Inherited roles cannot be modified.');
  if (role['ismanaged'] === true) throw invalidArgument(`The role ${textOf(role, 'roleid')} is part of a managed solution and cannot be deleted.`);
  removeRole(environment, textOf(role, 'roleid'));
}

/** `DELETE solutions({id})`: uninstalls a managed solution with its roles; its publisher stays. Refused while something depends on it, or is being installed. */
export function uninstallSolution(environment: Environment, caller: Caller, solution: Row): void {
  requirePrivilege(environment, caller, 'prvDeleteSolution', tables.solution);
  const { store, conditions } = environment;
  const solutionid = textOf(solution, 'solutionid');
  if (importIsRunning(environment)) throw busy();
  if (conditions.get().dependents > 0) throw needed(solution, conditions.get().dependents);
  const components = store.rows('solutioncomponent').filter((row) => row['_solutionid_value'] === solutionid);
  for (const { objectid, componenttype } of components) if (componenttype === 20 && typeof objectid === 'string') removeRole(environment, objectid);
  removeWhere(environment, 'solutioncomponent', (row) => row['_solutionid_value'] === solutionid);
  store.remove('solution', solutionid);
}

/** As `RetrieveDependenciesForUninstall` lists them: rows of the table `dependency`. */
export function dependenciesForUninstall(environment: Environment): unknown[] {
  return Array.from({ length: environment.conditions.get().dependents }, () => ({
    '@odata.type': '#Microsoft.Dynamics.CRM.dependency', dependencyid: environment.newId(), dependencytype: 2, dependentcomponenttype: 300,
    dependentcomponentobjectid: environment.newId(), requiredcomponenttype: 20, requiredcomponentobjectid: environment.newId(),
  }));
}

function removeRole(environment: Environment, rootRoleId: string): void {
  for (const copy of copiesOf(environment, rootRoleId)) {
    for (const table of ['systemuserroles', 'teamroles'] as const) removeWhere(environment, table, (row) => row['roleid'] === copy['roleid']);
    environment.store.remove('role', textOf(copy, 'roleid'));
  }
  removeWhere(environment, 'roleprivileges', (row) => row['roleid'] === rootRoleId);
}

function removeWhere({ store }: Environment, table: TableName, isMeant: (row: Row) => boolean): void {
  for (const row of store.rows(table).filter(isMeant)) store.remove(table, textOf(row, tables[table].key));
}

function ownsRows(systemuserid: string): DataverseError {
  return invalidArgument(`The user with id ${systemuserid} owns records. Reassign them before the user is deleted permanently.`);
}

/** The code that people report for a component that others need; for a whole solution unconfirmed. */
function needed(solution: Row, count: number): DataverseError {
  const name = textOf(solution, 'uniquename');
  const message = `The Solution(${name}) component cannot be deleted because it is referenced by ${count} other components. For a list of referenced components, use the RetrieveDependenciesForUninstallRequest.`;
  return new DataverseError(400, '0x8004f01f', message);
}
