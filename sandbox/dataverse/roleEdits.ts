import { z } from 'zod';
import type { Caller } from './caller.ts';
import type { Environment } from './environment.ts';
import { badParameter, DataverseError, invalidArgument, noSuchRow, notModelled } from './errors.ts';
import { depthNames, depthOf, privilegeWithId } from './privileges.ts';
import { copiesOf, grantsOf, isRootRole, removeGrant, setGrants, type Grant } from './roles.ts';
import { textOf, type Row } from './row.ts';
import { effectivePrivileges, requirePrivilege } from './security.ts';
import { tables } from './tables.ts';

const addPrivilegesSchema = z.strictObject({
  Privileges: z.array(
    z.strictObject({
      '@odata.type': z.string().optional(),
      PrivilegeId: z.guid(),
      Depth: z.enum(depthNames),
      BusinessUnitId: z.guid().optional(),
      PrivilegeName: z.string().optional(),
    }),
  ).min(1),
});

/** `AddPrivilegesRole`: all of the privileges or none; only on a root role that may be customized, no further than each privilege reaches. */
export function addPrivileges(environment: Environment, caller: Caller, role: Row, body: unknown): void {
  const parsed = addPrivilegesSchema.safeParse(body);
  if (!parsed.success) throw badParameter('AddPrivilegesRole', z.prettifyError(parsed.error));
  requireEditable(environment, caller, role);
  const grants = parsed.data.Privileges.map(({ PrivilegeId, Depth }) => ({ privilegeId: PrivilegeId, depth: Depth }));
  for (const grant of grants) refuseImpossible(environment, caller, grant);
  setGrants(environment, textOf(role, 'roleid'), grants);
  touch(environment, caller, role, {});
}

const removePrivilegeSchema = z.strictObject({ PrivilegeId: z.guid() });

/** `RemovePrivilegeRole`: one privilege, of a root role that may be customized. */
export function removePrivilege(environment: Environment, caller: Caller, role: Row, body: unknown): void {
  const parsed = removePrivilegeSchema.safeParse(body);
  if (!parsed.success) throw badParameter('RemovePrivilegeRole', z.prettifyError(parsed.error));
  requireEditable(environment, caller, role);
  removeGrant(environment, textOf(role, 'roleid'), parsed.data.PrivilegeId);
  touch(environment, caller, role, {});
}

const changesSchema = z.object({ isinherited: z.union([z.literal(0), z.literal(1)]).optional() });

/** Changes a root role; its copies follow. Of the columns only `isinherited` can be set, and a name is refused. */
export function updateRole(environment: Environment, caller: Caller, role: Row, values: Row): void {
  const parsed = changesSchema.safeParse(values);
  if (!parsed.success) throw invalidArgument(z.prettifyError(parsed.error));
  requireEditable(environment, caller, role);
  const isRenamed = values['name'] !== undefined && values['name'] !== role['name'];
  if (isRenamed && role['ismanaged'] !== true) throw notModelled('renaming a role');
  if (isRenamed) throw invalidArgument('The name of a managed role cannot be changed.');
  touch(environment, caller, role, parsed.data.isinherited === undefined ? {} : { isinherited: parsed.data.isinherited });
}

/** The privileges of a role as `RetrieveRolePrivilegesRole` lists them. */
export function listRolePrivileges(environment: Environment, role: Row): unknown[] {
  const unit = role['_businessunitid_value'];
  return grantsOf(environment, role).map((grant) => rolePrivilege(textOf(grant, 'privilegeid'), Number(grant['privilegedepthmask']), unit));
}

/** What `RetrieveUserPrivileges` lists: what really counts for the user, from all roles. */
export function listUserPrivileges(environment: Environment, user: Row): unknown[] {
  const effective = effectivePrivileges(environment, textOf(user, 'systemuserid'));
  return [...effective].map(([id, mask]) => rolePrivilege(id, mask, user['_businessunitid_value']));
}

function rolePrivilege(id: string, mask: number, businessUnitId: unknown): unknown {
  return { Depth: depthOf(mask), PrivilegeId: id, BusinessUnitId: businessUnitId, PrivilegeName: privilegeWithId(id)?.name ?? null };
}

/** "Inherited roles cannot be modified" is Microsoft's text for a copy in a child business unit. */
function requireEditable(environment: Environment, caller: Caller, role: Row): void {
  requirePrivilege(environment, caller, 'prvWriteRole', tables.role);
  if (!isRootRole(role)) throw new DataverseError(400, '0x80044152', 'Inherited roles cannot be modified.');
  if (!isCustomizable(role)) throw notCustomizable(role);
}

function notCustomizable(role: Row): DataverseError {
  const component = `component(name=Role, id=${textOf(role, 'roleid')})`;
  const condition = 'failed during managed property evaluation of condition: Managed Property Name: iscustomizable';
  return new DataverseError(400, '0x8004f026', `The evaluation of the current ${component} in the current operation (Update) ${condition}`);
}

function isCustomizable({ iscustomizable }: Row): boolean {
  return typeof iscustomizable === 'object' && iscustomizable !== null && 'Value' in iscustomizable && iscustomizable['Value'] === true;
}

function refuseImpossible(environment: Environment, caller: Caller, { privilegeId, depth }: Grant): void {
  const privilege = privilegeWithId(privilegeId);
  if (privilege === undefined || environment.store.find('privilege', privilege.id) === undefined) throw noSuchRow('privilege', privilegeId);
  if (!privilege.depths.includes(depth)) {
    throw new DataverseError(400, '0x80040203', `The privilege ${privilege.name} (Id=${privilege.id}) does not allow the depth ${depth}.`);
  }
  requirePrivilege(environment, caller, privilege.name);
}

function touch(environment: Environment, caller: Caller, role: Row, changes: Row): void {
  for (const copy of copiesOf(environment, textOf(role, 'roleid'))) {
    environment.store.update('role', textOf(copy, 'roleid'), { ...changes, _modifiedby_value: caller.userId });
  }
}
