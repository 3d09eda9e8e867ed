import { z } from 'zod';

import { SetupError } from '../../setup/errors.ts';
import type { Dataverse, GrantedPrivilege, Saved, SecurityRole } from '../../setup/ports/microsoft.ts';
import { type RequestFailure, upstreamOf } from '../failure.ts';
import { nothing } from '../request.ts';
import { guid, quoted, rowsOf } from './answers.ts';
import { isDuplicate, saved, savedBefore } from './applicationUsers.ts';
import { type CallDataverse, forFunction } from './client.ts';
import { roleColumns, roleRow, toSecurityRole } from './roleRow.ts';
import { roleComponent } from './solutionOfRole.ts';

type Roles = Pick<Dataverse, 'rolesOfSolution' | 'rolesNamed' | 'createRole' | 'privilegesNamed' | 'privilegesOfRole' | 'privilegesOfUser' | 'addPrivileges' | 'setInherited' | 'assignRole'>;

/**
 * Security roles. Reading needs a role that may read roles; every change needs System Administrator. Roles are copied into every business unit:
 * the copy is assigned, its root role is edited. Source: the tables role, privilege and solutioncomponent, AddPrivilegesRole.
 */
export function createRoles(dataverse: CallDataverse): Roles {
  return {
    rolesOfSolution: (solutionId, businessUnitId) => rolesOfSolution(dataverse, solutionId, businessUnitId),
    rolesNamed: (prefix, businessUnitId) => rolesNamed(dataverse, prefix, businessUnitId),
    createRole: (role) => createRole(dataverse, role),
    privilegesNamed: (names) => privilegesNamed(dataverse, names),
    privilegesOfRole: (roleId) => privilegesOfRole(dataverse, roleId),
    privilegesOfUser: (systemUserId) => privilegesOfUser(dataverse, systemUserId),
    addPrivileges: (roleId, privileges) => addPrivileges(dataverse, roleId, privileges),
    setInherited: (roleId) => setInherited(dataverse, roleId),
    assignRole: (systemUserId, roleId) => assignRole(dataverse, systemUserId, roleId),
  };
}

async function rolesOfSolution(dataverse: CallDataverse, solutionId: string, businessUnitId: string): Promise<SecurityRole[]> {
  const { value: components } = await dataverse({
    name: 'GET /solutioncomponents',
    kind: 'read',
    answer: rowsOf(z.object({ objectid: z.string() })),
    send: (api, common) =>
      api.retrieveMultiple({
        collection: 'solutioncomponents',
        select: ['objectid'],
        filter: `_solutionid_value eq ${guid(solutionId)} and componenttype eq ${roleComponent}`,
        ...common,
      }),
  });
  const copies = await Promise.all(components.map(({ objectid }) => copyIn(dataverse, objectid, businessUnitId)));
  return copies.flat();
}

function copyIn(dataverse: CallDataverse, rootRoleId: string, businessUnitId: string): Promise<SecurityRole[]> {
  return rolesWhere(dataverse, `_parentrootroleid_value eq ${guid(rootRoleId)} and _businessunitid_value eq ${guid(businessUnitId)}`);
}

function rolesNamed(dataverse: CallDataverse, prefix: string, businessUnitId: string): Promise<SecurityRole[]> {
  return rolesWhere(dataverse, `startswith(name,${quoted(prefix)}) and _businessunitid_value eq ${guid(businessUnitId)}`);
}

async function rolesWhere(dataverse: CallDataverse, filter: string): Promise<SecurityRole[]> {
  const { value } = await dataverse({
    name: 'GET /roles',
    kind: 'read',
    answer: rowsOf(roleRow),
    send: (api, common) => api.retrieveMultiple({ collection: 'roles', select: [...roleColumns], filter, ...common }),
  });
  return value.map(toSecurityRole);
}

/** Repeatable under the chosen id: a role that is there already is refused as a duplicate, which is as good as done. */
async function createRole(dataverse: CallDataverse, { roleId, name, businessUnitId }: { roleId: string; name: string; businessUnitId: string }): Promise<void> {
  const data = { roleid: roleId, name, isinherited: 1, 'businessunitid@odata.bind': `/businessunits(${guid(businessUnitId)})` };
  await dataverse({
    name: 'POST /roles',
    kind: 'repeatable',
    answer: nothing,
    send: (api, common) => api.create({ collection: 'roles', data, ...common }),
    instead: (failure) => (isDuplicate(failure) ? { value: undefined } : undefined),
  });
}

const privilegeRow = z
  .object({ privilegeid: z.string(), name: z.string() })
  .transform(({ privilegeid, name }) => ({ privilegeId: privilegeid, name }));

