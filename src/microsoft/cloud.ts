import { readFileSync } from 'node:fs';

import { z } from 'zod';

import { checkHostPattern, isLoopbackPattern, namesThisMachine } from './hostPattern.ts';
import { isLoopbackAddress } from './networkAddress.ts';

const address = z
  .string()
  .refine(isHttps, 'must be an https address')
  .refine(isBare, 'must have no name, password, query or fragment');

const hostPattern = z.string().superRefine(checkHostPattern);

/**
 * Everything that differs between one Microsoft cloud and another. No address of Microsoft's stands anywhere else. Whatever is an address here
 * outside `portals`, and whatever is a pattern named `…Host`, may be called: see `isReachable`.
 */
const recordSchema = z.strictObject({
  name: z.string().min(1),
  entra: z.strictObject({
    authorityHost: address,
    /** Whether Entra is asked at the public cloud which authorities exist; an authority that the public cloud does not know needs `false`. */
    instanceDiscovery: z.boolean(),
  }),
  /** With the version: `…/v1.0`. */
  graph: z.strictObject({ url: address.endsWith('/v1.0', 'must end in /v1.0'), scope: z.string().min(1) }),
  /** With the version: `…/api/discovery/v2.0`. */
  discovery: z.strictObject({ url: address, scope: z.string().min(1) }),
  /**
   * The Power Platform admin API, without a version: that is a part of each query. Its scope has two slashes, because the resource's own
   * id ends in one, as Microsoft's page says; Microsoft's Terraform provider asks for the form with one, which another record may use.
   */
  powerPlatform: z.strictObject({ url: address, scope: z.string().min(1) }),
  /** A regular expression over `host` or `host:port`: only for such a host is a Dataverse token ever asked. */
  dataverseHost: hostPattern,
  /** Azure Key Vault: `vaultHost` as above; whether the resource that a vault's challenge names must be its host's own domain. */
  keyVault: z.strictObject({ vaultHost: hostPattern, scope: z.string().min(1), verifiesChallengeResource: z.boolean() }),
  botFramework: z.strictObject({
    openIdMetadata: address,
    /** `{tenant}` stands for the tenant of the bot's own registration. */
    loginUrl: address,
    oauthScope: z.string().min(1),
    tokenIssuer: z.string().min(1),
    tokenServiceUrl: address,
    /** A regular expression over `host` or `host:port` of the channel's own service: only there is an answer ever sent, and the bot's token with it. */
    serviceHost: hostPattern,
  }),
  portals: z.strictObject({
    entra: address,
    azure: address,
    powerPlatformAdmin: address,
    powerApps: address,
    partnerCenter: address,
    microsoft365Admin: address,
    /** Where Microsoft offers the solution file to people. */
    leadWriterSolution: address,
    /** Where links into chats lead. */
    teams: address,
  }),
  /** Whether a client without task modules may show the key on a card. */
  revealOnCard: z.boolean(),
  /** Whether this machine's own addresses may be called: a cloud that lies on it whole. */
  allowLoopback: z.boolean(),
});

/** What makes a sandbox convenient and would open a real cloud. */
const forLoopbackOnly: readonly { path: string[]; isLoose: (cloud: z.infer<typeof recordSchema>) => boolean }[] = [
  { path: ['revealOnCard'], isLoose: ({ revealOnCard }) => revealOnCard },
  { path: ['allowLoopback'], isLoose: ({ allowLoopback }) => allowLoopback },
  { path: ['entra', 'instanceDiscovery'], isLoose: ({ entra }) => !entra.instanceDiscovery },
  { path: ['keyVault', 'verifiesChallengeResource'], isLoose: ({ keyVault }) => !keyVault.verifiesChallengeResource },
];

export const cloudSchema = recordSchema.superRefine((cloud, context) => {
  const { hosts, patterns } = called(cloud);
  if (hosts.every(isLoopbackHost) && patterns.every(isLoopbackPattern)) return;
  for (const { path } of forLoopbackOnly.filter(({ isLoose }) => isLoose(cloud))) {
    context.addIssue({ code: 'custom', path, message: 'is possible only where every address that is called is this machine’s own' });
  }
  if (patterns.some(namesThisMachine)) context.addIssue('mixes this machine’s own hosts with others');
});
export type Cloud = z.infer<typeof cloudSchema>;

/**
 * Microsoft's public cloud. Sources: `AuthenticationConstants` of botframework-connector 4.23, Dataverse's list of regional hosts
 * (open-ended on purpose: new regions get new numbers), the global discovery page, the page on authentication to the
 * Power Platform admin API, Entra's and Graph's own documentation, the cloud environments of Microsoft's Teams SDK.
 */
