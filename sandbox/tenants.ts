/** The one home tenant of the sandbox; `npm start` gives the same ids to the Agents Playground. */
export const tenant = {
  id: '7d1c4e0a-93b5-4c62-8f0e-2a5b6c7d8e9f',
  displayName: 'Contoso',
  domain: 'contoso.onmicrosoft.com',
} as const;

/** Somebody else's tenant, which has one environment here; nobody of the home tenant is known in it. */
export const foreignTenant = {
  id: 'fab21ca0-58d1-4b7e-9c3f-6e5d4c3b2a19',
  displayName: 'Fabrikam',
  domain: 'fabrikam.onmicrosoft.com',
} as const;