async function privilegesNamed(dataverse: CallDataverse, names: readonly string[]): Promise<{ privilegeId: string; name: string }[]> {
  if (names.length === 0) return [];
  const { value } = await dataverse({
    name: 'GET /privileges',
    kind: 'read',
    answer: rowsOf(privilegeRow),
    send: (api, common) =>
      api.retrieveMultiple({
        collection: 'privileges',
        select: ['privilegeid', 'name'],
        filter: names.map((name) => `name eq ${quoted(name)}`).join(' or '),
        ...common,
      }),
  });
  return value;
}

/** A privilege of a depth that we do not know (there is `RecordFilter`) counts as not granted. */
const depthSchema = z.enum(['Basic', 'Local', 'Deep', 'Global']).nullable().catch(null);
const grantedSchema = z.object({
  RolePrivileges: z
    .array(z.object({ PrivilegeId: z.string(), Depth: depthSchema }))
    .transform((rows) => rows.flatMap(({ PrivilegeId, Depth }) => (Depth ? [{ privilegeId: PrivilegeId, depth: Depth }] : []))),
});

async function privilegesOfRole(dataverse: CallDataverse, roleId: string): Promise<GrantedPrivilege[]> {
  const { RolePrivileges } = await dataverse({
    name: 'GET /roles({id})/Microsoft.Dynamics.CRM.RetrieveRolePrivilegesRole',
    kind: 'read',
    answer: grantedSchema,
    send: (api, common) =>
      api.callFunction({ collection: 'roles', key: roleId, name: 'Microsoft.Dynamics.CRM.RetrieveRolePrivilegesRole', ...forFunction(common) }),
  });
  return RolePrivileges;
}

async function privilegesOfUser(dataverse: CallDataverse, systemUserId: string): Promise<GrantedPrivilege[]> {
  const { RolePrivileges } = await dataverse({
    name: 'GET /systemusers({id})/Microsoft.Dynamics.CRM.RetrieveUserPrivileges',
    kind: 'read',
    answer: grantedSchema,
    send: (api, common) =>
      api.callFunction({ collection: 'systemusers', key: guid(systemUserId), name: 'Microsoft.Dynamics.CRM.RetrieveUserPrivileges', ...forFunction(common) }),
  });
  return RolePrivileges;
}

/** Repeatable: adding a privilege that is there at this depth changes nothing. Never ReplacePrivilegesRole, which takes all others away. */
async function addPrivileges(dataverse: CallDataverse, roleId: string, privileges: readonly GrantedPrivilege[]): Promise<void> {
  const action = { Privileges: privileges.map(({ privilegeId, depth }) => ({ PrivilegeId: privilegeId, Depth: depth })) };
  await dataverse({
    name: 'POST /roles({id})/Microsoft.Dynamics.CRM.AddPrivilegesRole',
    kind: 'repeatable',
    answer: nothing,
    send: (api, common) =>
      api.callAction({ collection: 'roles', key: roleId, actionName: 'Microsoft.Dynamics.CRM.AddPrivilegesRole', action, ...common }),
    instead: refuseEdit,
  });
}

/** "Direct user (Basic) access level and Team privileges". The library sends `If-Match: *`: an update, never an upsert. */
async function setInherited(dataverse: CallDataverse, roleId: string): Promise<void> {
  await dataverse({
    name: 'PATCH /roles({id})',
    kind: 'repeatable',
    answer: nothing,
    send: (api, common) => api.update({ collection: 'roles', key: roleId, data: { isinherited: 1 }, ...common }),
    instead: refuseEdit,
  });
}

/** 0x8004f026: a managed property, `iscustomizable`, forbids the change. Code and text are unconfirmed; either is enough. */
function refuseEdit(failure: RequestFailure): undefined {
  const isLocked = failure.code?.toLowerCase() === '0x8004f026' || /managed propert|iscustomizable/i.test(failure.message);
  if (isLocked) throw new SetupError('E-ROLE-LOCKED', { upstream: upstreamOf('dataverse', failure) });
}

/** Repeatable: an assignment that is there already is refused as a duplicate. */
async function assignRole(dataverse: CallDataverse, systemUserId: string, roleId: string): Promise<Saved> {
  return await dataverse<Saved, Saved>({
    name: 'POST /systemusers({id})/systemuserroles_association/$ref',
    kind: 'repeatable',
    answer: saved,
    send: (api, common) =>
      api.associate({
        collection: 'systemusers',
        primaryKey: systemUserId,
        relationshipName: 'systemuserroles_association',
        relatedCollection: 'roles',
        relatedKey: roleId,
        ...common,
      }),
    instead: savedBefore,
  });
}
