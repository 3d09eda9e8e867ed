import { z } from 'zod';

import { isNotFound, when } from '../request.ts';
import type { CallGraph } from './client.ts';

/** Dynamics CRM, also called Dataverse: the same application in every tenant. */
export const dynamicsAppId = '00000007-0000-0000-c000-000000000000';

/** The id that many published manifests use; a tenant that knows Dynamics says it itself. */
export const knownScopeId = '78ce3f0f-a1ce-49c2-8cde-64b5c0896db4';

const answer = z.object({
  oauth2PermissionScopes: z.array(z.object({ id: z.string(), value: z.string().nullish() })),
});

/** Id of Dynamics' delegated permission `user_impersonation`. `GET /servicePrincipals(appId)`, scope `Application.ReadWrite.All`. */
export async function impersonationScopeId(graph: CallGraph): Promise<string> {
  const dynamics = await graph({
    name: 'GET /servicePrincipals(appId)',
    scope: 'Application.ReadWrite.All',
    path: `/servicePrincipals(appId='${dynamicsAppId}')`,
    kind: 'read',
    answer,
    send: (request) => request.select(['id', 'oauth2PermissionScopes']).get(),
    instead: when(isNotFound, undefined),
  });
  return dynamics?.oauth2PermissionScopes.find(({ value }) => value === 'user_impersonation')?.id ?? knownScopeId;
}
