import type { User as GraphUser } from '@microsoft/microsoft-graph-types';
import { z } from 'zod';

import { SetupError } from '../../setup/errors.ts';
import type { DirectoryUser, NewUser, Users } from '../../setup/ports/microsoft.ts';
import { entraId } from '../../setup/person.ts';
import type { RequestFailure } from '../failure.ts';
import { isNotFound, nothing, when } from '../request.ts';
import { list, text } from './answers.ts';
import type { CallGraph } from './client.ts';

/**
 * Users of the tenant. Scope `User.ReadWrite.All`, for a password `User-PasswordProfile.ReadWrite.All` besides, for the organization's country
 * `Organization.Read.All`; the person needs User Administrator to make or change one. Source: user-get, user-post-users, user-update,
 * organization-list, directory-deleteditems-list of Graph v1.0.
 */
export function createUsers(graph: CallGraph): Users {
  return {
    organizationDetails: () => organizationDetails(graph),
    user: (key) => user(graph, key),
    isAdministrator: (objectId) => isAdministrator(graph, objectId),
    deletedUsersNamed: (userPrincipalName) => deletedUsersNamed(graph, userPrincipalName),
    createUser: (wanted) => create(graph, wanted),
    enableUser: (objectId) => enable(graph, objectId),
    setPassword: (objectId, password) => setPassword(graph, objectId, password),
  };
}

/** `GET /roleManagement/directory/roleAssignments`, scope `RoleManagement.Read.Directory`. Roles that come through a group do not show. */
async function isAdministrator(graph: CallGraph, objectId: string): Promise<boolean | undefined> {
  try {
    const rows = await list(graph, {
      name: 'GET /roleManagement/directory/roleAssignments',
      scope: 'RoleManagement.Read.Directory',
      path: `/roleManagement/directory/roleAssignments?$filter=principalId eq '${text(objectId)}'`,
      row: z.object({ id: z.string() }),
    });
    return rows.length > 0;
  } catch (error) {
    if (error instanceof SetupError && ['E-REFUSED', 'E-CONSENT'].includes(error.code)) return undefined;
    throw error;
  }
}

const organizationRow = z.object({
  countryLetterCode: z.string().nullish(),
  verifiedDomains: z.array(z.object({ name: z.string(), isDefault: z.boolean().nullish(), type: z.string().nullish() })),
});

async function organizationDetails(graph: CallGraph): ReturnType<Users['organizationDetails']> {
  const [row] = await list(graph, {
    name: 'GET /organization',
    scope: 'Organization.Read.All',
    path: '/organization?$select=id,countryLetterCode,verifiedDomains',
    row: organizationRow,
  });
  if (!row) throw new SetupError('E-NOT-FOUND', { values: { what: 'GET /organization', service: 'Microsoft Graph' } });
  const domains = row.verifiedDomains.map(({ name, isDefault, type }) => ({ name, isDefault: isDefault === true, isManaged: type === 'Managed' }));
  return { domains, country: row.countryLetterCode ?? undefined };
}

const userRow = z.object({
  id: entraId,
  userPrincipalName: z.string(),
  displayName: z.string().nullish(),
  accountEnabled: z.boolean().nullish(),
  userType: z.string().nullish(),
  jobTitle: z.string().nullish(),
  usageLocation: z.string().nullish(),
  assignedLicenses: z.array(z.object({ skuId: z.string() })).nullish(),
  lastPasswordChangeDateTime: z.string().nullish(),
});

/** The key is an id or a name, and Graph tells which. A name that begins with a dollar sign would need another form; none is made here. */
async function user(graph: CallGraph, key: string): Promise<DirectoryUser | undefined> {
  const row = await graph({
    name: 'GET /users/{id}',
    scope: 'User.ReadWrite.All',
    path: `/users/${encodeURIComponent(key)}`,
    kind: 'read',
    answer: userRow,
    send: (request) => request.select(Object.keys(userRow.shape)).get(),
    instead: when(isNotFound, undefined),
  });
  return row && toUser(row);
}

