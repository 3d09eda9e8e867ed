import { randomBytes } from 'node:crypto';
import { certificatePath, loadCertificate } from './certificate.ts';
import { createCloud, type CloudRecord } from './cloud.ts';
import { environmentNames, forEachEnvironment, type EnvironmentName } from './environments.ts';
import { openFiles, readOrMake, type SandboxFiles } from './files.ts';
import { createListener, type Listener } from './http/server.ts';
import { tenant } from './personas.ts';
import { registrations } from './registrations.ts';
import type { SandboxRequest } from './service.ts';
import { createServices, type Services } from './services.ts';
import type { BuiltSolution } from './solution/build.ts';
import { solutionFile, type SolutionFileKind } from './solution/files.ts';
import { loadSigningKey } from './signingKeys.ts';
import { forEachVault, vaultNames, type VaultName } from './vaults.ts';

export interface SandboxOptions {
  /** Of the main HTTPS port; the environments take the four after it, the key vaults the two after those. 0 gives every part a free port. */
  readonly port?: number;
  /** Of the channel relay, plain HTTP; with `port` 0 it is a free port too. */
  readonly channelPort?: number;
  /** Where the relay finds the bot. */
  readonly botEndpoint: string;
  /** The certificate, the keys and the files below stand in its folder `sandbox`, and are used again. */
  readonly dataDir: string;
}

export interface Sandbox {
  readonly cloud: CloudRecord;
  /** PEM of the certificate that every HTTPS port shows; it is its own authority. */
  readonly caCertificate: string;
  readonly url: string;
  readonly channelUrl: string;
  /** What a bot needs in its environment to run against this sandbox. */
  readonly botEnvironment: Readonly<Record<string, string>>;
  /** What the platform gives a process that has managed identities, in its environment. */
  readonly identityEnvironment: Readonly<Record<'IDENTITY_ENDPOINT' | 'IDENTITY_HEADER', string>>;
  /** The settings by which a bot takes another solution file than the good one. */
  solutionSource(kind: SolutionFileKind): Readonly<Record<'SOLUTION_SOURCE' | 'SOLUTION_SHA256', string>>;
  readonly environments: Readonly<Record<EnvironmentName, { readonly url: string }>>;
  readonly vaults: Readonly<Record<VaultName, { readonly url: string }>>;
  close(): Promise<void>;
}

type Listeners = Readonly<Record<keyof Services, Listener>>;

const fileNames = { cloud: 'cloud.json', botEnvironment: 'bot.env.json', sealingKey: 'sealing-key' } as const;
const listenerNames = ['main', ...environmentNames, ...vaultNames, 'channel'] as const;
const sealingKeyBytes = 32;

/**
 * Promises a tenant that answers on loopback, with `cloud.json`, `ca.pem` and `bot.env.json` written for a bot in
 * another process. Rejects, with nothing left open, when a port is taken.
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { port = 4443, channelPort = port === 0 ? 0 : 3979, botEndpoint, dataDir } = options;
  const files = await openFiles(dataDir);
  const [certificate, entraKey, channelKey] = await Promise.all([loadCertificate(files), loadSigningKey(files, 'entra'), loadSigningKey(files, 'channel')]);
  const origin = (name: keyof Listeners) => () => listeners[name].origin();
  const origins = { main: origin('main'), ...forEachEnvironment(origin), channel: origin('channel') };
  const services = createServices({ entraKey, channelKey, botEndpoint, origins });
  const listener = (name: keyof Listeners) => createListener((request: SandboxRequest) => services[name](request), name === 'channel' ? undefined : certificate);
  const listeners: Listeners = { main: listener('main'), ...forEachEnvironment(listener), ...forEachVault(listener), channel: listener('channel') };
  await listenOnAll(listeners, port, channelPort);
  return describe({ files, listeners, caCertificate: certificate.certificate, publicUrl: new URL(botEndpoint).origin });
}

async function listenOnAll(listeners: Listeners, port: number, channelPort: number): Promise<void> {
  const portOf = (name: keyof Listeners) => (name === 'channel' ? channelPort : port === 0 ? 0 : port + listenerNames.indexOf(name));
  const started = await Promise.allSettled(listenerNames.map((name) => listeners[name].listen(portOf(name))));
  const failed = started.find((one) => one.status === 'rejected');
  if (failed === undefined) return;
  await closeAll(listeners);
  throw failed.reason;
}

async function describe(running: { files: SandboxFiles; listeners: Listeners; caCertificate: string; publicUrl: string }): Promise<Sandbox> {
  const { files, listeners, caCertificate, publicUrl } = running;
  const url = listeners.main.origin();
  const origins = forEachEnvironment((name) => listeners[name].origin());
  const vaults = forEachVault((name) => listeners[name].origin());
  const cloud = createCloud({ main: url, ...origins, ...vaults });
  const sealingKey = await readOrMake(files, fileNames.sealingKey, () => randomBytes(sealingKeyBytes).toString('base64'));
  const solutionSource = (kind: SolutionFileKind) => sourceOf(url, solutionFile(kind));
  const botEnvironment = { ...identities(), PUBLIC_URL: publicUrl, ...solutionSource('good'), SOLUTION_PUBLISHER: 'leadsetupsandbox', SEALING_KEY: sealingKey, CLOUD_FILE: files.path(fileNames.cloud), NODE_EXTRA_CA_CERTS: certificatePath(files) };
  await Promise.all([files.write(fileNames.cloud, toJson(cloud)), files.write(fileNames.botEnvironment, toJson(botEnvironment))]);
  return {
    cloud,
    caCertificate,
    url,
    channelUrl: listeners.channel.origin(),
    botEnvironment,
    identityEnvironment: { IDENTITY_ENDPOINT: `${listeners.channel.origin()}/msi/token`, IDENTITY_HEADER: registrations.managedIdentity.header },
    solutionSource,
    vaults: forEachVault((name) => ({ url: vaults[name] })),
    environments: forEachEnvironment((name) => ({ url: origins[name] })),
    close: () => closeAll(listeners),
  };
}

function sourceOf(url: string, { fileName, sha256 }: BuiltSolution): { SOLUTION_SOURCE: string; SOLUTION_SHA256: string } {
  return { SOLUTION_SOURCE: `${url}/solution/${fileName}`, SOLUTION_SHA256: sha256 };
}

function identities(): Record<string, string> {
  return {
    MicrosoftAppType: 'SingleTenant',
    MicrosoftAppId: registrations.bot.appId,
    MicrosoftAppTenantId: tenant.id,
    MicrosoftAppPassword: registrations.bot.secret,
    SSO_CLIENT_ID: registrations.signIn.appId,
    SSO_CLIENT_SECRET: registrations.signIn.secret,
    OAUTH_CONNECTION: registrations.oauthConnection,
  };
}

async function closeAll(listeners: Listeners): Promise<void> {
  await Promise.all(Object.values(listeners).map((listener) => listener.close()));
}

function toJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
