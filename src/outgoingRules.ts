import type { Configuration } from './configuration.ts';
import { identityEndpoint } from './microsoft/clientCredential.ts';
import { isReachable } from './microsoft/cloud.ts';
import type { Cloud } from './microsoft/index.ts';
import type { OutgoingRules } from './microsoft/outgoing.ts';

/** Where this installation may call: the cloud's hosts, and those that whoever runs it has named. */
export function outgoingRules(cloud: Cloud, { solution }: Pick<Configuration, 'solution'>): OutgoingRules {
  const named = new Set([...(solution?.hosts ?? []), ...hostIn(solution?.source)]);
  return {
    allowLoopback: cloud.allowLoopback,
    mayReach: (host, port) => isReachable(cloud, host, port) || named.has(host),
    identityEndpoint: identityEndpoint(process.env),
  };
}

function hostIn(address: string | undefined): string[] {
  return [URL.parse(address ?? '')?.hostname ?? ''].filter((host) => host !== '');
}
