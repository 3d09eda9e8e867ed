/** The APIs that tokens are asked for, by the application ids that Microsoft gives them in every tenant. */
export const resourceApplications = {
  graph: '00000003-0000-0000-c000-000000000000',
  dataverse: '00000007-0000-0000-c000-000000000000',
  powerApps: '475226c6-020e-4fb2-8a90-7a972cbfc1d4',
  keyVault: 'cfa8b339-82a2-471a-a3c9-0fc0be7a4093',
} as const;

export const graphAudience = 'https://graph.microsoft.com';
export const discoveryAudience = 'https://globaldisco.crm.dynamics.com';
export const botFrameworkAudience = 'https://api.botframework.com';
export const vaultAudience = 'https://vault.azure.net';
export const powerPlatformAudience = 'https://service.powerapps.com';
