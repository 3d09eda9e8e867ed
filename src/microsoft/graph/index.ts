import { z } from 'zod';

import { SetupError } from '../../setup/errors.ts';
import type { Directory } from '../../setup/ports/microsoft.ts';
import { isNotFound, when } from '../request.ts';
import { list } from './answers.ts';
import { createApplications } from './applications.ts';
import type { CallGraph } from './client.ts';
import { createLicences } from './licences.ts';
import { createRemovals } from './removals.ts';
import { createServicePrincipals } from './servicePrincipals.ts';
import { createUsers } from './users.ts';

export { createGraph, graphScope } from './client.ts';

/** Entra through Graph v1.0, with one person's rights. */
export function createDirectory(graph: CallGraph): Directory {
  return {
    organization: () => organization(graph),
    isGuest: () => isGuest(graph),
    isInvited: (objectId) => isInvited(graph, objectId),
    directoryRoleTemplateIds: () => directoryRoleTemplateIds(graph),
    eligibleRoleTemplateIds: () => eligibleRoleTemplateIds(graph),
    userObjectId: (userPrincipalName) => userObjectId(graph, userPrincipalName),
    ...createApplications(graph),
    ...createServicePrincipals(graph),
    ...createUsers(graph),
    ...createLicences(graph),
    ...createRemovals(graph),
  };
}

const organizationRow = z.object({ id: z.string(), displayName: z.string().nullish() });

/** `GET /organization`, scope `User.Read`. The id is the directory ID that Partner Center asks for. Source: organization-list. */
async function organization(graph: CallGraph): Promise<{ tenantId: string; displayName: string }> {
  const [row] = await list(graph, { name: 'GET /organization', scope: 'User.Read', path: '/organization?$select=id,displayName', row: organizationRow });
  if (!row) throw new SetupError('E-NOT-FOUND', { values: { what: 'GET /organization', service: 'Microsoft Graph' } });
  return { tenantId: row.id, displayName: row.displayName ?? '' };
}

/** `GET /me`, scope `User.Read`. Source: user-get, resource user. */
async function isGuest(graph: CallGraph): Promise<boolean> {
  const { userType } = await graph({
    name: 'GET /me',
    scope: 'User.Read',
    path: '/me',
    kind: 'read',
    answer: z.object({ userType: z.string().nullish() }),
    send: (request) => request.select(['userType']).get(),
  });
  return userType === 'Guest';
}

/**
 * `GET /users/{id}`, scope `User.ReadBasic.All`, which does not give `userType`: whoever was invited has `#EXT#` in their user principal name.
 * Source: user-get; user properties of external users.
 */
async function isInvited(graph: CallGraph, objectId: string): Promise<boolean | undefined> {
  try {
    const row = await graph({
      name: 'GET /users/{id}',
      scope: 'User.ReadBasic.All',
      path: `/users/${encodeURIComponent(objectId)}`,
      kind: 'read',
      answer: z.object({ userPrincipalName: z.string().nullish() }),
      send: (request) => request.select(['userPrincipalName']).get(),
      instead: when(isNotFound, undefined),
    });
    return row?.userPrincipalName?.toUpperCase().includes('#EXT#');
  } catch (error) {
    if (error instanceof SetupError && ['E-REFUSED', 'E-CONSENT'].includes(error.code)) return undefined;
    throw error;
  }
}

const roleRow = z.object({ roleTemplateId: z.string().nullish() });

/**
 * `GET /me/transitiveMemberOf/microsoft.graph.directoryRole`, scope `User.Read`. Active roles only: one that the person is merely eligible for does
 * not show. Source: user-list-transitivememberof.
 */
async function directoryRoleTemplateIds(graph: CallGraph): Promise<string[] | undefined> {
  const rows = await list(graph, {
    name: 'GET /me/transitiveMemberOf',
    scope: 'User.Read',
    path: '/me/transitiveMemberOf/microsoft.graph.directoryRole?$count=true&$select=id,roleTemplateId',
    row: roleRow,
    headers: { ConsistencyLevel: 'eventual' },
  });
  const ids = rows.flatMap(({ roleTemplateId }) => (roleTemplateId ? [roleTemplateId] : []));
  // With few permissions Graph lists the roles and leaves their properties empty: that proves nothing.
  return ids.length === rows.length ? ids : undefined;
}

const eligibilityRow = z.object({ roleDefinitionId: z.string() });

/**
 * `GET /roleManagement/directory/roleEligibilityScheduleInstances/filterByCurrentUser(on='principal')`, scope
 * `RoleEligibilitySchedule.Read.Directory` (unconfirmed; `RoleManagement.Read.Directory` is accepted too). Needs a licence for Privileged Identity
 * Management: without it, or without the scope, Graph refuses, and nothing is known. The id of a built-in role's definition is its template id.
 */
async function eligibleRoleTemplateIds(graph: CallGraph): Promise<string[] | undefined> {
  try {
    const rows = await list(graph, {
      name: 'GET /roleManagement/directory/roleEligibilityScheduleInstances',
      scope: 'RoleManagement.Read.Directory',
      path: "/roleManagement/directory/roleEligibilityScheduleInstances/filterByCurrentUser(on='principal')?$select=roleDefinitionId",
      row: eligibilityRow,
    });
    return rows.map(({ roleDefinitionId }) => roleDefinitionId);
  } catch (error) {
    if (error instanceof SetupError && ['E-REFUSED', 'E-CONSENT', 'E-NOT-FOUND', 'E-ANSWER'].includes(error.code)) return undefined;
    throw error;
  }
}

/** `GET /users/{userPrincipalName}`, scope `User.ReadBasic.All` or `User.Read.All`. Source: user-get. */
async function userObjectId(graph: CallGraph, userPrincipalName: string): Promise<string | undefined> {
  const row = await graph({
    name: 'GET /users/{id}',
    scope: 'User.ReadBasic.All',
    path: `/users/${encodeURIComponent(userPrincipalName)}`,
    kind: 'read',
    answer: z.object({ id: z.string() }),
    send: (request) => request.select(['id']).get(),
    instead: when(isNotFound, undefined),
  });
  return row?.id;
}
