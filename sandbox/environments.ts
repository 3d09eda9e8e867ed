import { foreignTenant, tenant } from './tenants.ts';

/** Every environment of the sandbox, in the order of their ports. */
export const environmentNames = ['contoso', 'contoso-test', 'nolead', 'foreign'] as const;
export type EnvironmentName = (typeof environmentNames)[number];

/** What an environment is, whatever happens in it. */
export interface EnvironmentFacts {
  readonly friendlyName: string;
  /** As discovery numbers it: 0 is production, 5 is for tests. */
  readonly type: 0 | 5;
  readonly tenantId: string;
  /** Without a Sales application there is no lead table, and none of its privileges. */
  readonly hasLeads: boolean;
}

export const environmentFacts: Readonly<Record<EnvironmentName, EnvironmentFacts>> = {
  contoso: { friendlyName: 'Contoso', type: 0, tenantId: tenant.id, hasLeads: true },
  'contoso-test': { friendlyName: 'Contoso Test', type: 5, tenantId: tenant.id, hasLeads: true },
  nolead: { friendlyName: 'Contoso Projects', type: 0, tenantId: tenant.id, hasLeads: false },
  foreign: { friendlyName: 'Fabrikam', type: 0, tenantId: foreignTenant.id, hasLeads: true },
};

/** The same for every environment, by its name. */
export function forEachEnvironment<T>(make: (name: EnvironmentName) => T): Record<EnvironmentName, T> {
  return { contoso: make('contoso'), 'contoso-test': make('contoso-test'), nolead: make('nolead'), foreign: make('foreign') };
}
