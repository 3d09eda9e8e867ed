import type { SandboxAnswer } from '../service.ts';
import { noContent } from './answer.ts';
import type { Environment } from './environment.ts';
import { badPayload, DataverseError, invalidArgument, noSuchRow, notModelled, unknownSegment } from './errors.ts';
import { linkOf } from './membership.ts';
import { idIn, type Segment } from './path.ts';
import { referencedRow } from './payload.ts';
import { existingRow } from './reads.ts';
import { bodyObject, type Exchange } from './request.ts';
import { textOf, type Row } from './row.ts';
import { requirePrivilege } from './security.ts';
import { tables, type Table } from './tables.ts';

const roleNavigation = 'systemuserroles_association';

/** `POST systemusers({id})/systemuserroles_association/$ref` with the absolute `@odata.id` of a role: gives the user that role. */
export function associate(exchange: Exchange, table: Table, [segment, navigation]: readonly [Segment, Segment]): SandboxAnswer {
  requireRoleAssignment(table, navigation);
  const { environment, request } = exchange;
  const reference = bodyObject(request, table.entitySet)['@odata.id'];
  const isAbsolute = typeof reference === 'string' && reference.startsWith(`${environment.origin()}/`);
  const named = isAbsolute ? referencedRow(environment, reference) : undefined;
  if (named?.table !== tables.role) throw badPayload(table.entitySet, `The '@odata.id' must be the absolute address of a role in this organization.`);
  assignRole(exchange, existingRow(exchange, table, segment), named.id);
  return noContent();
}

function assignRole({ environment, caller }: Exchange, user: Row, roleid: string): void {
  requirePrivilege(environment, caller, 'prvAssignRole', tables.role);
  const role = environment.store.find('role', roleid);
  if (role === undefined) throw noSuchRow('role', roleid);
  refuseAssignment(user, role);
  const systemuserid = textOf(user, 'systemuserid');
  if (assignmentOf(environment, systemuserid, roleid) !== undefined) throw new DataverseError(412, '0x80040237', 'Cannot insert duplicate key.');
  environment.store.insert('systemuserroles', { systemuserroleid: environment.newId(), systemuserid, roleid });
}

function refuseAssignment(user: Row, role: Row): void {
  if (user['isdisabled'] === true) throw invalidArgument('Cannot assign roles to a disabled user.');
  if (user['_businessunitid_value'] !== role['_businessunitid_value']) {
    const [roleid, userid] = [textOf(role, 'roleid'), textOf(user, 'systemuserid')];
    throw invalidArgument(`The role ${roleid} belongs to another business unit than the user ${userid}.`);
  }
}

/** `DELETE …/systemuserroles_association/$ref?$id={role}` or `DELETE …/systemuserroles_association({role})/$ref`: takes the role away. */
export function disassociate(exchange: Exchange, table: Table, [segment, navigation]: readonly [Segment, Segment]): SandboxAnswer {
  requireRoleAssignment(table, navigation);
  const { environment, caller, request } = exchange;
  const user = existingRow(exchange, table, segment);
  requirePrivilege(environment, caller, 'prvAssignRole', tables.role);
  const roleid = navigation.args === undefined ? referencedRow(environment, request.query.get('$id'))?.id : idIn(navigation, tables.role.key);
  if (roleid === undefined) throw badPayload(table.entitySet, "The '$id' of the role is missing.");
  const assigned = assignmentOf(environment, textOf(user, 'systemuserid'), roleid);
  if (assigned === undefined) throw noSuchRow('systemuserroles', roleid);
  environment.store.remove('systemuserroles', textOf(assigned, 'systemuserroleid'));
  return noContent();
}

function assignmentOf({ store }: Environment, systemuserid: string, roleid: string): Row | undefined {
  return store.rows('systemuserroles').find((each) => each['systemuserid'] === systemuserid && each['roleid'] === roleid);
}

function requireRoleAssignment(table: Table, navigation: Segment): void {
  if (linkOf(table.logicalName, navigation.name) === undefined) throw unknownSegment(navigation.name);
  if (table !== tables.systemuser || navigation.name !== roleNavigation) throw notModelled(`changes of ${table.entitySet}/${navigation.name}`);
}
