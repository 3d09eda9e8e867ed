import { z } from 'zod';

import type { Directory, ServicePrincipal } from '../../setup/ports/microsoft.ts';
import type { RequestFailure } from '../failure.ts';
import { isNotFound, nothing, when } from '../request.ts';
import { text } from './answers.ts';
import type { CallGraph } from './client.ts';

type ServicePrincipals = Pick<Directory, 'servicePrincipal' | 'enableServicePrincipal' | 'saveServicePrincipal'>;

/**
 * The application's account in this tenant. Scope `Application.ReadWrite.All`; roles as for applications.
 * Source: serviceprincipal-get, serviceprincipal-update, serviceprincipal-upsert of Graph v1.0.
 */
export function createServicePrincipals(graph: CallGraph): ServicePrincipals {
  return {
    servicePrincipal: async (appId) =>
      graph({
        name: 'GET /servicePrincipals(appId)',
        scope: 'Application.ReadWrite.All',
        path: pathOf(appId),
        kind: 'read',
        answer: servicePrincipalRow,
        send: (request) => request.select(['id', 'accountEnabled']).get(),
        instead: when(isNotFound, undefined),
      }),
    enableServicePrincipal: (appId) => enable(graph, appId),
    saveServicePrincipal: (appId) => save(graph, appId),
  };
}

/** Graph leaves it out, or says null, where nobody has ever set it. */
const servicePrincipalRow = z
  .object({ id: z.string(), accountEnabled: z.boolean().nullish() })
  .transform(({ id, accountEnabled }): ServicePrincipal => ({ objectId: id, isEnabled: accountEnabled !== false }));

export function pathOf(appId: string): string {
  return `/servicePrincipals(appId='${text(appId)}')`;
}

async function enable(graph: CallGraph, appId: string): Promise<void> {
  await graph({
    name: 'PATCH /servicePrincipals(appId)',
    scope: 'Application.ReadWrite.All',
    path: pathOf(appId),
    kind: 'repeatable',
    answer: nothing,
    send: (request) => request.patch({ accountEnabled: true }),
  });
}

const saved = z.unknown().transform(() => ({ kind: 'saved' as const }));

/** Repeatable: the appId is an alternate key. */
async function save(graph: CallGraph, appId: string): Promise<{ kind: 'saved' } | { kind: 'waiting' }> {
  return await graph({
    name: 'PATCH /servicePrincipals(appId)',
    scope: 'Application.ReadWrite.All',
    path: pathOf(appId),
    kind: 'repeatable',
    answer: saved,
    send: (request) => request.header('Prefer', 'create-if-missing').patch({}),
    instead: when(isTooEarly, { kind: 'waiting' as const }),
  });
}

/**
 * Right after an application is made Entra does not know it everywhere. Seen: 400 with detail NoBackingApplicationObject, 403 "must be in the
 * local tenant", 404 ObjectNotFound; each ends within a minute. A plain 403 is a missing right.
 */
function isTooEarly({ status, code, message }: RequestFailure): boolean {
  if (status === 404) return true;
  if (status === 400) return code === 'NoBackingApplicationObject' || /does not reference a valid application object/i.test(message);
  return status === 403 && /must (?:be )?in the local tenant/i.test(message);
}
