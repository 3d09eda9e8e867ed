import { z } from 'zod';

import { SetupError } from '../../setup/errors.ts';
import type { DataverseRemovals, RoleHolder } from '../../setup/ports/removals.ts';
import { type RequestFailure, upstreamOf } from '../failure.ts';
import { isNotFound, nothing, when } from '../request.ts';
import { guid, rowsOf } from './answers.ts';
import { type CallDataverse, forFunction } from './client.ts';
import { roleComponent } from './solutionOfRole.ts';

/** Dynamics answers when it is done, which takes minutes; what goes on longer is looked at again. */
const uninstallMs = 120_000;

/**
 * What is taken away again. Needs System Administrator. Each delete may be repeated: what is gone is answered with 404. Source: "Uninstall a managed
 * solution", RetrieveDependenciesForUninstall, "Manage application users", the tables systemuser, role and solution.
 */
export function createRemovals(dataverse: CallDataverse): DataverseRemovals {
  return {
    uninstallSolution: (solutionId) => uninstall(dataverse, solutionId),
    dependentsOf: (uniqueName) => dependentsOf(dataverse, uniqueName),
    holdersOfSolutionRoles: async (solutionId) => (await Promise.all((await rootRolesOf(dataverse, solutionId)).map((id) => holdersOf(dataverse, id)))).flat(),
    holdersOfRole: (rootRoleId) => holdersOf(dataverse, rootRoleId),
    removeRole: (systemUserId, roleId) => removeRole(dataverse, systemUserId, roleId),
    deleteRole: (rootRoleId) => remove(dataverse, 'roles', rootRoleId),
    deactivateUser: (systemUserId) => deactivate(dataverse, systemUserId),
    deleteUser: (systemUserId) => remove(dataverse, 'systemusers', systemUserId),
    ownsLeads: (systemUserId) => ownsLeads(dataverse, systemUserId),
  };
}

/** Not repeated: an answer that does not come is `E-UNCLEAR`, and Dynamics goes on by itself. */
async function uninstall(dataverse: CallDataverse, solutionId: string): Promise<void> {
  await dataverse({
    name: 'DELETE /solutions({id})',
    kind: 'once',
    timeoutMs: uninstallMs,
    answer: nothing,
    send: (api, common) => api.deleteRecord({ collection: 'solutions', key: solutionId, ...common }),
    instead: (failure) => (isNotFound(failure) ? { value: undefined } : refuseNeeded(failure)),
  });
}

/** 0x8004f01f is reported for components that others need; for a whole solution it is unconfirmed, so the text counts too. */
function refuseNeeded(failure: RequestFailure): undefined {
  const isNeeded = failure.code?.toLowerCase() === '0x8004f01f' || /referenced by|required by|dependen/iu.test(failure.message);
  if (failure.status === 400 && isNeeded) throw new SetupError('E-SOL-NEEDED', { upstream: upstreamOf('dataverse', failure) });
}

async function dependentsOf(dataverse: CallDataverse, uniqueName: string): Promise<number> {
  const { value } = await dataverse({
    name: 'GET /RetrieveDependenciesForUninstall',
    kind: 'read',
    answer: rowsOf(z.unknown()),
    send: (api, common) => api.callFunction({ name: 'RetrieveDependenciesForUninstall', parameters: { SolutionUniqueName: uniqueName }, ...forFunction(common) }),
  });
  return value.length;
}

async function rootRolesOf(dataverse: CallDataverse, solutionId: string): Promise<string[]> {
  const { value } = await dataverse({
    name: 'GET /solutioncomponents',
    kind: 'read',
    answer: rowsOf(z.object({ objectid: z.string() })),
    send: (api, common) =>
      api.retrieveMultiple({ collection: 'solutioncomponents', select: ['objectid'], filter: `_solutionid_value eq ${guid(solutionId)} and componenttype eq ${roleComponent}`, ...common }),
  });
  return value.map(({ objectid }) => objectid);
}

/** Every business unit has its copy of a role. */
async function holdersOf(dataverse: CallDataverse, rootRoleId: string): Promise<RoleHolder[]> {
  const { value } = await dataverse({
    name: 'GET /roles',
    kind: 'read',
    answer: rowsOf(z.object({ roleid: z.string() })),
    send: (api, common) => api.retrieveMultiple({ collection: 'roles', select: ['roleid'], filter: `_parentrootroleid_value eq ${guid(rootRoleId)}`, ...common }),
  });
  const holders = await Promise.all(value.flatMap(({ roleid }) => [usersWith(dataverse, roleid), teamsWith(dataverse, roleid)]));
  return holders.flat();
}

async function usersWith(dataverse: CallDataverse, roleId: string): Promise<RoleHolder[]> {
  const { value } = await dataverse({
    name: 'GET /roles({id})/systemuserroles_association',
    kind: 'read',
    answer: rowsOf(z.object({ systemuserid: z.string(), fullname: z.string().nullish() })),
    send: (api, common) => api.retrieve({ collection: 'roles', key: roleId, navigationProperty: 'systemuserroles_association', select: ['systemuserid', 'fullname'], ...common }),
  });
  return value.map(({ systemuserid, fullname }) => ({ id: systemuserid, name: fullname ?? '' }));
}

async function teamsWith(dataverse: CallDataverse, roleId: string): Promise<RoleHolder[]> {
  const { value } = await dataverse({
    name: 'GET /roles({id})/teamroles_association',
    kind: 'read',
    answer: rowsOf(z.object({ teamid: z.string(), name: z.string().nullish() })),
    send: (api, common) => api.retrieve({ collection: 'roles', key: roleId, navigationProperty: 'teamroles_association', select: ['teamid', 'name'], ...common }),
  });
  return value.map(({ teamid, name }) => ({ id: teamid, name: name ?? '' }));
}

async function removeRole(dataverse: CallDataverse, systemUserId: string, roleId: string): Promise<void> {
  await dataverse({
    name: 'DELETE /systemusers({id})/systemuserroles_association/$ref',
    kind: 'repeatable',
    answer: nothing,
    send: (api, common) => api.disassociate({ collection: 'systemusers', primaryKey: systemUserId, relationshipName: 'systemuserroles_association', relatedKey: roleId, ...common }),
    instead: when(isNotFound, undefined),
  });
}

async function remove(dataverse: CallDataverse, collection: 'roles' | 'systemusers', key: string): Promise<void> {
  await dataverse({
    name: `DELETE /${collection}({id})`,
    kind: 'repeatable',
    answer: nothing,
    send: (api, common) => api.deleteRecord({ collection, key, ...common }),
    instead: when(isNotFound, undefined),
  });
}

async function deactivate(dataverse: CallDataverse, systemUserId: string): Promise<void> {
  await dataverse({
    name: 'PATCH /systemusers({id})',
    kind: 'repeatable',
    answer: nothing,
    send: (api, common) => api.update({ collection: 'systemusers', key: systemUserId, data: { isdisabled: true }, ...common }),
    instead: when(isNotFound, undefined),
  });
}

async function ownsLeads(dataverse: CallDataverse, systemUserId: string): Promise<boolean | undefined> {
  return await dataverse<boolean, undefined>({
    name: 'GET /leads',
    kind: 'read',
    answer: rowsOf(z.unknown()).transform(({ value }) => value.length > 0),
    send: (api, common) => api.retrieveMultiple({ collection: 'leads', select: ['leadid'], filter: `_ownerid_value eq ${guid(systemUserId)}`, top: 1, ...common }),
    instead: when(({ status }) => status === 403, undefined),
  });
}
