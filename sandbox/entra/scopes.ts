import { botFrameworkAudience, discoveryAudience, graphAudience, powerPlatformAudience, resourceApplications, vaultAudience } from '../resources.ts';
import { tenant } from '../personas.ts';
import { refusals } from './errors.ts';

/** An API that tokens are made for: the audience that they carry and the application that stands behind it. */
export interface Resource {
  readonly audience: string;
  /** Whose delegated permissions count; absent for Bot Framework, which has none. */
  readonly appId?: string;
}

/** What the `scope` of a token request asks for. */
export interface RequestedScope {
  readonly resource: Resource;
  /** `.default`, or single permissions. */
  readonly permissions: readonly string[];
}

const openIdScopes: ReadonlySet<string> = new Set(['openid', 'profile', 'offline_access', 'email']);

/**
 * Every resource that this tenant knows; Dataverse environments and discovery are one application, as in Entra. The PowerApps Service
 * is known by its address with and without the slash at the end: `https://service.powerapps.com//.default` asks for the first.
 */
export function knownResources(dataverseOrigins: readonly string[]): Resource[] {
  const dataverse = [...dataverseOrigins, discoveryAudience].map((audience) => ({ audience, appId: resourceApplications.dataverse }));
  const powerApps = [powerPlatformAudience, `${powerPlatformAudience}/`].map((audience) => ({ audience, appId: resourceApplications.powerApps }));
  return [{ audience: graphAudience, appId: resourceApplications.graph }, { audience: botFrameworkAudience }, { audience: vaultAudience, appId: resourceApplications.keyVault }, ...dataverse, ...powerApps];
}

/** Promises the one resource and its permissions, or throws Entra's refusal. A permission without a resource means Graph. */
export function parseScope(scope: string, resources: readonly Resource[]): RequestedScope {
  const asked = scope.split(' ').filter((one) => one !== '' && !openIdScopes.has(one)).map(splitScope);
  const [first] = asked;
  if (first === undefined) throw refusals.invalidScope(scope);
  if (asked.some(({ audience }) => audience !== first.audience)) throw refusals.severalResources(scope);
  const resource = resources.find(({ audience }) => audience === first.audience);
  if (resource === undefined) throw refusals.unknownResource(first.audience, tenant.displayName);
  return { resource, permissions: asked.map(({ permission }) => permission) };
}

function splitScope(scope: string): { audience: string; permission: string } {
  const slash = scope.lastIndexOf('/');
  return slash < 0 ? { audience: graphAudience, permission: scope } : { audience: scope.slice(0, slash), permission: scope.slice(slash + 1) };
}
