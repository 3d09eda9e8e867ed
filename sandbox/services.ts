import { createChannelKeys } from './botFramework/channelKeys.ts';
import { createChannelMetadata } from './botFramework/metadata.ts';
import { createRelay } from './botFramework/relay.ts';
import { createSignInPage } from './botFramework/signInPage.ts';
import { createSignIns } from './botFramework/signIns.ts';
import { createTokenService } from './botFramework/tokenService.ts';
import { createTenantClock } from './clock.ts';
import { createConditions, type ConditionsStore } from './conditions.ts';
import { createControl } from './control/index.ts';
import { createDataverse } from './dataverse/index.ts';
import { createDirectory, type Directory } from './directory/directory.ts';
import { peopleOf } from './directory/people.ts';
import { toMilliseconds } from './duration.ts';
import { createClientCredentials } from './entra/clientCredentials.ts';
import { createEntra } from './entra/index.ts';
import { createEvaluation } from './entra/evaluation.ts';
import { createGrants } from './entra/interactive/grants.ts';
import { readAccessToken } from './entra/tokens.ts';
import { createFaults } from './faults/faults.ts';
import { environmentFacts, environmentNames, forEachEnvironment, type EnvironmentName } from './environments.ts';
import { createGraph } from './graph/index.ts';
import { subscriptionsOf } from './graph/licences.ts';
import { mount, type Mounts } from './http/mount.ts';
import { createKeyVaults } from './keyVault/index.ts';
import { createManagedIdentity } from './managedIdentity.ts';
import { observe } from './observe.ts';
import { createRequestLog } from './requestLog.ts';
import { tenant } from './personas.ts';
import { createPowerPlatform } from './powerPlatform/index.ts';
import type { SandboxService, VerifyToken } from './service.ts';
import { solutionFileNamed } from './solution/files.ts';
import type { SigningKey } from './signingKeys.ts';
import { forEachVault, type VaultName } from './vaults.ts';

export interface ServiceParts {
  readonly entraKey: SigningKey;
  readonly channelKey: SigningKey;
  readonly botEndpoint: string;
  /** Asked for late: the ports are known only once everything listens. */
  readonly origins: Readonly<Record<EnvironmentName | 'main' | 'channel', () => string>>;
}

/** What each port of the sandbox answers with. */
export type Services = Readonly<Record<EnvironmentName | VaultName | 'main' | 'channel', SandboxService>>;

