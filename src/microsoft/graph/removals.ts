import type { DirectoryRemovals } from '../../setup/ports/removals.ts';
import type { RequestFailure } from '../failure.ts';
import { isNotFound, nothing, when } from '../request.ts';
import type { CallGraph } from './client.ts';
import { licensing } from './licences.ts';
import { pathOf } from './servicePrincipals.ts';

/**
 * What is taken away again, with the permissions with which it was made. Each may be repeated: what is gone is answered with 404. Source:
 * application-delete, serviceprincipal-update, user-delete, user-assignlicense of Graph v1.0.
 */
export function createRemovals(graph: CallGraph): DirectoryRemovals {
  return {
    deleteApplication: (objectId) => deleteApplication(graph, objectId),
    disableServicePrincipal: (appId) => disableServicePrincipal(graph, appId),
    deleteUser: (objectId) => deleteUser(graph, objectId),
    removeLicence: (objectId, skuId) => removeLicence(graph, objectId, skuId),
  };
}

async function deleteApplication(graph: CallGraph, objectId: string): Promise<void> {
  await graph({
    name: 'DELETE /applications/{id}',
    scope: 'Application.ReadWrite.All',
    path: `/applications/${encodeURIComponent(objectId)}`,
    kind: 'repeatable',
    answer: nothing,
    send: (request) => request.delete(),
    instead: when(isNotFound, undefined),
  });
}

async function disableServicePrincipal(graph: CallGraph, appId: string): Promise<void> {
  await graph({
    name: 'PATCH /servicePrincipals(appId)',
    scope: 'Application.ReadWrite.All',
    path: pathOf(appId),
    kind: 'repeatable',
    answer: nothing,
    send: (request) => request.patch({ accountEnabled: false }),
    instead: when(isNotFound, undefined),
  });
}

async function deleteUser(graph: CallGraph, objectId: string): Promise<void> {
  await graph({
    name: 'DELETE /users/{id}',
    scope: 'User.ReadWrite.All',
    path: `/users/${encodeURIComponent(objectId)}`,
    kind: 'repeatable',
    answer: nothing,
    send: (request) => request.delete(),
    instead: when(isNotFound, undefined),
  });
}

async function removeLicence(graph: CallGraph, objectId: string, skuId: string): Promise<void> {
  await graph({
    ...licensing(objectId, { take: [skuId] }),
    instead: when((failure) => isNotFound(failure) || isNotHeld(failure), undefined),
  });
}

/** "User does not have a corresponding license." */
function isNotHeld({ status, message }: RequestFailure): boolean {
  return status === 400 && /does not have a corresponding licen[cs]e/iu.test(message);
}
