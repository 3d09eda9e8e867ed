import type { Microsoft } from '../setup/ports/microsoft.ts';
import type { Cloud } from './cloud.ts';
import { collectRequestIds } from './correlation.ts';
import { createCredentials, environmentOrigin, type SignInApp, type UserAssertions } from './credentials.ts';
import { createDataverse, createDataverseClient, createLeadWriter } from './dataverse/index.ts';
import { readEnvironments } from './discovery.ts';
import { createDirectory, createGraph, graphScope } from './graph/index.ts';
import { hostKind } from './hosts.ts';
import { secretNamePattern, vaultOrigin } from './keyVault/address.ts';
import { createVaultSecret } from './keyVault/customerVault.ts';
import { createPowerPlatform } from './powerPlatform/index.ts';
import { createSender, type RequestLog, type Timing } from './request.ts';

export { type Cloud, cloudSchema, loadCloud, publicCloud } from './cloud.ts';
export type { SignInApp, UserAssertions } from './credentials.ts';
export { createSender, type RequestLog, type Timing } from './request.ts';
export { createSolutionSource, type SolutionSetting } from './solutionSource.ts';

export interface MicrosoftOptions {
  readonly cloud: Cloud;
  readonly assertions: UserAssertions;
  readonly signInApp: SignInApp;
  /** One entry per request sent: service, method and path, status, Microsoft's request id. Never a token, a body or a secret. */
  readonly log?: RequestLog;
  readonly timing?: Partial<Timing>;
}

/** Microsoft's services over https, in one cloud. */
export function createMicrosoft({ cloud, log, timing, ...signIn }: MicrosoftOptions): Microsoft {
  const send = createSender({ ...(log && { log }), ...(timing && { timing }) });
  const credentials = createCredentials(cloud, send, signIn);
  return {
    directory: (actor) => createDirectory(createGraph(cloud, send, (scope) => credentials.ofPerson(actor, graphScope(cloud, scope)))),
    environments: (actor) => readEnvironments(cloud, send, credentials.ofPerson(actor, cloud.discovery.scope)),
    dataverse: (actor, { url }) => {
      const origin = environmentOrigin(cloud, url);
      const token = credentials.ofPerson(actor, `${origin}/user_impersonation`);
      return createDataverse(createDataverseClient(origin, send, token));
    },
    powerPlatform: (actor) => createPowerPlatform(cloud, send, credentials.ofPerson(actor, cloud.powerPlatform.scope)),
    leadWriter: (account, { url }) => {
      const origin = environmentOrigin(cloud, url);
      const token = credentials.ofApplication(account, `${origin}/.default`);
      return createLeadWriter(createDataverseClient(origin, send, token), token);
    },
    vaultSecret: (actor, address, name) => {
      const vault = vaultOrigin(cloud, address);
      if (vault === undefined || !secretNamePattern.test(name)) return undefined;
      return createVaultSecret({ cloud, send, token: credentials.ofPerson(actor, cloud.keyVault.scope), place: { vault, name } });
    },
    forget: (person) => credentials.forget(person),
    hostKind: (host) => hostKind(cloud, host),
    collectRequestIds,
  };
}
