import type { SandboxService } from '../service.ts';
import type { SigningKey } from '../signingKeys.ts';

export const tokenIssuer = 'https://api.botframework.com';

/** The OpenID metadata and keys by which a bot checks that an activity comes from the channel service. */
export function createChannelMetadata(key: SigningKey): SandboxService {
  return ({ method, path, origin }) => {
    if (method !== 'GET') return { status: 405 };
    if (path === '/v1/.well-known/openidconfiguration') return { status: 200, body: metadata(origin) };
    if (path === '/v1/.well-known/keys') return { status: 200, body: { keys: [{ ...key.jwk, endorsements: ['msteams'] }] } };
    return { status: 404 };
  };
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
