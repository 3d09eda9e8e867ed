import { tenant } from '../personas.ts';
import type { DomainRow } from './rows.ts';

/** What `passwordValidityPeriodInDays` holds when passwords never expire, as they do in tenants that were made since 2021. */
const never = 2_147_483_647;

/** The tenant's domains: the one that it was made with, its own, and one whose people sign in somewhere else. */
export const domains: readonly DomainRow[] = [
  domain({ id: tenant.domain, isInitial: true, passwordValidityPeriodInDays: never, passwordNotificationWindowInDays: 14 }),
  domain({ id: 'contoso.example', isDefault: true, isAdminManaged: true, passwordValidityPeriodInDays: 90, passwordNotificationWindowInDays: 14 }),
  domain({ id: 'partner.contoso.example', authenticationType: 'Federated', isAdminManaged: true, isRoot: false }),
];

/** The domain of that name, whatever its case. */
export function findDomain(name: string): DomainRow | undefined {
  return domains.find(({ id }) => id === name.toLowerCase());
}

/** The domains as the organization lists them. */
export function verifiedDomains(): readonly Readonly<Record<string, unknown>>[] {
  return domains.map(({ id, authenticationType, isDefault, isInitial }) => ({
    capabilities: 'Email, OfficeCommunicationsOnline', isDefault, isInitial, name: id, type: authenticationType,
  }));
}

function domain(known: Partial<DomainRow> & { readonly id: string }): DomainRow {
  return {
    authenticationType: 'Managed',
    availabilityStatus: null,
    isAdminManaged: true,
    isDefault: false,
    isInitial: false,
    isRoot: true,
    isVerified: true,
    manufacturer: null,
    model: null,
    passwordNotificationWindowInDays: null,
    passwordValidityPeriodInDays: null,
    state: null,
    supportedServices: ['Email', 'OfficeCommunicationsOnline'],
    ...known,
  };
}
