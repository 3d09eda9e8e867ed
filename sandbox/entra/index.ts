import type { SandboxAnswer, SandboxRequest, SandboxService } from '../service.ts';
import { tenant } from '../personas.ts';
import { EntraError, refusals, toAnswer } from './errors.ts';
import { answerTokenRequest, type TokenEndpointTools } from './tokenEndpoint.ts';

/**
 * Microsoft Entra as far as a confidential client needs it: OpenID metadata, signing keys, and the token endpoint for
 * client credentials and on-behalf-of.
 */
export function createEntra(tools: TokenEndpointTools): SandboxService {
  return async (request) => {
    try {
      return await answer(tools, request);
    } catch (error) {
      if (error instanceof EntraError) return toAnswer(error, tools.clock, request.headers['client-request-id']);
      throw error;
    }
  };
}

function answer(tools: TokenEndpointTools, request: SandboxRequest): Promise<SandboxAnswer> | SandboxAnswer {
  const [, tenantName = '', rest = ''] = /^\/([^/]+)(\/.*)$/.exec(request.path) ?? [];
  const route = `${request.method} ${rest}`;
  if (route === 'GET /discovery/v2.0/keys') return { status: 200, body: { keys: [tools.key.jwk] } };
  if (route !== 'POST /oauth2/v2.0/token' && route !== 'GET /v2.0/.well-known/openid-configuration') return { status: 404 };
  if (tenantName !== tenant.id && tenantName !== tenant.domain) throw refusals.unknownTenant(tenantName);
  return request.method === 'POST' ? answerTokenRequest(tools, request.body, metadata(request.origin).token_endpoint) : { status: 200, body: metadata(request.origin) };
}

function metadata(origin: string) {
  const base = `${origin}/${tenant.id}`;
  return {
    issuer: `${base}/v2.0`,
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    token_endpoint: `${base}/oauth2/v2.0/token`,
    jwks_uri: `${base}/discovery/v2.0/keys`,
    response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
  };
}
