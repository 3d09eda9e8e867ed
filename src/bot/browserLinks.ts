import type { BrowserLinks } from '../cards/browserLinks.ts';
import type { Cloud } from '../microsoft/cloud.ts';
import { permissionsOf, type Permission, type Resource } from '../setup/permissions.ts';

export interface BrowserLinksParts {
  /** Where browsers reach the bot, without a trailing slash. */
  readonly publicUrl: string;
  readonly cloud: Pick<Cloud, 'entra' | 'graph' | 'discovery' | 'powerPlatform' | 'keyVault'>;
  readonly tenantId: string;
  /** Of the application that people sign in to. */
  readonly clientId: string;
}

/** Addresses of the bot's own pages, and of Entra's for consent. */
export function createBrowserLinks(parts: BrowserLinksParts): BrowserLinks {
  const signIn = (...path: string[]) => [parts.publicUrl, 'sign-in', ...path.map(encodeURIComponent)].join('/');
  return {
    proof: (runId, about) => signIn('proof', runId, about),
    otherAccount: (runId, askId) => signIn('account', runId, ...(askId === undefined ? [] : [askId])),
    consent: (run) => consentAddress(parts, permissionsOf(run)),
  };
}

/** Source: Entra's page on the admin consent endpoint of v2.0. */
function consentAddress({ publicUrl, cloud, tenantId, clientId }: BrowserLinksParts, permissions: readonly Permission[]): string {
  const address = new URL(`${cloud.entra.authorityHost}/${tenantId}/v2.0/adminconsent`);
  const scope = permissions.map((permission) => `${resourceOf(permission.resource, cloud)}/${permission.scope}`).join(' ');
  for (const [name, value] of Object.entries({ client_id: clientId, redirect_uri: `${publicUrl}/sign-in/consented`, scope })) address.searchParams.set(name, value);
  return address.href;
}

/** Every Dynamics environment and the discovery service are one resource to Entra. */
function resourceOf(resource: Resource, { graph, discovery, powerPlatform, keyVault }: BrowserLinksParts['cloud']): string {
  const scopes: Readonly<Record<Resource, string>> = { graph: graph.scope, dynamics: discovery.scope, powerApps: powerPlatform.scope, keyVault: keyVault.scope };
  return scopes[resource].replace(/\/[^/]*$/u, '');
}
