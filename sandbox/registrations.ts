/**
 * What an operator would have registered before the bot is deployed: the bot's channel identity and its sign-in
 * application. The values are public on purpose: they open nothing but a sandbox on the same machine.
 */
const botAppId = 'b07a9f3e-51c2-4d0e-9a68-3c1d5e7f9b20';

export const registrations = {
  bot: {
    appId: botAppId,
    secret: 'sandbox-only~bot-secret~not-a-secret',
  },
  signIn: {
    appId: '51c4e8d2-7b3a-4f96-8e15-0d2c4b6a8f31',
    secret: 'sandbox-only~sign-in-secret~not-a-secret',
    displayName: 'Lead Setup',
    servicePrincipalId: '51c4e8d2-0000-4000-8000-000000000001',
    applicationIdUri: `api://botid-${botAppId}`,
  },
  /** A user-assigned managed identity of the machine that the bot runs on; applications may trust it as a federated credential. */
  managedIdentity: {
    clientId: '9e7d3c51-2f64-4b08-a1c9-6d5e4f3a2b10',
    principalId: '9e7d3c51-0000-4000-8000-000000000001',
    header: 'sandbox-only~identity-header~not-a-secret',
  },
  oauthConnection: 'LeadSetupSignIn',
  /** Teams desktop and mobile: the client that asks for the single sign-on token. */
  teamsClientId: '1fec8e78-bce4-4aaf-ab1b-5451cc387264',
} as const;
