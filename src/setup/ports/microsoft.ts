import type { Environment, Person } from '../run.ts';
import type { DataverseRemovals, DirectoryRemovals } from './removals.ts';

/** Microsoft's services as the domain needs them. Every call may throw a `SetupError`; none of them knows a run. */
export interface Microsoft {
  /** Entra, read and written with the person's own rights. */
  directory(actor: Person): Directory;
  /** The environments in which the person is an enabled user. An empty list is a normal answer. */
  environments(actor: Person): Promise<Environment[]>;
  dataverse(actor: Person, environment: Pick<Environment, 'url'>): Dataverse;
  /** The Power Platform admin API, with the person's own rights. */
  powerPlatform(actor: Person): PowerPlatform;
  /** The finished account itself, signed in by its own key. */
  leadWriter(credentials: LeadWriterCredentials, environment: Pick<Environment, 'url'>): LeadWriter;
  /** A secret of a key vault, with the person's own rights; undefined where the address is no vault of this cloud, or the name none that a secret can have. */
  vaultSecret(actor: Person, vault: string, name: string): VaultSecret | undefined;
  /** Drops every token of this person that is kept in memory. */
  forget(person: Pick<Person, 'tenantId' | 'objectId'>): void;
  /** What stands behind this host (`host` or `host:port`); only for an `environment` a token is ever asked. */
  hostKind(host: string): HostKind;
  /** While `work` runs, adds the ids of every request that it sends to `requestIds`, as `header=id` and in order: ours, then Microsoft's. */
  collectRequestIds<T>(requestIds: string[], work: () => Promise<T>): Promise<T>;
}

/** One version of a secret, without its value. */
export interface SecretVersion {
  readonly version: string;
  readonly tags: Readonly<Record<string, string>>;
}

export interface VaultSecret {
  /** Newest or oldest first; a name that is not there has none. Throws `E-VAULT-REFUSED`; `E-VAULT-MISSING` where no vault of the organization answers. */
  versions(): Promise<SecretVersion[]>;
  /** Deleted but recoverable, so that its name is taken; `false` also where the person may not see that. */
  isDeleted(): Promise<boolean>;
  /** Another version of the secret. Throws `E-VAULT-REFUSED`; `E-VAULT-NAME` for a name whose secret was deleted and can be recovered; `E-UNCLEAR` when no answer came. */
  put(value: string, about: { readonly endsAt: string; readonly tags: Readonly<Record<string, string>> }): Promise<{ version: string }>;
}

/** An environment of the configured cloud; one of another Microsoft cloud; another of Microsoft's services; anything else. */
export type HostKind = 'environment' | 'otherCloud' | 'otherService' | 'elsewhere';

export interface LeadWriterCredentials {
  readonly tenantId: string;
  readonly appId: string;
  readonly secret: string;
}

/** Source: api-facts of the Power Platform admin API. */
export interface PowerPlatform {
  /**
   * Takes a user of the tenant into an environment now; repeating it changes nothing. The user's row comes some time later.
   * `waiting` while their licence is not in force yet. Throws `E-REFUSED` for somebody who may not do that.
   */
  addUser(environmentId: string, objectId: string): Promise<{ kind: 'added' } | { kind: 'waiting' }>;
}

export interface Application {
  readonly objectId: string;
  readonly appId: string;
  readonly displayName: string;
  readonly tags: readonly string[];
  readonly isMultitenant: boolean;
  /** Whether Dynamics' delegated `user_impersonation` is listed. */
  readonly listsDynamicsPermission: boolean;
  readonly keys: readonly { keyId: string; displayName: string; endsAt: string }[];
}

export interface ServicePrincipal {
  readonly objectId: string;
  readonly isEnabled: boolean;
}

