import { tokenIssuer } from './botFramework/metadata.ts';
import { environmentNames, type EnvironmentName } from './environments.ts';
import { tenant } from './personas.ts';
import { botFrameworkAudience, discoveryAudience, graphAudience, powerPlatformAudience, vaultAudience } from './resources.ts';
import { vaultNames, type VaultName } from './vaults.ts';

/** Where each service of the sandbox answers. */
export type Origins = Readonly<Record<EnvironmentName | VaultName | 'main', string>>;

/** Every address by which the bot reaches its cloud, as the JSON that `CLOUD_FILE` names. */
export interface CloudRecord {
  readonly name: 'sandbox';
  readonly entra: { readonly authorityHost: string; readonly instanceDiscovery: false };
  readonly graph: ScopedAddress;
  readonly discovery: ScopedAddress;
  /** The Power Platform admin API, without a version: that is a part of each query. */
  readonly powerPlatform: ScopedAddress;
  /** Source of a regular expression over `host:port`. */
  readonly dataverseHost: string;
  /** The same for key vaults; without a check of the challenge's resource, as no host here is below Microsoft's. */
  readonly keyVault: { readonly vaultHost: string; readonly scope: string; readonly verifiesChallengeResource: false };
  readonly botFramework: {
    readonly openIdMetadata: string;
    readonly loginUrl: string;
    readonly oauthScope: string;
    readonly tokenIssuer: string;
    readonly tokenServiceUrl: string;
    /** The same, of where the bot answers: chats and their test clients on this machine. */
    readonly serviceHost: string;
  };
  readonly portals: Readonly<
    Record<'entra' | 'azure' | 'powerPlatformAdmin' | 'powerApps' | 'partnerCenter' | 'microsoft365Admin' | 'leadWriterSolution' | 'teams', string>
  >;
  readonly revealOnCard: true;
  readonly allowLoopback: true;
}

interface ScopedAddress {
  readonly url: string;
  readonly scope: string;
}

export function createCloud(origins: Origins): CloudRecord {
  return {
    name: 'sandbox',
    entra: { authorityHost: origins.main, instanceDiscovery: false },
    graph: { url: `${origins.main}/graph/v1.0`, scope: `${graphAudience}/.default` },
    discovery: { url: `${origins.main}/discovery/api/discovery/v2.0`, scope: `${discoveryAudience}/user_impersonation` },
    powerPlatform: { url: `${origins.main}/powerPlatform`, scope: `${powerPlatformAudience}//.default` },
    dataverseHost: `^localhost:(${environmentNames.map((name) => port(origins[name])).join('|')})$`,
    keyVault: { vaultHost: `^localhost:(${vaultNames.map((name) => port(origins[name])).join('|')})$`, scope: `${vaultAudience}/user_impersonation`, verifiesChallengeResource: false },
    botFramework: {
      openIdMetadata: `${origins.main}/botframework/v1/.well-known/openidconfiguration`,
      loginUrl: `${origins.main}/${tenant.id}`,
      oauthScope: botFrameworkAudience,
      tokenIssuer,
      tokenServiceUrl: origins.main,
      serviceHost: String.raw`^(localhost|127\.0\.0\.1)(:\d{1,5})?$`,
    },
    portals: {
      entra: 'https://entra.microsoft.com',
      azure: 'https://portal.azure.com',
      powerPlatformAdmin: 'https://admin.powerplatform.microsoft.com',
      powerApps: 'https://make.powerapps.com',
      partnerCenter: 'https://partner.microsoft.com/dashboard',
      microsoft365Admin: 'https://admin.microsoft.com',
      leadWriterSolution:
        'https://referralsflowpackages.blob.core.windows.net/documentation/MicrosoftMarketplacesLeadIntegrationSolution_1_0_0_0_target_CRM_6.1_managed.zip',
      teams: 'https://teams.microsoft.com',
    },
    revealOnCard: true,
    allowLoopback: true,
  };
}

function port(origin: string): string {
  return new URL(origin).port;
}
