/** Rows of the directory as Graph returns them: property names and JSON values of its v1.0 metadata. */
export type DirectoryRow = Readonly<Record<string, unknown>> & { readonly id: string };

export interface ApplicationRow extends DirectoryRow {
  readonly appId: string;
  readonly displayName: string;
  readonly uniqueName: string | null;
  readonly signInAudience: string;
  readonly tags: readonly string[];
  readonly passwordCredentials: readonly PasswordCredential[];
}

/** A key of an application as it can be read: `secretText` is always null, whoever asks. */
export interface PasswordCredential {
  readonly customKeyIdentifier: null;
  readonly displayName: string | null;
  readonly endDateTime: string;
  readonly hint: string;
  readonly keyId: string;
  readonly secretText: null;
  readonly startDateTime: string;
}

export interface ServicePrincipalRow extends DirectoryRow {
  readonly appId: string;
  readonly displayName: string;
}

/** A person of the tenant. The password is not part of the row: no API gives it. */
export interface UserRow extends DirectoryRow {
  readonly userPrincipalName: string;
  readonly displayName: string;
  readonly accountEnabled: boolean;
  /** ISO 3166, two letters. */
  readonly usageLocation: string | null;
  readonly assignedLicenses: readonly AssignedLicence[];
  readonly licenseAssignmentStates: readonly LicenceState[];
  readonly deletedDateTime: string | null;
}

export interface AssignedLicence {
  readonly skuId: string;
  /** Ids of service plans. */
  readonly disabledPlans: readonly string[];
}

export interface LicenceState extends AssignedLicence {
  readonly assignedByGroup: null;
  readonly error: 'None';
  readonly lastUpdatedDateTime: string;
  readonly state: 'Active';
}

/** A subscription of the tenant and how much of it is used. */
export interface SubscribedSkuRow extends DirectoryRow {
  readonly skuId: string;
  readonly skuPartNumber: string;
  readonly capabilityStatus: 'Enabled' | 'Suspended';
  readonly consumedUnits: number;
  readonly prepaidUnits: { readonly enabled: number; readonly lockedOut: number; readonly suspended: number; readonly warning: number };
  readonly servicePlans: readonly ServicePlan[];
}

export interface ServicePlan {
  readonly appliesTo: 'User' | 'Company';
  readonly provisioningStatus: 'Success' | 'Disabled';
  readonly servicePlanId: string;
  readonly servicePlanName: string;
}

/** A verified domain of the tenant; its id is its name. */
export interface DomainRow extends DirectoryRow {
  readonly authenticationType: 'Managed' | 'Federated';
  readonly isDefault: boolean;
  readonly isInitial: boolean;
}

export interface GrantRow extends DirectoryRow {
  readonly clientId: string;
  readonly consentType: 'AllPrincipals' | 'Principal';
  readonly principalId: string | null;
  readonly resourceId: string;
  readonly scope: string;
}