/** Entra. Source: api-facts of Graph v1.0 (organization, directory roles, applications, servicePrincipals, users, subscribedSkus). */
export interface Directory extends Users, Licences, DirectoryRemovals {
  organization(): Promise<{ tenantId: string; displayName: string }>;
  /** Whether the account that is signed in is a guest of the tenant, whose home is elsewhere. */
  isGuest(): Promise<boolean>;
  /** Whether this user's name says that they were invited from elsewhere; undefined when Entra does not tell. */
  isInvited(objectId: string): Promise<boolean | undefined>;
  /** Template ids of the directory roles that the person holds, active, directly or through a group; undefined when Entra does not tell which. */
  directoryRoleTemplateIds(): Promise<string[] | undefined>;
  /** … that the person may activate for themselves and has not; undefined when Entra does not tell. */
  eligibleRoleTemplateIds(): Promise<string[] | undefined>;
  /** Object id of the user of this user principal name; undefined where there is none. */
  userObjectId(userPrincipalName: string): Promise<string | undefined>;
  /** Applications that carry this tag; a new one may be missing for some seconds. */
  applicationsTagged(tag: string): Promise<Application[]>;
  applicationByUniqueName(uniqueName: string): Promise<Application | undefined>;
  application(objectId: string): Promise<Application | undefined>;
  /** By the id that the portals show (GUID). */
  applicationByAppId(appId: string): Promise<Application | undefined>;
  /**
   * Creates or completes the application of exactly this `uniqueName`; repeating it changes nothing.
   * Multitenant, Dynamics permission listed, no redirect address, no consent.
   */
  saveApplication(application: { uniqueName: string; displayName: string; tags: string[]; notes: string }): Promise<void>;
  /** Makes an application that was found multitenant and lists the permission, leaving the rest alone. */
  completeApplication(objectId: string): Promise<void>;
  servicePrincipal(appId: string): Promise<ServicePrincipal | undefined>;
  /** Lets its application sign in in this tenant again. Repeating it changes nothing. */
  enableServicePrincipal(appId: string): Promise<void>;
  /** Idempotent. `waiting` while Entra does not know the new application everywhere yet. */
  saveServicePrincipal(appId: string): Promise<{ kind: 'saved' } | { kind: 'waiting' }>;
  /** The only answer that ever holds the secret. `endsAt` as Entra set it. Throws `E-KEY-LIFETIME`, `E-KEY-FORBIDDEN` where a policy of the tenant says so. */
  addKey(objectId: string, key: { displayName: string; endsAt: string }): Promise<{ keyId: string; secret: string; endsAt: string }>;
  /** A key that is already gone is no error. */
  removeKey(objectId: string, keyId: string): Promise<void>;
}

export interface VerifiedDomain {
  readonly name: string;
  readonly isDefault: boolean;
  /** Its users sign in at Microsoft itself; those of a federated one sign in elsewhere and get no password here. */
  readonly isManaged: boolean;
}

export interface DirectoryUser {
  readonly objectId: string;
  readonly userPrincipalName: string;
  readonly displayName: string;
  readonly isEnabled: boolean;
  readonly isGuest: boolean;
  /** Where a user that was made here carries the mark of its setup. */
  readonly jobTitle: string | undefined;
  /** ISO 3166, two letters. */
  readonly usageLocation: string | undefined;
  /** The ids of all products that they have a licence of, also through a group. */
  readonly skuIds: readonly string[];
  /** When their password was set last, as Entra writes it. */
  readonly passwordChangedAt: string | undefined;
}

export interface NewUser {
  readonly userPrincipalName: string;
  readonly displayName: string;
  readonly jobTitle: string;
  readonly usageLocation: string;
  readonly password: string;
}

export interface Users {
  /** `country`: ISO 3166, two letters, as the organization gave it for itself. */
  organizationDetails(): Promise<{ domains: VerifiedDomain[]; country: string | undefined }>;
  /** By object id or user principal name; a new one is not known everywhere at once. */
  user(key: string): Promise<DirectoryUser | undefined>;
  /** Whether a directory role is assigned to them directly; undefined when Entra does not tell. */
  isAdministrator(objectId: string): Promise<boolean | undefined>;
  /** Object ids of the users that were deleted, but not for good, and had this name. */
  deletedUsersNamed(userPrincipalName: string): Promise<string[]>;
  /** A member without any directory role, who need not change the password. Never repeated: an answer that does not come is `E-UNCLEAR`. */
  createUser(user: NewUser): Promise<{ kind: 'made'; objectId: string } | { kind: 'taken' }>;
  /** Lets them sign in again. Repeating it changes nothing. */
  enableUser(objectId: string): Promise<void>;
  /** Without a change at the next sign-in. */
  setPassword(objectId: string, password: string): Promise<void>;
}

