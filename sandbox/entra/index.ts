import type { SandboxAnswer, SandboxRequest, SandboxService } from '../service.ts';
import { tenant } from '../personas.ts';
import { EntraError, refusals, toAnswer } from './errors.ts';
import { answerAuthorize } from './interactive/authorize.ts';
import { answerAdminConsent } from './interactive/consent.ts';
import { escapeHtml, page } from './interactive/pages.ts';
import { knownResources } from './scopes.ts';
import { answerTokenRequest, type TokenEndpointTools } from './tokenEndpoint.ts';

export interface EntraTools extends TokenEndpointTools {
  /** The addresses that are registered on the sign-in application. */
  readonly redirectUris: readonly string[];
}

const pages: readonly string[] = ['/oauth2/v2.0/authorize', '/v2.0/adminconsent'];

/**
 * Microsoft Entra as far as a confidential client needs it: OpenID metadata, signing keys, the token endpoint, and the pages on which
 * people sign in and administrators consent.
 */
export function createEntra(tools: EntraTools): SandboxService {
  return async (request) => {
    try {
      return await answer(tools, request);
    } catch (error) {
      if (!(error instanceof EntraError)) throw error;
      const isPage = pages.some((path) => request.path.endsWith(path));
      return isPage ? errorPage(error) : toAnswer(error, tools.clock, request.headers['client-request-id']);
    }
  };
}

function errorPage({ code, message }: EntraError): SandboxAnswer {
  return page(400, 'Sorry, but we’re having trouble signing you in.', `<p>AADSTS${code}: ${escapeHtml(message)}</p>`);
}

function answer(tools: EntraTools, request: SandboxRequest): Promise<SandboxAnswer> | SandboxAnswer {
  const [, tenantName = '', rest = ''] = /^\/([^/]+)(\/.*)$/.exec(request.path) ?? [];
  const route = `${request.method} ${rest}`;
  if (route === 'GET /discovery/v2.0/keys') return { status: 200, body: { keys: [tools.key.jwk] } };
  const isKnownRoute = (pages.includes(rest) && ['GET', 'POST'].includes(request.method)) || ['POST /oauth2/v2.0/token', 'GET /v2.0/.well-known/openid-configuration'].includes(route);
  if (!isKnownRoute) return { status: 404 };
  if (tenantName !== tenant.id && tenantName !== tenant.domain) throw refusals.unknownTenant(tenantName);
  if (rest === '/oauth2/v2.0/authorize') return answerAuthorize(tools, request);
  if (rest === '/v2.0/adminconsent') return answerAdminConsent({ ...tools, resources: () => knownResources(tools.dataverseOrigins()) }, request);
  return request.method === 'POST' ? answerTokenRequest(tools, request.body, { tokenEndpoint: metadata(request.origin).token_endpoint, issuer: metadata(request.origin).issuer }) : { status: 200, body: metadata(request.origin) };
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
