/** What can be taken away in Entra. Whatever is gone already is no error. */
export interface DirectoryRemovals {
  /** Entra keeps it for 30 days, with its keys; its service principal goes with it. */
  deleteApplication(objectId: string): Promise<void>;
  /** Nobody can sign in as this application any more. */
  disableServicePrincipal(appId: string): Promise<void>;
  /** Entra keeps it for 30 days. */
  deleteUser(objectId: string): Promise<void>;
  /** A licence that the user does not have is no error. */
  removeLicence(objectId: string, skuId: string): Promise<void>;
}

/** A user or a team that holds a role. */
export interface RoleHolder {
  readonly id: string;
  readonly name: string;
}

/** What can be taken away in an environment. Whatever is gone already is no error. */
export interface DataverseRemovals {
  /** Minutes are usual. Throws `E-SOL-NEEDED` where other components depend on it. */
  uninstallSolution(solutionId: string): Promise<void>;
  /** How many components of others depend on this managed solution, and so keep it from being uninstalled. */
  dependentsOf(uniqueName: string): Promise<number>;
  /** Whoever holds a role of this solution, in whatever business unit. */
  holdersOfSolutionRoles(solutionId: string): Promise<RoleHolder[]>;
  /** Whoever holds this role or a copy of it. */
  holdersOfRole(rootRoleId: string): Promise<RoleHolder[]>;
  removeRole(systemUserId: string, roleId: string): Promise<void>;
  /** An unmanaged role and all its copies. */
  deleteRole(rootRoleId: string): Promise<void>;
  /** Nobody can sign in as it any more; a user can be deleted only after that. */
  deactivateUser(systemUserId: string): Promise<void>;
  /** Marks it as deleted; a second time it is deleted for good. */
  deleteUser(systemUserId: string): Promise<void>;
  /** Whether the user owns leads; undefined when the person may not see that. */
  ownsLeads(systemUserId: string): Promise<boolean | undefined>;
}