/** What the tenant has bought of one product. */
export interface LicenceStock {
  readonly skuId: string;
  readonly partNumber: string;
  readonly free: number;
}

export interface Licences {
  /** Products that are in force and given to users one by one. */
  licenceStock(): Promise<LicenceStock[]>;
  /** Idempotent. It may take minutes to be in force. */
  assignLicence(objectId: string, skuId: string): Promise<void>;
}

export interface StagedSolution {
  readonly uploadId: string;
  readonly uniqueName: string;
  readonly friendlyName: string;
  readonly version: string;
  /** Display name. */
  readonly publisher: string;
  readonly publisherUniqueName: string | undefined;
  /** Unique name of the publisher whose solution of this name is installed; undefined when none is, or Dynamics does not say. */
  readonly installedPublisher: string | undefined;
  readonly isManaged: boolean;
  readonly components: readonly { name: string; type: string }[];
  readonly missingDependencies: readonly string[];
  /** Messages of the validation results that did not pass. */
  readonly problems: readonly string[];
}

export interface InstalledSolution {
  readonly solutionId: string;
  readonly uniqueName: string;
  readonly version: string;
  readonly isManaged: boolean;
}

export interface NamedSolution extends InstalledSolution {
  readonly friendlyName: string;
  readonly publisher: string;
}

export interface ImportOperation {
  readonly operationId: string;
  readonly outcome: 'running' | 'succeeded' | 'failed' | 'cancelled';
  readonly message: string | undefined;
}

export interface SecurityRole {
  readonly roleId: string;
  readonly name: string;
  readonly isCustomizable: boolean;
  /** 0 = team privileges only, 1 = direct user level and team privileges. */
  readonly isInherited: number;
  readonly rootRoleId: string;
  readonly templateId: string | undefined;
}

export type PrivilegeDepth = 'Basic' | 'Local' | 'Deep' | 'Global';
export interface GrantedPrivilege {
  readonly privilegeId: string;
  readonly depth: PrivilegeDepth;
}

/** One environment's Dataverse Web API 9.2, with the person's own rights. */
export interface Dataverse extends DataverseRemovals {
  /** Throws `E-NOT-MEMBER` when the person is no user of this environment, disabled there, or without any role. */
  whoAmI(): Promise<{ systemUserId: string; businessUnitId: string; organizationId: string }>;
  /** 0 Read-Write, 1 Administrative, 2 Read, 3 Support, 4 Non-interactive, 5 Delegated administrator. */
  accessMode(systemUserId: string): Promise<number>;
  rolesOfUser(systemUserId: string): Promise<SecurityRole[]>;
  /** Roles that the user holds through teams. */
  rolesThroughTeams(systemUserId: string): Promise<SecurityRole[]>;
  hasTable(logicalName: string): Promise<boolean>;

  installedSolution(uniqueName: string): Promise<InstalledSolution | undefined>;
  /** The managed solution that brings a security role of this name. */
  solutionOfRole(roleName: string): Promise<NamedSolution | undefined>;
  /** A dry run: Dynamics reads the file and installs nothing. Throws `E-SOL-INVALID` for a file that it cannot read. */
  stageSolution(zip: Uint8Array): Promise<StagedSolution>;
  /** Never repeated by the client: an answer that does not come is `E-UNCLEAR`. */
  startImport(uploadId: string): Promise<{ operationId: string; importJobId: string }>;
  /** Ids of the jobs that this user has ever begun for the solution of this unique name, newest first. A job's row comes some seconds after its start. */
  importJobsOf(solutionName: string, systemUserId: string): Promise<string[]>;
  importOperation(operationId: string): Promise<ImportOperation>;
  /** `percent` 0–100; undefined while Dynamics has not made the job's row yet. */
  importJob(importJobId: string): Promise<{ percent: number; hasEnded: boolean } | undefined>;
  importResult(importJobId: string): Promise<{ passed: boolean; messages: string[] }>;