export const publicCloud: Cloud = {
  name: 'public',
  entra: { authorityHost: 'https://login.microsoftonline.com', instanceDiscovery: true },
  graph: { url: 'https://graph.microsoft.com/v1.0', scope: 'https://graph.microsoft.com/.default' },
  discovery: {
    url: 'https://globaldisco.crm.dynamics.com/api/discovery/v2.0',
    scope: 'https://globaldisco.crm.dynamics.com/user_impersonation',
  },
  powerPlatform: { url: 'https://api.bap.microsoft.com', scope: 'https://service.powerapps.com//.default' },
  dataverseHost: String.raw`^[a-z0-9-]{1,63}\.crm\d{0,2}\.dynamics\.com$`,
  keyVault: { vaultHost: String.raw`^[a-z][a-z0-9-]{1,22}[a-z0-9]\.vault\.azure\.net$`, scope: 'https://vault.azure.net/user_impersonation', verifiesChallengeResource: true },
  botFramework: {
    openIdMetadata: 'https://login.botframework.com/v1/.well-known/openidconfiguration',
    loginUrl: 'https://login.microsoftonline.com/{tenant}',
    oauthScope: 'https://api.botframework.com',
    tokenIssuer: 'https://api.botframework.com',
    tokenServiceUrl: 'https://api.botframework.com',
    // Those of Teams, the only channel that is taken, as Microsoft's Teams SDK lists them for this cloud. Exact: anybody may have a name below trafficmanager.net.
    serviceHost: String.raw`^(?:smba\.trafficmanager\.net|smba\.onyx\.prod\.teams\.trafficmanager\.net|smba\.infra\.gcc\.teams\.microsoft\.com)$`,
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
  revealOnCard: false,
  allowLoopback: false,
};

/**
 * The cloud to work in: the public one, or the record in this JSON file.
 * Throws an `Error` with one line per mistake when the file cannot be read or does not fit.
 */
export function loadCloud(file?: string): Cloud {
  if (file === undefined) return publicCloud;
  const checked = cloudSchema.safeParse(readJson(file));
  if (checked.success) return checked.data;
  const mistakes = checked.error.issues.map((issue) => `${file}: ${issue.path.join('.') || 'the record'}: ${issue.message}`);
  throw new Error(mistakes.join('\n'));
}

/** Whether an activity may be answered at this address: https on one of the channel's own hosts; plain http on this machine alone. */
export function isServiceUrl({ botFramework }: Pick<Cloud, 'botFramework'>, serviceUrl: string): boolean {
  const url = URL.parse(serviceUrl);
  if (!url || url.username !== '' || url.password !== '') return false;
  const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackHost(url.hostname));
  return isSafe && new RegExp(botFramework.serviceHost, 'u').test(url.host);
}

/** Whether `host` and `port` belong to this cloud: every other connection is a mistake, wherever the address came from. */
export function isReachable(cloud: Cloud, host: string, port: number): boolean {
  const { hosts, patterns } = called(cloud);
  const names = port === 443 ? [host, `${host}:443`] : [`${host}:${port}`];
  return names.some((name) => hosts.includes(name) || patterns.some((pattern) => new RegExp(pattern, 'u').test(name)));
}

/** Whether `host` (`host` or `host:port`) is a Dataverse host of this cloud. */
export function isDataverseHost(cloud: Cloud, host: string): boolean {
  return new RegExp(cloud.dataverseHost, 'u').test(host);
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`${file}: cannot be read as JSON: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function isHttps(text: string): boolean {
  return URL.parse(text)?.protocol === 'https:';
}

function isBare(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && [url.username, url.password, url.search, url.hash].every((part) => part === '') && !/[?#]/u.test(text);
}

/** Where requests of the bot's own go; `portals` are for browsers. */
function called({ portals: _portals, ...services }: z.infer<typeof recordSchema>): { hosts: string[]; patterns: string[] } {
  const named = namedTexts(services);
  const hosts = named.flatMap(([name, text]) => (name === 'url' || /Url|Host|Metadata/u.test(name) ? (URL.parse(text)?.host ?? []) : []));
  return { hosts, patterns: named.flatMap(([, text]) => (text.startsWith('^') ? text : [])) };
}

/** Every text in it, however deep, with its name. */
function namedTexts(value: unknown): [string, string][] {
  return Object.entries(Object(value)).flatMap(([name, inner]: [string, unknown]) => (typeof inner === 'string' ? [[name, inner] satisfies [string, string]] : namedTexts(inner)));
}

function isLoopbackHost(host: string): boolean {
  const { hostname = '' } = URL.parse(`https://${host}`) ?? {};
  return hostname === 'localhost' || isLoopbackAddress(hostname.replaceAll(/[[\]]/gu, ''));
}
