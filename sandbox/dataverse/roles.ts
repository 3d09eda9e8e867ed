import type { Environment } from './environment.ts';
import { depthMasks, type Depth } from './privileges.ts';
import { textOf, type Row } from './row.ts';
import { seedId } from './seedId.ts';

export interface NewRole {
  readonly id: string;
  readonly name: string;
  readonly templateId?: string;
  readonly isInherited: number;
  readonly isCustomizable: boolean;
  readonly isManaged: boolean;
  readonly solutionId: string;
}

/** One privilege of a role, and how far it reaches. */
export interface Grant {
  readonly privilegeId: string;
  readonly depth: Depth;
}

/** The solution that unmanaged and system components belong to; the same id in every organization. */
export const systemSolutionId = 'fd140aae-4df4-11dd-bd17-0019b9312238';

/** Template ids of the roles that every environment has; they tell a role in whatever language it is named. */
export const systemAdministratorTemplateId = '627090ff-40a3-4053-8790-584edc5be201';
export const systemCustomizerTemplateId = '119f245c-3cc8-4b62-b31c-d1a046ced15d';

/** Inserts a role into the root business unit, and a copy of it into each of the others, as Dataverse does. */
export function insertRole(environment: Environment, role: NewRole, grants: readonly Grant[]): Row {
  const units = environment.store.rows('businessunit').map((unit) => textOf(unit, 'businessunitid'));
  const rows = units.map((unit) => environment.store.insert('role', roleRow(environment, role, unit)));
  setGrants(environment, role.id, grants);
  const root = rows.find(isRootRole);
  if (root === undefined) throw new Error(`Role ${role.name} has no root.`);
  return root;
}

function roleRow(environment: Environment, role: NewRole, unit: string): Row {
  const isRoot = unit === environment.rootBusinessUnitId;
  const roleid = isRoot ? role.id : seedId(environment.name, 'role', role.id, unit);
  return {
    roleid, roleidunique: seedId(environment.name, 'roleidunique', roleid), name: role.name, organizationid: environment.organizationId,
    isinherited: role.isInherited, ismanaged: role.isManaged, solutionid: role.solutionId, componentstate: 0,
    overwritetime: '1900-01-01T00:00:00Z', _businessunitid_value: unit, _parentrootroleid_value: role.id,
    _parentroleid_value: isRoot ? null : role.id, _roletemplateid_value: role.templateId ?? null,
    iscustomizable: { Value: role.isCustomizable, CanBeChanged: !role.isManaged, ManagedPropertyLogicalName: 'iscustomizable' },
    canbedeleted: { Value: !role.isManaged, CanBeChanged: !role.isManaged, ManagedPropertyLogicalName: 'canbedeleted' },
  };
}

/** Whether a role is the one in the root business unit that its copies follow. */
export function isRootRole(role: Row): boolean {
  return role['roleid'] === role['_parentrootroleid_value'];
}

/** The role in the root business unit and all its copies. */
export function copiesOf(environment: Environment, rootRoleId: string): Row[] {
  return environment.store.rows('role').filter((role) => role['_parentrootroleid_value'] === rootRoleId);
}

/** The privileges of a role; a copy has those of its root. */
export function grantsOf(environment: Environment, role: Row): Row[] {
  return environment.store.rows('roleprivileges').filter((grant) => grant['roleid'] === role['_parentrootroleid_value']);
}

export function removeGrant(environment: Environment, rootRoleId: string, privilegeId: string): void {
  environment.store.remove('roleprivileges', seedId(environment.name, 'roleprivilege', rootRoleId, privilegeId.toLowerCase()));
}

/** Adds privileges to a root role or changes their depth; never takes one away. */
export function setGrants(environment: Environment, rootRoleId: string, grants: readonly Grant[]): void {
  for (const { privilegeId, depth } of grants) {
    const privilegeid = privilegeId.toLowerCase();
    const roleprivilegeid = seedId(environment.name, 'roleprivilege', rootRoleId, privilegeid);
    const values = { roleprivilegeid, roleid: rootRoleId, privilegeid, privilegedepthmask: depthMasks[depth], ismanaged: false };
    environment.store.insert('roleprivileges', values);
  }
}