  rootBusinessUnitId(): Promise<string>;
  applicationUser(appId: string): Promise<ApplicationUser | undefined>;
  /** `taken`: another has made one for this application. One whose answer was lost counts as saved. `waiting` while Dynamics cannot see the application yet. */
  createApplicationUser(user: NewApplicationUser): Promise<Saved | { kind: 'waiting' }>;
  /** Idempotent. */
  enableApplicationUser(user: { systemUserId: string; appId: string }): Promise<void>;
  /** The role copies in one business unit that belong to the solution. */
  rolesOfSolution(solutionId: string, businessUnitId: string): Promise<SecurityRole[]>;
  /** Privileges that exist in this environment, of those names. */
  privilegesNamed(names: readonly string[]): Promise<{ privilegeId: string; name: string }[]>;
  privilegesOfRole(roleId: string): Promise<GrantedPrivilege[]>;
  /** What counts for a user, from all their roles, their teams' too. */
  privilegesOfUser(systemUserId: string): Promise<GrantedPrivilege[]>;
  /** Roles of a business unit whose name begins like this; `rootRoleId` is the one that is edited. */
  rolesNamed(prefix: string, businessUnitId: string): Promise<SecurityRole[]>;
  /** An unmanaged role without a privilege, under an id chosen beforehand: the same id twice is one role. */
  createRole(role: { roleId: string; name: string; businessUnitId: string }): Promise<void>;
  /** Adds to the role, removing nothing; idempotent. Throws `E-ROLE-LOCKED` where the role may not be edited. */
  addPrivileges(roleId: string, privileges: readonly GrantedPrivilege[]): Promise<void>;
  /** Throws `E-ROLE-LOCKED` where the role may not be edited. */
  setInherited(roleId: string): Promise<void>;
  /** `taken`: another has given it. */
  assignRole(systemUserId: string, roleId: string): Promise<Saved>;

  /** A person of the tenant, by their Entra object id; undefined while Dynamics has not taken them in. */
  userOf(objectId: string): Promise<EnvironmentUser | undefined>;
  /** Asks in the person's name, at which Dynamics takes in whoever is entitled and not there yet. Needs the right to act on behalf of others. */
  admit(objectId: string): Promise<{ kind: 'admitted' } | { kind: 'waiting'; reason: string }>;
  /** Writes a lead in the person's name and with their privileges, under an id chosen beforehand: the same id twice is one lead. */
  writeLeadAs(objectId: string, lead: TestLead): Promise<{ kind: 'written' } | { kind: 'waiting'; reason: string }>;

  /** Whether the person may read leads at all; an administrator without a licence may not. */
  mayReadLeads(): Promise<boolean>;
  lead(leadId: string): Promise<{ leadId: string; createdBy: string } | undefined>;
  /** A lead that is already gone is no error. */
  deleteLead(leadId: string): Promise<void>;
}

/** What is there now: this call's own, or what another had made before it. */
export type Saved = { readonly kind: 'saved' } | { readonly kind: 'taken' };

export interface NewApplicationUser {
  readonly appId: string;
  readonly businessUnitId: string;
  /** Shown in Dynamics, for people who wonder whose user this is. */
  readonly email?: string;
}

export interface ApplicationUser {
  readonly systemUserId: string;
  readonly businessUnitId: string;
  readonly isDisabled: boolean;
  /** Deleted, but not for good: it cannot be used, and no other can be made for the application while it is there. */
  readonly isDeleted: boolean;
  readonly name: string;
}

export interface EnvironmentUser {
  readonly systemUserId: string;
  readonly businessUnitId: string;
  readonly isDisabled: boolean;
  readonly name: string;
}

/** What the marketplace will do with the finished account. */
export interface LeadWriter {
  /** `waiting` while a new key or user is not known everywhere (AADSTS7000215, AADSTS700016, 0x80072560). */
  signIn(): Promise<{ kind: 'signedIn' } | { kind: 'waiting'; reason: string }>;
  /** Writes a lead under an id chosen beforehand: the same id twice is one lead. */
  writeLead(lead: TestLead): Promise<{ kind: 'written' } | { kind: 'waiting'; reason: string }>;
}

export interface TestLead {
  readonly leadId: string;
  readonly subject: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly companyName: string;
  readonly description: string;
}
