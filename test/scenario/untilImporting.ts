import type { TenantHarness } from '../sandbox/tenantHarness.ts';

/**
 * Resolves when the import has been started and looked at once. The card does not tell: while it asks for the next approval, it is not
 * redrawn for mere progress.
 */
export async function untilImporting(tenant: TenantHarness): Promise<void> {
  const requests: { method: string; path: string }[] = (await tenant.control('requests')).json;
  const start = requests.findIndex(({ path }) => path.endsWith('/ImportSolutionAsync'));
  const isWatched = start >= 0 && requests.slice(start).some(({ path }) => path.includes('/asyncoperations('));
  if (!isWatched) await untilImporting(tenant);
}
