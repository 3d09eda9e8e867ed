import { registrations } from '../registrations.ts';
import { resourceApplications } from '../resources.ts';
import { tenant } from '../personas.ts';
import type { GrantRow, ServicePrincipalRow } from './rows.ts';

const microsoftTenantId = 'f8cdef31-a31e-4b4a-93e4-5f571e91255a';

/** Id of the delegated permission `user_impersonation` of Dataverse; many public manifests agree on it. */
export const userImpersonationId = '78ce3f0f-a1ce-49c2-8cde-64b5c0896db4';

const dataverseId = '00000007-0000-4000-8000-000000000001';
/** Id of the delegated permission `User` of the PowerApps Service, as public manifests have it. */
const powerAppsUserId = '0eb56b90-a7b5-43b5-9402-8137a8083e90';

const graphId = '00000003-0000-4000-8000-000000000001';
const keyVaultId = 'cfa8b339-0000-4000-8000-000000000001';
const powerAppsId = '475226c6-0000-4000-8000-000000000001';

/** The service principals of a tenant that has Dataverse and in which an administrator has consented to the bot's sign-in. */
export const seededServicePrincipals: readonly ServicePrincipalRow[] = [
  servicePrincipal({
    id: dataverseId,
    appId: resourceApplications.dataverse,
    displayName: 'Dataverse',
    appOwnerOrganizationId: microsoftTenantId,
    oauth2PermissionScopes: [userImpersonation()],
  }),
  servicePrincipal({
    id: graphId,
    appId: resourceApplications.graph,
    displayName: 'Microsoft Graph',
    appOwnerOrganizationId: microsoftTenantId,
  }),
  servicePrincipal({
    id: powerAppsId,
    appId: resourceApplications.powerApps,
    displayName: 'PowerApps Service',
    appOwnerOrganizationId: microsoftTenantId,
    oauth2PermissionScopes: [powerAppsUser()],
  }),
  servicePrincipal({
    id: keyVaultId,
    appId: resourceApplications.keyVault,
    displayName: 'Azure Key Vault',
    appOwnerOrganizationId: microsoftTenantId,
    oauth2PermissionScopes: [keyVaultAccess()],
  }),
  servicePrincipal({
    id: registrations.signIn.servicePrincipalId,
    appId: registrations.signIn.appId,
    displayName: registrations.signIn.displayName,
    appOwnerOrganizationId: tenant.id,
  }),
];

const graphPermissions = [
  'User.Read', 'User.ReadBasic.All', 'User.ReadWrite.All', 'User-PasswordProfile.ReadWrite.All', 'Organization.Read.All', 'Domain.Read.All',
  'LicenseAssignment.ReadWrite.All', 'Application.ReadWrite.All', 'RoleManagement.Read.Directory',
];

/** What the sign-in application may do on behalf of a person; on-behalf-of tokens carry exactly these scopes. */
export const seededGrants: readonly GrantRow[] = [
  consent('graph', graphId, graphPermissions.join(' ')),
  consent('dataverse', dataverseId, 'user_impersonation'),
  consent('powerApps', powerAppsId, 'User'),
  consent('keyVault', keyVaultId, 'user_impersonation'),
];

/** A service principal row with the defaults that Graph gives. */
export function servicePrincipal(known: { id: string; appId: string; displayName: string } & Record<string, unknown>): ServicePrincipalRow {
  return {
    deletedDateTime: null,
    accountEnabled: true,
    alternativeNames: [],
    appDescription: null,
    appDisplayName: known.displayName,
    appOwnerOrganizationId: tenant.id,
    appRoleAssignmentRequired: false,
    appRoles: [],
    description: null,
    homepage: null,
    keyCredentials: [],
    loginUrl: null,
    logoutUrl: null,
    notes: null,
    notificationEmailAddresses: [],
    oauth2PermissionScopes: [],
    passwordCredentials: [],
    preferredSingleSignOnMode: null,
    replyUrls: [],
    servicePrincipalNames: [known.appId],
    servicePrincipalType: 'Application',
    signInAudience: 'AzureADMultipleOrgs',
    tags: [],
    tokenEncryptionKeyId: null,
    ...known,
  };
}

function consent(id: string, resourceId: string, scope: string): GrantRow {
  const clientId = registrations.signIn.servicePrincipalId;
  return { id: `${clientId}.${id}`, clientId, consentType: 'AllPrincipals', principalId: null, resourceId, scope };
}

function userImpersonation(): Record<string, unknown> {
  return {
    adminConsentDescription: 'Allows the application to access Dataverse acting as users in the organization.',
    adminConsentDisplayName: 'Access Dataverse as organization users',
    id: userImpersonationId,
    isEnabled: true,
    type: 'User',
    userConsentDescription: 'Allows the application to access Dataverse as you.',
    userConsentDisplayName: 'Access Dataverse as you',
    value: 'user_impersonation',
  };
}

function keyVaultAccess(): Record<string, unknown> {
  return {
    adminConsentDescription: 'Allow the application full access to the Azure Key Vault service on behalf of the signed-in user',
    adminConsentDisplayName: 'Have full access to the Azure Key Vault service',
    id: 'f53da476-18e3-4152-8e01-aec403e6edc0',
    isEnabled: true,
    type: 'User',
    userConsentDescription: 'Allow the application full access to the Azure Key Vault service on your behalf',
    userConsentDisplayName: 'Have full access to the Azure Key Vault service',
    value: 'user_impersonation',
  };
}

function powerAppsUser(): Record<string, unknown> {
  return {
    adminConsentDescription: 'Allows the application to access the PowerApps Service as the signed-in user.',
    adminConsentDisplayName: 'Access the PowerApps Service API',
    id: powerAppsUserId,
    isEnabled: true,
    type: 'User',
    userConsentDescription: 'Allows the application to access the PowerApps Service as you.',
    userConsentDisplayName: 'Access the PowerApps Service API',
    value: 'User',
  };
}
