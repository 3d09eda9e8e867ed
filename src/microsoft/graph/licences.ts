import { z } from 'zod';

import type { Licences, LicenceStock } from '../../setup/ports/microsoft.ts';
import { nothing } from '../request.ts';
import { list } from './answers.ts';
import type { CallGraph, GraphCall } from './client.ts';

/**
 * The tenant's licences. Scopes `Organization.Read.All` and `LicenseAssignment.ReadWrite.All` (or `User.ReadWrite.All`); to give one the person
 * needs License Administrator or User Administrator. Source: subscribedsku-list, user-assignlicense of Graph v1.0.
 */
export function createLicences(graph: CallGraph): Licences {
  return {
    licenceStock: () => licenceStock(graph),
    assignLicence: (objectId, skuId) => assign(graph, objectId, skuId),
  };
}

const skuRow = z.object({
  skuId: z.string(),
  skuPartNumber: z.string(),
  appliesTo: z.string().nullish(),
  capabilityStatus: z.string().nullish(),
  consumedUnits: z.number(),
  prepaidUnits: z.object({ enabled: z.number() }),
});
type SkuRow = z.infer<typeof skuRow>;

async function licenceStock(graph: CallGraph): Promise<LicenceStock[]> {
  const rows = await list(graph, { name: 'GET /subscribedSkus', scope: 'Organization.Read.All', path: `/subscribedSkus?$select=${Object.keys(skuRow.shape).join(',')}`, row: skuRow });
  return rows.filter(isUsable).map(({ skuId, skuPartNumber, prepaidUnits, consumedUnits }) => ({
    skuId: skuId.toLowerCase(),
    partNumber: skuPartNumber,
    // Units in their grace period (`warning`) are not counted: they end soon.
    free: Math.max(0, prepaidUnits.enabled - consumedUnits),
  }));
}

/** `appliesTo` Company is used by the whole tenant; a subscription that is suspended, locked or deleted gives nothing. */
function isUsable({ appliesTo, capabilityStatus }: SkuRow): boolean {
  return (appliesTo ?? 'User') === 'User' && (capabilityStatus === 'Enabled' || capabilityStatus === 'Warning');
}

/** Repeatable: a licence that the user has already stays as it is. */
async function assign(graph: CallGraph, objectId: string, skuId: string): Promise<void> {
  await graph(licensing(objectId, { give: [skuId] }));
}

interface Licensing {
  /** Ids of products. */
  readonly give?: readonly string[];
  readonly take?: readonly string[];
}

/** The one request by which a user is given licences, or loses them. */
export function licensing(objectId: string, { give = [], take = [] }: Licensing): GraphCall<undefined> {
  return {
    name: 'POST /users/{id}/assignLicense',
    scope: 'LicenseAssignment.ReadWrite.All',
    path: `/users/${encodeURIComponent(objectId)}/assignLicense`,
    kind: 'repeatable',
    answer: nothing,
    send: (request) => request.post({ addLicenses: give.map((skuId) => ({ skuId, disabledPlans: [] })), removeLicenses: take }),
  };
}
