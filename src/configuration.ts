import { z } from 'zod';

import { botProofNames, givenNames, type Read, readProof, refuseProofs, type Settings, signInProofNames } from './clientSettings.ts';
import { type LogLevel, logLevels } from './log.ts';
import type { ClientProof } from './microsoft/clientCredential.ts';
import { readSealing, type SealingSettings } from './sealingSettings.ts';

export interface Configuration {
  readonly port: number;
  /** undefined: every interface, as a container needs it. */
  readonly host: string | undefined;
  readonly bot: { readonly appId: string; readonly tenantId: string; readonly identity: BotIdentity };
  /** undefined: people are told that nobody can sign in here. */
  readonly signIn: { readonly clientId: string; readonly proof: ClientProof; readonly connectionName: string } | undefined;
  readonly sealing: SealingSettings;
  /** undefined: Microsoft's public cloud. */
  readonly cloudFile: string | undefined;
  /** undefined: the solution is installed by hand. */
  readonly solution: { readonly source: string; readonly sha256: string; readonly publisher: string | undefined; readonly hosts: readonly string[] } | undefined;
  /** Where browsers reach the bot, without a trailing slash; undefined: nobody signs in with a browser, and cards say so. */
  readonly publicUrl: string | undefined;
  readonly dataDir: string;
  readonly logLevel: LogLevel;
}

/** How the bot's own registration proves itself: as an application of one tenant, or as a managed identity that the platform answers for. */
export type BotIdentity = ClientProof | { readonly kind: 'managedIdentity' };

/** What is wrong with the environment, one line per mistake, no value repeated. */
export class ConfigurationError extends Error {
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly string[]) {
    super(mistakes.join('\n'));
    this.name = 'ConfigurationError';
    this.mistakes = mistakes;
  }
}

const given = (what: string) => z.string({ error: `is missing: ${what}` });
const guid = (what: string) => given(what).pipe(z.guid('must be a GUID'));
const signInNames = ['SSO_CLIENT_ID', 'OAUTH_CONNECTION'] as const;

const environmentSchema = z
  .object({
    PORT: z.coerce.number('must be a port number').int('must be a port number').min(0, 'must be a port number').max(65_535, 'must be a port number').default(3978),
    HOST: z.string().optional(),
    MicrosoftAppType: z.enum(['SingleTenant', 'UserAssignedMSI'], 'must be SingleTenant or UserAssignedMSI').default('SingleTenant'),
    MicrosoftAppId: guid('the application ID of the bot’s own registration; without it nobody could be authenticated'),
    MicrosoftAppTenantId: guid('the directory (tenant) ID that the bot is registered in and serves'),
    MicrosoftAppPassword: z.string().optional(),
    SSO_CLIENT_ID: z.guid('must be a GUID').optional(),
    SSO_CLIENT_SECRET: z.string().optional(),
    OAUTH_CONNECTION: z.string().optional(),
    CLOUD_FILE: z.string().optional(),
    SOLUTION_SOURCE: z
      .string()
      .refine((source) => !/^(?!https:)[a-z]{2,}:/iu.test(source), 'must be a file or an https address')
      .refine((source) => !hasUserInfo(source), 'must not hold a user name or password')
      .optional(),
    SOLUTION_HOSTS: z
      .string()
      .transform(hostsIn)
      .refine((hosts) => hosts.every(isHostName), 'must be exact host names, separated by commas: no addresses, ports, user names, patterns or IP addresses')
      .optional(),
    SOLUTION_SHA256: z.string().regex(/^[0-9a-f]{64}$/iu, 'must be 64 hexadecimal digits').optional(),
    SOLUTION_PUBLISHER: z.string().max(256).optional(),
    PUBLIC_URL: z.string().refine(isPublicAddress, 'must be an https address without a path, such as https://lead-setup.example.com').optional(),
    NODE_TLS_REJECT_UNAUTHORIZED: z.string().refine((verifies) => verifies !== '0', 'must not be 0: tokens would go to whoever answers; NODE_EXTRA_CA_CERTS names a further authority').optional(),
    DATA_DIR: z.string().default('.data'),
    LOG_LEVEL: z.enum(logLevels, `must be one of ${logLevels.join(', ')}`).default('info'),
  })
  .superRefine((environment, context) => {
    const mistake = (name: string, message: string) => context.addIssue({ code: 'custom', path: [name], message });
    const { SOLUTION_SOURCE: source, SOLUTION_SHA256: sha256 } = environment;
    if (source && !sha256) mistake('SOLUTION_SHA256', 'is missing: the hash that the file of SOLUTION_SOURCE must have');
    if (environment.SOLUTION_HOSTS && !/^https:/iu.test(source ?? '')) mistake('SOLUTION_HOSTS', 'is only about an https address in SOLUTION_SOURCE');
    // Whoever gets hold of the bot's own credential must not get the rights that people gave with it.
    if (environment.SSO_CLIENT_ID?.toLowerCase() === environment.MicrosoftAppId.toLowerCase()) mistake('SSO_CLIENT_ID', 'must be another registration than MicrosoftAppId');
    if (environment.SSO_CLIENT_SECRET && environment.SSO_CLIENT_SECRET === environment.MicrosoftAppPassword) mistake('SSO_CLIENT_SECRET', 'must be another secret than MicrosoftAppPassword');
    if (!source && sha256) mistake('SOLUTION_SOURCE', 'is missing: the file that SOLUTION_SHA256 is about');
  });

