import type { TokenCredential } from '@azure/identity';
import { type Activity, ConfigurationBotFrameworkAuthentication } from 'botbuilder';
import {
  AuthenticationError,
  type AuthenticateRequestResult,
  ClaimsIdentity,
  type ConnectorFactory,
  type UserTokenClient,
} from 'botframework-connector';

import type { Log } from '../log.ts';
import { type ClientProof, clientCredential, managedIdentityCredential } from '../microsoft/clientCredential.ts';
import { type Cloud, isServiceUrl } from '../microsoft/cloud.ts';
import { BotCredentialsFactory } from './botCredentials.ts';
import { ChannelKeys } from './channelKeys.ts';
import { assertCovers, type ChannelToken, type ChannelTokenOptions, readChannelToken } from './channelToken.ts';
import { ChannelPatience, type Patience } from './connectorPatience.ts';
import { connectorsWithin } from './serviceAddresses.ts';
import { type Deadline, limitConnectors, limitTokenClient } from './timeLimits.ts';

export interface BotRegistration {
  readonly appId: string;
  readonly tenantId: string;
  readonly identity: ClientProof | { readonly kind: 'managedIdentity' };
}

export interface AuthenticationTools {
  readonly log: Pick<Log, 'warn'>;
  readonly deadline?: Deadline;
  /** Milliseconds; real time, as the channel service's tokens are. */
  readonly now?: () => number;
  /** Time as the waiting for a busy channel sees it; the process's own else. */
  readonly patience?: Patience;
}

const processPatience: Patience = {
  now: Date.now,
  pause: (ms) => new Promise((resolve) => { setTimeout(resolve, ms); }),
};

type ChannelCloud = Pick<Cloud, 'botFramework' | 'entra'>;

/**
 * Trust between this bot and the channel service of one cloud, both ways. The channel's tokens are verified here and not by the SDK,
 * which takes an emulator's and another bot's too, learns of new keys once an hour only, and turns what is wrong with a token into an
 * error of the server. What is sent has a time limit.
 */
export class ChannelAuthentication extends ConfigurationBotFrameworkAuthentication {
  readonly #tokens: ChannelTokenOptions;
  readonly #outgoingAudience: string;
  readonly #deadline: Deadline;
  readonly #isOurs: (serviceUrl: string) => boolean;
  readonly #patience: ChannelPatience;

  constructor(cloud: ChannelCloud, bot: BotRegistration, { log, deadline = (ms) => AbortSignal.timeout(ms), now = Date.now, patience = processPatience }: AuthenticationTools) {
    super(addresses(cloud, bot), new BotCredentialsFactory({ ...bot, credential: botCredential(cloud, bot) }, cloud.botFramework.oauthScope));
    const keys = new ChannelKeys({ metadataUrl: cloud.botFramework.openIdMetadata, log, deadline, now });
    this.#tokens = { issuer: cloud.botFramework.tokenIssuer, audience: bot.appId, keys, now };
    this.#outgoingAudience = cloud.botFramework.oauthScope;
    this.#deadline = deadline;
    this.#isOurs = (serviceUrl) => isServiceUrl(cloud, serviceUrl);
    this.#patience = new ChannelPatience(patience);
  }

  /** Who sends a request, before its body is looked at. Rejects with `AuthenticationError` when it is not the channel service. */
  async authenticate(authorization: string): Promise<ChannelToken> {
    return readChannelToken(authorization, this.#tokens);
  }

  /** What the SDK needs for the turn of an activity that came with this token. Throws `AuthenticationError` when it is not covered by it. */
  authorise(token: ChannelToken, activity: Pick<Activity, 'serviceUrl' | 'channelId'>): AuthenticateRequestResult {
    assertCovers(token, activity);
    if (!this.#isOurs(activity.serviceUrl)) throw new AuthenticationError('a service URL of no channel host', 403);
    const claimsIdentity = new ClaimsIdentity(Object.entries(token.claims).map(([type, value]) => ({ type, value: String(value) })), true);
    return { audience: this.#outgoingAudience, claimsIdentity, connectorFactory: this.createConnectorFactory(claimsIdentity) };
  }

  override async authenticateRequest(activity: Activity, authHeader: string): Promise<AuthenticateRequestResult> {
    return this.authorise(await this.authenticate(authHeader), activity);
  }

  /** Skills call this bot as little as it calls them. */
  override async authenticateChannelRequest(): Promise<ClaimsIdentity> {
    throw new AuthenticationError('skills are not taken', 401);
  }

  /** Activities come by POST only. */
  override async authenticateStreamingRequest(): Promise<AuthenticateRequestResult> {
    throw new AuthenticationError('streams are not taken', 401);
  }

  override createConnectorFactory(identity: ClaimsIdentity): ConnectorFactory {
    return this.#patience.of(limitConnectors(connectorsWithin(super.createConnectorFactory(identity), this.#isOurs), this.#deadline));
  }

  override async createUserTokenClient(identity: ClaimsIdentity): Promise<UserTokenClient> {
    return limitTokenClient(await super.createUserTokenClient(identity), this.#deadline);
  }
}

/** All of them together: one alone switches off every default of the others. */
function addresses({ botFramework }: ChannelCloud, bot: BotRegistration) {
  return {
    MicrosoftAppId: bot.appId,
    MicrosoftAppTenantId: bot.tenantId,
    OAuthUrl: botFramework.tokenServiceUrl,
    ToBotFromChannelOpenIdMetadataUrl: botFramework.openIdMetadata,
    ToBotFromChannelTokenIssuer: botFramework.tokenIssuer,
    ToChannelFromBotLoginUrl: botFramework.loginUrl.replace('{tenant}', bot.tenantId),
    ToChannelFromBotOAuthScope: botFramework.oauthScope,
  };
}

/** The bot's own identity at Entra. */
export function botCredential({ botFramework, entra }: ChannelCloud, { appId, tenantId, identity }: BotRegistration): TokenCredential {
  if (identity.kind === 'managedIdentity') return managedIdentityCredential(appId);
  const authority = { authorityHost: new URL(botFramework.loginUrl).origin, disableInstanceDiscovery: !entra.instanceDiscovery };
  return clientCredential({ tenantId, clientId: appId, proof: identity }, authority);
}
