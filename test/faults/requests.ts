import { fits } from '../../sandbox/faults/faults.ts';
import type { TenantHarness } from '../sandbox/tenantHarness.ts';

/** A request to the tenant, told from others of its kind by how many of them come before it. */
export interface TenantRequest {
  /** As the sandbox's faults take it. */
  readonly match: string;
  readonly after: number;
}

interface Logged {
  readonly service: string;
  readonly method: string;
  readonly path: string;
  readonly changing: boolean;
}

/** What faults befall: whatever changes the tenant, or whatever is read of it, with the tokens for both. */
export type Befallen = 'changes' | 'reads';

/** Every such request that the tenant has seen since so many others, in order. */
export async function requestsOf(tenant: TenantHarness, befallen: Befallen, since: number): Promise<TenantRequest[]> {
  const logged = (await log(tenant)).slice(since);
  return logged.flatMap((request, index) => {
    if (request.changing !== (befallen === 'changes') || isOfChannel(request)) return [];
    const match = matchOf(request);
    return [{ match, after: logged.slice(0, index).filter(({ method, path }) => fits(match, { method, path: withoutQuery(path) })).length }];
  });
}

export async function seenRequests(tenant: TenantHarness): Promise<number> {
  return (await log(tenant)).length;
}

export function titleOf({ match, after }: TenantRequest): string {
  return after === 0 ? match : `${match} (${after + 1})`;
}

/** Every request, or those that have in their title what `FAULTS_REQUEST` says. */
export function isAskedFor(request: TenantRequest): boolean {
  return titleOf(request).includes(process.env['FAULTS_REQUEST'] ?? '');
}

async function log(tenant: TenantHarness): Promise<Logged[]> {
  return (await tenant.control('requests')).json;
}

/** What Bot Framework is asked: a setup without a chat asks the harness in its place. */
function isOfChannel({ service }: Logged): boolean {
  return ['tokenService', 'channelMetadata'].includes(service);
}

const roots = /^\/(?:graph\/v1\.0|api\/data\/v9\.2|powerPlatform\/providers\/Microsoft\.BusinessAppPlatform\/scopes\/admin)/u;
const guid = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/giu;

function matchOf({ method, path }: Logged): string {
  return `${method} ${withoutQuery(path).replace(roots, '').replaceAll(/\([^)]+\)/gu, '(*)').replaceAll(guid, '*')}`;
}

function withoutQuery(path: string): string {
  return path.split('?')[0] ?? '';
}
