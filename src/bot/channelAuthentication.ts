import { ManagedIdentityCredential, type TokenCredential } from '@azure/identity';
import { type Activity, ConfigurationBotFrameworkAuthentication } from 'botbuilder';
import {
  AuthenticationError,
  type AuthenticateRequestResult,
  type ClaimsIdentity,
  type ConnectorFactory,
  type UserTokenClient,
} from 'botframework-connector';
import { z } from 'zod';

import { type ClientProof, clientCredential } from '../microsoft/clientCredential.ts';
import type { Cloud } from '../microsoft/cloud.ts';
import { BotCredentialsFactory } from './botCredentials.ts';
import { type Deadline, limitConnectors, limitTokenClient } from './timeLimits.ts';

export interface BotRegistration {
  readonly appId: string;
  readonly tenantId: string;
  readonly identity: ClientProof | { readonly kind: 'managedIdentity' };
}

type ChannelCloud = Pick<Cloud, 'botFramework' | 'entra'>;

const unauthorized = 401;
/** What jsonwebtoken throws about a token itself; the SDK hands these on as if the server were at fault. */
const tokenErrors = new Set(['JsonWebTokenError', 'TokenExpiredError', 'NotBeforeError', 'SyntaxError']);
const claimsSchema = z.object({ iss: z.string() });

/**
 * Trust between this bot and the channel service of one cloud, both ways. Only the channel's own tokens are taken:
 * the SDK would also take an emulator's or another bot's, each by rules of its own. What is sent has a time limit.
 */
export class ChannelAuthentication extends ConfigurationBotFrameworkAuthentication {
  readonly #tokenIssuer: string;
  readonly #deadline: Deadline;

  constructor(cloud: ChannelCloud, bot: BotRegistration, deadline: Deadline = (ms) => AbortSignal.timeout(ms)) {
    super(addresses(cloud, bot), new BotCredentialsFactory({ ...bot, credential: credential(cloud, bot) }, cloud.botFramework.oauthScope));
    this.#tokenIssuer = cloud.botFramework.tokenIssuer;
    this.#deadline = deadline;
  }

  override async authenticateRequest(activity: Activity, authHeader: string): Promise<AuthenticateRequestResult> {
    if (issuerOf(authHeader) !== this.#tokenIssuer || activity.channelId === 'AseChannel') {
      throw new AuthenticationError('The token is not the channel service’s.', unauthorized);
    }
    try {
      return this.#limited(await super.authenticateRequest(activity, authHeader));
    } catch (error) {
      if (error instanceof Error && tokenErrors.has(error.name)) throw new AuthenticationError(error.message, unauthorized);
      throw error;
    }
  }

  override createConnectorFactory(identity: ClaimsIdentity): ConnectorFactory {
    return limitConnectors(super.createConnectorFactory(identity), this.#deadline);
  }

  override async createUserTokenClient(identity: ClaimsIdentity): Promise<UserTokenClient> {
    return limitTokenClient(await super.createUserTokenClient(identity), this.#deadline);
  }

  #limited(result: AuthenticateRequestResult): AuthenticateRequestResult {
    const { connectorFactory } = result;
    return connectorFactory ? { ...result, connectorFactory: limitConnectors(connectorFactory, this.#deadline) } : result;
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

function credential({ botFramework, entra }: ChannelCloud, { appId, tenantId, identity }: BotRegistration): TokenCredential {
  if (identity.kind === 'managedIdentity') return new ManagedIdentityCredential({ clientId: appId });
  const authority = { authorityHost: new URL(botFramework.loginUrl).origin, disableInstanceDiscovery: !entra.instanceDiscovery };
  return clientCredential({ tenantId, clientId: appId, proof: identity }, authority);
}

/** As the token itself claims; whether that is true is for the signature to say. */
function issuerOf(authHeader: string): string | undefined {
  try {
    const claims: unknown = JSON.parse(Buffer.from(authHeader.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return claimsSchema.safeParse(claims).data?.iss;
  } catch {
    return undefined;
  }
}
