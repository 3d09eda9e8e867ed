import type { TenantClock } from '../clock.ts';
import { createCollection, type Collection } from './collection.ts';
import { createRoleActivations, type RoleActivations } from './roleActivations.ts';
import type { ApplicationRow, GrantRow, ServicePrincipalRow } from './rows.ts';
import { seededGrants, seededServicePrincipals } from './seed.ts';

/** The tenant's directory, which Graph changes and the token endpoint reads. */
export interface Directory {
  readonly applications: Collection<ApplicationRow>;
  readonly servicePrincipals: Collection<ServicePrincipalRow>;
  readonly grants: Collection<GrantRow>;
  /** The values of the keys, which no API gives again; by `keyId`. */
  readonly secrets: Map<string, { readonly text: string; readonly createdAtMs: number }>;
  /** Who owns an application: the object id of the person who made it, by the application's id. */
  readonly owners: Map<string, string>;
  readonly roleActivations: RoleActivations;
  reset(): void;
}

export function createDirectory(clock: TenantClock): Directory {
  const directory: Directory = {
    applications: createCollection<ApplicationRow>(clock),
    servicePrincipals: createCollection<ServicePrincipalRow>(clock),
    grants: createCollection<GrantRow>(clock),
    secrets: new Map(),
    owners: new Map(),
    roleActivations: createRoleActivations(),
    reset: () => {
      directory.applications.replaceAll([]);
      directory.servicePrincipals.replaceAll(seededServicePrincipals);
      directory.grants.replaceAll(seededGrants);
      directory.secrets.clear();
      directory.owners.clear();
      directory.roleActivations.reset();
    },
  };
  directory.reset();
  return directory;
}
