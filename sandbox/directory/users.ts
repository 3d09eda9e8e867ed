import { personas, type Persona } from '../personas.ts';
import type { UserRow } from './rows.ts';
import { skuIds } from './subscriptions.ts';

const madeAt = '2024-03-01T08:00:00Z';

/** The personas as the directory has them; who works in Dynamics has a licence that has been in force for years. */
export const seededUsers: readonly UserRow[] = Object.values(personas).map(seededUser);

function seededUser(persona: Persona): UserRow {
  const { objectId, displayName, userPrincipalName } = persona;
  const [givenName = null, surname = null] = displayName.split(' ');
  const licences = isLicensed(persona) ? [{ skuId: skuIds.DYN365_ENTERPRISE_SALES, disabledPlans: [] }] : [];
  return userRow({
    id: objectId,
    displayName,
    userPrincipalName,
    givenName,
    surname,
    createdDateTime: madeAt,
    mail: userPrincipalName,
    mailNickname: userPrincipalName.split('@')[0],
    usageLocation: 'DE',
    userType: persona.isGuest ? 'Guest' : 'Member',
    assignedLicenses: licences,
    licenseAssignmentStates: licences.map((licence) => ({ ...licence, assignedByGroup: null, error: 'None', lastUpdatedDateTime: madeAt, state: 'Active' })),
  });
}

function isLicensed({ environments }: Persona): boolean {
  return Object.values(environments).some((membership) => membership.isLicensed !== false);
}

/** A user row with the values that Graph gives. */
export function userRow(known: { id: string; displayName: string; userPrincipalName: string } & Record<string, unknown>): UserRow {
  return {
    deletedDateTime: null,
    accountEnabled: true,
    businessPhones: [],
    city: null,
    companyName: null,
    country: null,
    createdDateTime: null,
    creationType: null,
    department: null,
    employeeId: null,
    employeeType: null,
    givenName: null,
    jobTitle: null,
    lastPasswordChangeDateTime: null,
    mail: null,
    mailNickname: null,
    mobilePhone: null,
    officeLocation: null,
    onPremisesImmutableId: null,
    onPremisesSyncEnabled: null,
    otherMails: [],
    passwordPolicies: null,
    postalCode: null,
    preferredLanguage: null,
    proxyAddresses: [],
    state: null,
    streetAddress: null,
    surname: null,
    usageLocation: null,
    userType: 'Member',
    assignedLicenses: [],
    licenseAssignmentStates: [],
    ...known,
  };
}
