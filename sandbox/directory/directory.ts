import type { TenantClock } from '../clock.ts';
import { createCollection, type Collection } from './collection.ts';
import { createRoleActivations, type RoleActivations } from './roleActivations.ts';
import type { ApplicationRow, GrantRow, ServicePrincipalRow, SubscribedSkuRow, UserRow } from './rows.ts';
import { seededGrants, seededServicePrincipals } from './seed.ts';
import { seededSubscriptions } from './subscriptions.ts';
import { seededUsers } from './users.ts';

export interface Password {
  readonly text: string;
  /** Whether whoever signs in with it has to choose another first. */
  readonly mustChange: boolean;
}

/** The tenant's directory, which Graph changes and the token endpoint reads. */
export interface Directory {
  readonly applications: Collection<ApplicationRow>;
  /** Applications for the 30 days in which they can be restored. */
  readonly deletedApplications: Collection<ApplicationRow>;
  readonly servicePrincipals: Collection<ServicePrincipalRow>;
  readonly grants: Collection<GrantRow>;
  readonly users: Collection<UserRow>;
  /** Users for the 30 days in which they can be restored. */
  readonly deletedUsers: Collection<UserRow>;
  readonly subscriptions: Collection<SubscribedSkuRow>;
  /** The passwords of users who have one here, which no API gives; by the user's id. */
  readonly passwords: Map<string, Password>;
  /** The values of the keys, which no API gives again; by `keyId`. */
  readonly secrets: Map<string, { readonly text: string; readonly createdAtMs: number }>;
  /** Every key that was handed out and every password that was set since the start or the last reset, removed ones too: what must stand nowhere else. */
  readonly handedOut: string[];
  /** Who owns an application: the object id of the person who made it, by the application's id. */
  readonly owners: Map<string, string>;
  readonly roleActivations: RoleActivations;
  reset(): void;
}

export function createDirectory(clock: TenantClock): Directory {
  const directory: Directory = {
    applications: createCollection<ApplicationRow>(clock),
    deletedApplications: createCollection<ApplicationRow>(clock),
    servicePrincipals: createCollection<ServicePrincipalRow>(clock),
    grants: createCollection<GrantRow>(clock),
    users: createCollection<UserRow>(clock),
    deletedUsers: createCollection<UserRow>(clock),
    subscriptions: createCollection<SubscribedSkuRow>(clock),
    passwords: new Map(),
    secrets: new Map(),
    handedOut: [],
    owners: new Map(),
    roleActivations: createRoleActivations(),
    reset: () => {
      directory.applications.replaceAll([]);
      directory.deletedApplications.replaceAll([]);
      directory.servicePrincipals.replaceAll(seededServicePrincipals);
      directory.grants.replaceAll(seededGrants);
      directory.users.replaceAll(seededUsers);
      directory.deletedUsers.replaceAll([]);
      directory.subscriptions.replaceAll(seededSubscriptions);
      directory.passwords.clear();
      directory.secrets.clear();
      directory.handedOut.splice(0);
      directory.owners.clear();
      directory.roleActivations.reset();
    },
  };
  directory.reset();
  return directory;
}
