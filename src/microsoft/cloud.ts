import { readFileSync } from 'node:fs';

import { z } from 'zod';

const address = z.string().refine(isHttps, 'must be an https address');

const hostPattern = z.string().refine(isWholeHostPattern, 'must be a regular expression over the whole host: ^…$');

/** Everything that differs between one Microsoft cloud and another. No address of Microsoft's stands anywhere else. */
export const cloudSchema = z.strictObject({
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
  botFramework: z.strictObject({
    openIdMetadata: address,
    /** `{tenant}` stands for the tenant of the bot's own registration. */
    loginUrl: address,
    oauthScope: z.string().min(1),
    tokenIssuer: z.string().min(1),
    tokenServiceUrl: address,
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
});
export type Cloud = z.infer<typeof cloudSchema>;

/**
 * Microsoft's public cloud. Sources: `AuthenticationConstants` of botframework-connector 4.23, Dataverse's list of regional hosts
 * (open-ended on purpose: new regions get new numbers), the global discovery page, the page on authentication to the
 * Power Platform admin API, Entra's and Graph's own documentation.
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
  dataverseHost: String.raw`^[a-z0-9-]+\.crm\d{0,2}\.dynamics\.com$`,
  botFramework: {
    openIdMetadata: 'https://login.botframework.com/v1/.well-known/openidconfiguration',
    loginUrl: 'https://login.microsoftonline.com/{tenant}',
    oauthScope: 'https://api.botframework.com',
    tokenIssuer: 'https://api.botframework.com',
    tokenServiceUrl: 'https://api.botframework.com',
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

function isWholeHostPattern(source: string): boolean {
  if (!source.startsWith('^') || !source.endsWith('$')) return false;
  try {
    return new RegExp(source, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}
