import type { HostKind } from '../setup/ports/microsoft.ts';
import { type Cloud, isDataverseHost } from './cloud.ts';

/**
 * Dataverse in the clouds of governments and of China, each with a login of its own: GCC High, DoD, China (21Vianet), and Germany as it was.
 * Source: Dataverse's list of regional hosts. GCC (`crm9`) signs in like the public cloud and counts as such.
 */
const otherClouds = /\.(?:crm\.microsoftdynamics\.us|crm\.appsplatform\.us|crm\.dynamics\.cn|crm\.microsoftdynamics\.de)$/u;

/** Microsoft's pages that people mistake for their environment: portals, Finance and Operations, Business Central, SharePoint. */
const otherServices = /(?:^|\.)(?:dynamics\.com|powerapps\.com|powerplatform\.microsoft\.com|microsoft\.com|office\.com|azure\.com|sharepoint\.com|microsoftonline\.com)$/u;

/** What stands behind a host name (`host` or `host:port`), judged by the name alone: nobody is asked. */
export function hostKind(cloud: Cloud, host: string): HostKind {
  if (isDataverseHost(cloud, host)) return 'environment';
  if (otherClouds.test(host)) return 'otherCloud';
  return otherServices.test(host) ? 'otherService' : 'elsewhere';
}