/** Reads the environment once, at the start. Throws `ConfigurationError`. */
export function readConfiguration(environment: Readonly<Record<string, string | undefined>>): Configuration {
  // `NAME=` in a file of settings means that there is none.
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value?.trim()));
  const checked = environmentSchema.safeParse(set);
  const sealing = readSealing(set);
  const identity = readBotIdentity(set);
  const signInProof = readSignInProof(set);
  const mistakes = checked.error?.issues.map(({ path, message }) => `${path.join('.')} ${message}`) ?? [];
  mistakes.push(...sealing.mistakes, ...identity.mistakes, ...signInProof.mistakes);
  if (!checked.success || !sealing.value || !identity.value || mistakes.length > 0) throw new ConfigurationError(mistakes);
  return toConfiguration(checked.data, { sealing: sealing.value, identity: identity.value, proof: signInProof.value });
}

function readBotIdentity(set: Settings): Read<BotIdentity> {
  if (set['MicrosoftAppType'] !== 'UserAssignedMSI') return readProof(set, botProofNames);
  const mistakes = refuseProofs(set, botProofNames);
  return mistakes.length > 0 ? { mistakes } : { value: { kind: 'managedIdentity' }, mistakes: [] };
}

/** The sign-in's settings are all there, or none. */
function readSignInProof(set: Settings): Read<ClientProof | undefined> {
  const missing = signInNames.filter((name) => set[name] === undefined);
  if (missing.length === signInNames.length && givenNames(set, signInProofNames).length === 0) return { value: undefined, mistakes: [] };
  const mistakes = missing.map((name) => `${name} is missing: ${signInNames.join(', ')} and a credential of the sign-in application belong together`);
  const proof = readProof(set, signInProofNames);
  return mistakes.length + proof.mistakes.length > 0 ? { mistakes: [...mistakes, ...proof.mistakes] } : proof;
}

interface ReadApart {
  readonly sealing: SealingSettings;
  readonly identity: BotIdentity;
  /** Of the sign-in application. */
  readonly proof: ClientProof | undefined;
}

function toConfiguration(read: z.infer<typeof environmentSchema>, { sealing, identity, proof }: ReadApart): Configuration {
  const { SSO_CLIENT_ID: clientId, OAUTH_CONNECTION: connectionName } = read;
  const { SOLUTION_SOURCE: source, SOLUTION_SHA256: sha256, SOLUTION_PUBLISHER: publisher, SOLUTION_HOSTS: hosts = [] } = read;
  return {
    port: read.PORT,
    host: read.HOST,
    bot: { appId: read.MicrosoftAppId, tenantId: read.MicrosoftAppTenantId, identity },
    signIn: clientId && proof && connectionName ? { clientId, proof, connectionName } : undefined,
    sealing,
    cloudFile: read.CLOUD_FILE,
    solution: source && sha256 ? { source, sha256: sha256.toLowerCase(), publisher, hosts } : undefined,
    publicUrl: read.PUBLIC_URL && new URL(read.PUBLIC_URL).origin,
    dataDir: read.DATA_DIR,
    logLevel: read.LOG_LEVEL,
  };
}

function hasUserInfo(source: string): boolean {
  const { username = '', password = '' } = URL.parse(source) ?? {};
  return username !== '' || password !== '';
}

function hostsIn(list: string): string[] {
  return list.split(',').map((host) => host.trim().toLowerCase());
}

/** A full name, nothing else: a storage account's host is whoever's who took that name, so none is meant by a pattern. A last label of digits would be an IP address. */
function isHostName(host: string): boolean {
  return host.length <= 253 && /^(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)+[a-z](?:[a-z\d-]{0,61}[a-z\d])?$/u.test(host);
}

/** What leaves this machine is encrypted; on it, browser and bot talk to each other alone. */
function isPublicAddress(text: string): boolean {
  const address = URL.parse(text);
  if (!address || `${address.origin}/` !== address.href) return false;
  return address.protocol === 'https:' || (address.protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(address.hostname));
}
