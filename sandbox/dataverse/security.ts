import type { Caller } from './caller.ts';
import type { Environment } from './environment.ts';
import { DataverseError } from './errors.ts';
import { rolesOf } from './membership.ts';
import { depthMasks, depthOf, isAboutBusinessRows, privilegeNamed, privileges, privilegeWithId, type Depth } from './privileges.ts';
import { grantsOf } from './roles.ts';
import { textOf, type Row } from './row.ts';
import type { Table } from './tables.ts';

const administrative = 1;

/**
 * What a person may do: privilege ids to the furthest depth mask that their roles give, directly or through teams.
 *
 * `isinherited` decides about Basic depth: a role with 0 ("team privileges only") gives none of its Basic privileges to a person, one with
 * 1 does. That is stricter than Microsoft's text, which speaks of roles of teams only, and follows the marketplace procedure, which
 * has 1 set before the lead writer's own User Entity UI Settings rights count.
 */
export function effectivePrivileges(environment: Environment, userId: string): ReadonlyMap<string, number> {
  const effective = new Map<string, number>();
  for (const role of rolesOf(environment, userId)) {
    for (const grant of grantsOf(environment, role)) {
      const mask = Number(grant['privilegedepthmask']);
      const counts = mask > depthMasks.Basic || role['isinherited'] === 1;
      const id = textOf(grant, 'privilegeid');
      if (counts && !isKeptOut(environment, userId, id)) effective.set(id, Math.max(mask, effective.get(id) ?? 0));
    }
  }
  return effective;
}

function isKeptOut({ store }: Environment, userId: string, privilegeId: string): boolean {
  const privilege = privilegeWithId(privilegeId);
  return store.find('systemuser', userId)?.['accessmode'] === administrative && privilege !== undefined && isAboutBusinessRows(privilege);
}

/** Refuses with 403 and the privilege's name unless the caller has it, and so has who acts for them; gives how far both reach. */
export function requirePrivilege(environment: Environment, caller: Caller, name: string, table?: Table): Depth {
  const effective = effectivePrivileges(environment, caller.userId);
  const mask = effective.get(privilegeNamed(name).id);
  if (mask === undefined) throw missingPrivilege(environment, caller, name, table);
  const reach = caller.impersonator === undefined ? mask : Math.min(mask, depthMasks[requirePrivilege(environment, caller.impersonator, name, table)]);
  return depthOf(reach);
}

/** The privilege that reading rows of a table asks for; none for tables that every member may read. */
export function readableRows(environment: Environment, caller: Caller, table: Table, rows: readonly Row[]): readonly Row[] {
  if (table.privilege === undefined) return rows;
  const depth = requirePrivilege(environment, caller, `prvRead${table.privilege}`, table);
  return table.userOwned ? rows.filter((row) => reaches(environment, caller, depth, row)) : rows;
}

function reaches(environment: Environment, caller: Caller, depth: Depth, row: Row): boolean {
  if (depth === 'Global' || row['_ownerid_value'] === caller.userId) return true;
  if (depth === 'Basic') return false;
  const unit = textOf(row, '_owningbusinessunit_value');
  return unit === caller.businessUnitId || (depth === 'Deep' && isBelow(environment, unit, caller.businessUnitId));
}

function isBelow(environment: Environment, unitId: string, above: string): boolean {
  const parent = environment.store.find('businessunit', unitId)?.['_parentbusinessunitid_value'];
  return typeof parent === 'string' && (parent === above || isBelow(environment, parent, above));
}

/** Code and wording of the check that names the privilege. */
function missingPrivilege(environment: Environment, caller: Caller, name: string, table: Table | undefined): DataverseError {
  const { id } = privilegeNamed(name);
  const count = effectivePrivileges(environment, caller.userId).size;
  const roleCount = rolesOf(environment, caller.userId).length;
  const message =
    table === undefined
      ? `SecLib::CheckPrivilege failed. User: ${caller.userId}, PrivilegeName: ${name}, PrivilegeId: ${id}, Required Depth: Basic, ` +
        `BusinessUnitId: ${caller.businessUnitId}, MetadataCache Privileges Count: ${privileges.length}, User Privileges Count: ${count}`
      : `Principal user (Id=${caller.userId}, type=8, roleCount=${roleCount}, privilegeCount=${count}, accessMode='${accessModeText(caller.user)}') ` +
        `is missing ${name} privilege (Id=${id}) on OTC=${table.objectTypeCode} for entity '${table.logicalName}'. context.Caller=${caller.userId}`;
  return new DataverseError(403, '0x80040220', message);
}

function accessModeText({ accessmode }: Row): string {
  return ['0 Read-Write', '1 Administrative', '2 Read', '3 Support', '4 Non-interactive', '5 Delegated Admin'][Number(accessmode)] ?? 'unknown';
}