/** Puts the whole tenant together; nothing of it listens yet. */
export function createServices({ entraKey, channelKey, botEndpoint, origins }: ServiceParts): Services {
  const clock = createTenantClock();
  const conditions = createConditions(clock);
  const directory = createDirectory(clock);
  const signIns = createSignIns();
  const credentials = createClientCredentials();
  const channelKeys = createChannelKeys(channelKey);
  const channelMetadata = createChannelMetadata(channelKeys);
  const grants = createGrants(clock);
  const log = createRequestLog();
  const latency = createLatency();
  const faults = createFaults();
  const readToken = (authorization: string | undefined) => readAccessToken(entraKey, clock, authorization);
  const verifyToken: VerifyToken = async (authorization) => {
    const reading = await readToken(authorization);
    return reading.kind === 'good' ? reading.claims : undefined;
  };
  const evaluation = createEvaluation(verifyToken);
  const people = peopleOf({ directory, conditions });
  const dataverse = createDataverse({ clock, verifyToken, origins, conditions, people, servicePrincipals: (appId) => findPrincipal({ directory, conditions }, appId) });
  const vaults = createKeyVaults({ clock, conditions, readAccessToken: readToken, authority: origins.main });
  const seen = (name: string, root: string, service: SandboxService): readonly [string, SandboxService] => [
    root,
    observe({ log, verifyToken, latency, faults, clock }, evaluation.guard(name, service), { name, root, isTenant: tenantServices.test(name) }),
  ];
  const environment = (name: EnvironmentName) => mount([seen(`dataverse ${name}`, '', dataverse.environments[name].service)]);
  const reset = () => {
    for (const part of [conditions, directory, signIns, grants, evaluation, dataverse, vaults, latency, faults, channelKeys, channelMetadata, credentials]) part.reset();
    log.clear();
    clock.advance(Date.now() - clock.now());
  };
  const mounts: Mounts = [
    ['/_sandbox', createControl({ clock, evaluation, grants, vaults: vaults.secrets, credentials, channelKeys, channelMetadata, directory, log, signIns, latency, faults, conditions, reset, state: () => ({ graph: graphState(directory, conditions), dataverse: dataverse.state(), vaults: vaults.state() }) })],
    seen('graph', '/graph/v1.0', createGraph({ clock, conditions, directory, readAccessToken: readToken })),
    seen('discovery', '/discovery', dataverse.discovery),
    seen('powerPlatform', '/powerPlatform', createPowerPlatform({ directory, people, readAccessToken: readToken, environments: () => dataverse.all() })),
    seen('tokenService', '/api', createTokenService({ key: entraKey, clock, signIns, signInPage: (id) => `${origins.channel()}/sign-in/${id}` })),
    seen('channelMetadata', '/botframework', channelMetadata.service),
    seen('solution', '/solution', download),
    seen('entra', '', createEntra({ key: entraKey, credentials, clock, conditions, directory, grants, redirectUris: redirectUrisOf(botEndpoint), needsProof: (person) => signIns.needsProof(person), dataverseOrigins: () => ownEnvironments.map((name) => origins[name]()) })),
  ];
  return {
    main: mount(mounts),
    ...forEachEnvironment(environment),
    ...forEachVault((name) => mount([seen(`keyVault ${name}`, '', vaults.services[name])])),
    channel: mount([['/msi', createManagedIdentity(entraKey)], ['/sign-in', createSignInPage(signIns)], ['', createRelay(channelKeys, botEndpoint)]]),
  };
}

/** What an operator registers on the sign-in application: Bot Framework's own address, and the bot's pages. */
function redirectUrisOf(botEndpoint: string): string[] {
  const { origin } = new URL(botEndpoint);
  return ['https://token.botframework.com/.auth/web/redirect', `${origin}/sign-in/callback`, `${origin}/sign-in/consented`];
}

/** Services whose writes change the tenant. */
const tenantServices = /^(?:graph|powerPlatform|(?:dataverse|keyVault) .*)$/;

/** The environments that Entra knows in the home tenant: for those of others it makes no token. */
const ownEnvironments = environmentNames.filter((name) => environmentFacts[name].tenantId === tenant.id);

function createLatency(): { get(): number; set(ms: number): void; reset(): void } {
  let latencyMs = 0;
  const set = (ms: number) => {
    latencyMs = ms;
  };
  return { get: () => latencyMs, set, reset: () => set(0) };
}

function findPrincipal({ directory: { servicePrincipals }, conditions }: { directory: Directory; conditions: ConditionsStore }, appId: string): { objectId: string; appId: string; displayName: string } | undefined {
  const delayMs = toMilliseconds(conditions.get().replication.servicePrincipalToDataverse);
  const found = servicePrincipals.olderThan(delayMs).find((row) => row.appId.toLowerCase() === appId.toLowerCase());
  return found && { objectId: found.id, appId: found.appId, displayName: found.displayName };
}

function graphState(directory: Directory, conditions: ConditionsStore): Record<string, unknown> {
  const { applications, deletedApplications, servicePrincipals, users, deletedUsers, grants } = directory;
  return {
    applications: applications.all(),
    deletedApplications: deletedApplications.all(),
    servicePrincipals: servicePrincipals.all(),
    users: users.all(),
    deletedUsers: deletedUsers.all(),
    subscribedSkus: subscriptionsOf({ directory, conditions: conditions.get() }),
    oauth2PermissionGrants: grants.all(),
  };
}

const download: SandboxService = ({ method, path }) => {
  const file = solutionFileNamed(path.slice(1));
  if (file === undefined) return { status: 404 };
  const type = file.zip.subarray(0, 2).toString() === 'PK' ? 'application/zip' : 'text/html; charset=utf-8';
  return method === 'GET' ? { status: 200, headers: { 'content-type': type }, body: file.zip } : { status: 405 };
};