function toUser(row: z.infer<typeof userRow>): DirectoryUser {
  return {
    objectId: row.id,
    userPrincipalName: row.userPrincipalName,
    displayName: row.displayName ?? '',
    isEnabled: row.accountEnabled === true,
    isGuest: row.userType === 'Guest',
    jobTitle: row.jobTitle ?? undefined,
    usageLocation: row.usageLocation ?? undefined,
    skuIds: (row.assignedLicenses ?? []).map(({ skuId }) => skuId.toLowerCase()),
    passwordChangedAt: row.lastPasswordChangeDateTime ?? undefined,
  };
}

/** Entra puts the id, without its dashes, before the name of a user that is deleted. */
async function deletedUsersNamed(graph: CallGraph, userPrincipalName: string): Promise<string[]> {
  const wanted = userPrincipalName.toLowerCase();
  const rows = await deletedUsersLike(graph, userPrincipalName);
  return rows.filter(({ id, userPrincipalName: name }) => [wanted, `${id.replaceAll('-', '')}${wanted}`].includes(name.toLowerCase())).map(({ id }) => id);
}

const deletedRow = z.object({ id: z.string(), userPrincipalName: z.string() });

/**
 * `endswith` is an advanced query. Whether every tenant takes it here is not documented: where it is refused as malformed nothing is known, and a name
 * that cannot be had is refused when the user is made.
 */
async function deletedUsersLike(graph: CallGraph, userPrincipalName: string): Promise<z.infer<typeof deletedRow>[]> {
  try {
    return await list(graph, {
      name: 'GET /directory/deletedItems/microsoft.graph.user',
      scope: 'User.ReadWrite.All',
      path: `/directory/deletedItems/microsoft.graph.user?$filter=endswith(userPrincipalName,'${text(userPrincipalName)}')&$count=true&$select=id,userPrincipalName`,
      row: deletedRow,
      headers: { ConsistencyLevel: 'eventual' },
    });
  } catch (error) {
    if (error instanceof SetupError && error.upstream?.status === 400) return [];
    throw error;
  }
}

type Made = Awaited<ReturnType<Users['createUser']>>;

const made = z.object({ id: entraId }).transform(({ id }): Made => ({ kind: 'made', objectId: id }));

/** Never repeated: a second one of the same name would be refused, and then it would not be known whose the first is. */
async function create(graph: CallGraph, { userPrincipalName, displayName, jobTitle, usageLocation, password }: NewUser): Promise<Made> {
  const body: GraphUser = {
    accountEnabled: true,
    displayName,
    jobTitle,
    mailNickname: userPrincipalName.split('@')[0] ?? '',
    userPrincipalName,
    usageLocation,
    passwordProfile: { password, forceChangePasswordNextSignIn: false },
  };
  return await graph<Made, Made>({
    name: 'POST /users',
    scope: 'User.ReadWrite.All',
    path: '/users',
    kind: 'once',
    answer: made,
    send: (request) => request.post(body),
    instead: (failure) => (isTaken(failure) ? { value: { kind: 'taken' } } : undefined),
  });
}

/** "Another object with the same value for property userPrincipalName already exists." */
function isTaken({ status, code, message }: RequestFailure): boolean {
  return status === 400 && (code === 'ObjectConflict' || /same value for property userPrincipalName/iu.test(message));
}

async function enable(graph: CallGraph, objectId: string): Promise<void> {
  const body: GraphUser = { accountEnabled: true };
  await graph({
    name: 'PATCH /users/{id}',
    scope: 'User.ReadWrite.All',
    path: `/users/${encodeURIComponent(objectId)}`,
    kind: 'repeatable',
    answer: nothing,
    send: (request) => request.patch(body),
  });
}

/** Repeatable: the same password twice is one. */
async function setPassword(graph: CallGraph, objectId: string, password: string): Promise<void> {
  const body: GraphUser = { passwordProfile: { password, forceChangePasswordNextSignIn: false } };
  await graph({
    name: 'PATCH /users/{id}',
    scope: 'User-PasswordProfile.ReadWrite.All',
    path: `/users/${encodeURIComponent(objectId)}`,
    kind: 'repeatable',
    answer: nothing,
    send: (request) => request.patch(body),
  });
}
