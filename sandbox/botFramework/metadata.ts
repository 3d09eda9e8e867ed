import { setTimeout as delay } from 'node:timers/promises';
import type { SandboxAnswer, SandboxService } from '../service.ts';
import type { ChannelKeys } from './channelKeys.ts';

export const tokenIssuer = 'https://api.botframework.com';

/** How the metadata is answered: as it should be, with 503, with a connection that breaks off, or not before the client gives up. */
export const metadataAnswers = ['well', 'busy', 'cut', 'never'] as const;
export type MetadataAnswers = (typeof metadataAnswers)[number];

/** The OpenID metadata and keys by which a bot checks that an activity comes from the channel service. */
export interface ChannelMetadata {
  readonly service: SandboxService;
  answer(how: MetadataAnswers): void;
  reset(): void;
}

const longestWaitMs = 60_000;
const unreachable: Readonly<Record<Exclude<MetadataAnswers, 'well'>, () => Promise<SandboxAnswer> | SandboxAnswer>> = {
  busy: () => ({ status: 503 }),
  cut: () => ({ status: 200, breaks: 'afterHead' }),
  never: () => delay(longestWaitMs, { status: 504 }, { ref: false }),
};

export function createChannelMetadata(keys: ChannelKeys): ChannelMetadata {
  let how: MetadataAnswers = 'well';
  const answer = (given: MetadataAnswers) => {
    how = given;
  };
  const service: SandboxService = (request) => (how === 'well' ? describe(keys, request) : unreachable[how]());
  return { service, answer, reset: () => answer('well') };
}

function describe(keys: ChannelKeys, { method, path, origin }: { method: string; path: string; origin: string }): SandboxAnswer {
  if (method !== 'GET') return { status: 405 };
  if (path === '/v1/.well-known/openidconfiguration') return { status: 200, body: metadata(origin) };
  if (path === '/v1/.well-known/keys') return { status: 200, body: { keys: keys.published().map(({ jwk }) => ({ ...jwk, endorsements: ['msteams'] })) } };
  return { status: 404 };
}

function metadata(origin: string): Record<string, unknown> {
  return {
    issuer: tokenIssuer,
    authorization_endpoint: 'https://invalid.botframework.com',
    jwks_uri: `${origin}/botframework/v1/.well-known/keys`,
    id_token_signing_alg_values_supported: ['RS256'],
    token_endpoint_auth_methods_supported: ['private_key_jwt'],
  };
}
