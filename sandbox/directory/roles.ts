/**
 * The directory roles that a setup can meet, by template id, which is the same in every tenant; from
 * learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference.
 */
export const directoryRoles = {
  'Global Administrator': '62e90394-69f5-4237-9190-012177145e10',
  'Privileged Role Administrator': 'e8611ab8-c189-46e8-94e1-60213ab1f814',
  'Application Administrator': '9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3',
  'Cloud Application Administrator': '158c047a-c907-4556-b7ef-446551a6b5f7',
  'Application Developer': 'cf1c38e5-3621-4004-a7cb-879624dced7c',
  'User Administrator': 'fe930be7-5e62-47db-91af-98c3a49a38b1',
  'License Administrator': '4d6ac14f-3453-41d0-bef9-a3e0c569773a',
  'Directory Writers': '9360feb5-f418-4baa-8175-e2a00bac4301',
  'Dynamics 365 Administrator': '44367163-eba1-44c3-98af-f5787879f96a',
  'Power Platform Administrator': '11648597-926c-4cf3-9c36-bcebb0ba8dcc',
  'Global Reader': 'f2ef992c-3afb-46b9-b7cf-a126ee74c451',
} as const;

/** The English name of a role; undefined for a template id that is not in the list. */
export function roleNameOf(templateId: string): string | undefined {
  return Object.entries(directoryRoles).find(([, id]) => id === templateId)?.[0];
}
