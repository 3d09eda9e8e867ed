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

export interface GrantRow extends DirectoryRow {
  readonly clientId: string;
  readonly consentType: 'AllPrincipals' | 'Principal';
  readonly principalId: string | null;
  readonly resourceId: string;
  readonly scope: string;
}
