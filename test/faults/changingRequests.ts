import type { TenantHarness } from '../sandbox/tenantHarness.ts';

/** A request that changes the tenant, told from others of its kind by how many of them come before it. */
export interface ChangingRequest {
  /** As the sandbox's faults take it. */
  readonly match: string;
  readonly after: number;
}

interface Logged {
  readonly method: string;
  readonly path: string;
  readonly changing: boolean;
}

/** Every changing request that the tenant has seen, in order. */
export async function changingRequests(tenant: TenantHarness): Promise<ChangingRequest[]> {
  const logged: Logged[] = (await tenant.control('requests')).json;
  const matches = logged.filter(({ changing }) => changing).map(matchOf);
  return matches.map((match, index) => ({ match, after: matches.slice(0, index).filter((one) => one === match).length }));
}

export function titleOf({ match, after }: ChangingRequest): string {
  return after === 0 ? match : `${match} (${after + 1})`;
}

const roots = /^\/(?:graph\/v1\.0|api\/data\/v9\.2|powerPlatform\/providers\/Microsoft\.BusinessAppPlatform\/scopes\/admin)/u;
const guid = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/giu;

function matchOf({ method, path }: Logged): string {
  const [withoutQuery = ''] = path.split('?');
  return `${method} ${withoutQuery.replace(roots, '').replaceAll(/\([^)]+\)/gu, '(*)').replaceAll(guid, '*')}`;
}
