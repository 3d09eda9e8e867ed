import type { TokenCredential } from '@azure/identity';
import { AppCredentials, type AuthenticatorResult, ServiceClientCredentialsFactory } from 'botframework-connector';

export interface BotCredential {
  readonly appId: string;
  readonly tenantId: string;
  readonly credential: TokenCredential;
}

/** The bot's own tokens, for the channel and its token service, out of any credential of `@azure/identity`. */
class BotCredentials extends AppCredentials {
  readonly #credential: TokenCredential;

  constructor({ appId, tenantId, credential }: BotCredential, audience: string) {
    super(appId, tenantId, audience);
    this.#credential = credential;
  }

  /** The credential has a cache of its own; the SDK's is shared by all bots of a process, whatever their cloud. */
  override async getToken(): Promise<string> {
    return (await this.refreshToken()).accessToken;
  }

  protected override async refreshToken(): Promise<AuthenticatorResult> {
    const token = await this.#credential.getToken(`${this.oAuthScope}/.default`);
    if (!token) throw new Error('The bot got no token for the channel service.');
    return { accessToken: token.token, expiresOn: new Date(token.expiresOnTimestamp) };
  }
}

/** Knows one bot. Unlike the SDK's own factories it never asks the public cloud about an authority. */
export class BotCredentialsFactory extends ServiceClientCredentialsFactory {
  readonly #bot: BotCredential;
  readonly #audience: string;

  constructor(bot: BotCredential, audience: string) {
    super();
    this.#bot = bot;
    this.#audience = audience;
  }

  override async isValidAppId(appId: string): Promise<boolean> {
    return appId === this.#bot.appId;
  }

  /** Authentication cannot be switched off. */
  override async isAuthenticationDisabled(): Promise<boolean> {
    return false;
  }

  override async createCredentials(appId: string, audience: string | undefined): Promise<AppCredentials> {
    if (appId !== this.#bot.appId) throw new Error('Credentials were asked for another application.');
    return new BotCredentials(this.#bot, audience ?? this.#audience);
  }
}
