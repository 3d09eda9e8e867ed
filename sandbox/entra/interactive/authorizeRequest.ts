import { z } from 'zod';
import { registrations } from '../../registrations.ts';
import { tenant } from '../../personas.ts';
import { refusals } from '../errors.ts';

/** A browser that was sent to sign in, as far as the rest needs it. */
export interface AuthorizeRequest {
  readonly redirectUri: string;
  readonly scope: string;
  readonly state: string | undefined;
  readonly nonce: string | undefined;
  readonly codeChallenge: string;
  readonly loginHint: string | undefined;
  /** The claims request asks for the second factor. */
  readonly wantsProof: boolean;
}

const { signIn } = registrations;
const scopes: ReadonlySet<string> = new Set(['openid', 'profile', 'email', 'offline_access', `${signIn.applicationIdUri}/access_as_user`, `${signIn.appId}/access_as_user`, `${signIn.appId}/.default`]);
const claimsSchema = z.object({ access_token: z.object({ acrs: z.object({ essential: z.boolean().optional(), value: z.string().optional(), values: z.array(z.string()).optional() }).optional() }).optional() });

/** Reads the query of `/authorize`, or throws what Entra's page would say. */
export function readAuthorizeRequest(query: URLSearchParams, redirectUris: readonly string[]): AuthorizeRequest {
  const clientId = required(query, 'client_id');
  if (clientId !== signIn.appId) throw refusals.unknownApplication(clientId, tenant.displayName);
  const redirectUri = required(query, 'redirect_uri');
  if (!redirectUris.includes(redirectUri)) throw refusals.redirectMismatch(redirectUri, clientId);
  if (required(query, 'response_type') !== 'code') throw refusals.unsupportedResponseType(query.get('response_type') ?? '');
  if (query.get('response_mode') !== null && query.get('response_mode') !== 'query') throw refusals.unsupportedResponseType(query.get('response_mode') ?? '');
  const codeChallenge = query.get('code_challenge') ?? '';
  if (codeChallenge === '' || query.get('code_challenge_method') !== 'S256') throw refusals.proofKeyRequired();
  return {
    redirectUri,
    scope: knownScope(required(query, 'scope')),
    state: query.get('state') ?? undefined,
    nonce: query.get('nonce') ?? undefined,
    codeChallenge,
    loginHint: query.get('login_hint') ?? undefined,
    wantsProof: wantsProof(query.get('claims')),
  };
}

function required(query: URLSearchParams, name: string): string {
  const value = query.get(name);
  if (value === null || value === '') throw refusals.missingParameter(name);
  return value;
}

function knownScope(scope: string): string {
  const stranger = scope.split(' ').find((one) => one !== '' && !scopes.has(one));
  if (stranger !== undefined) throw refusals.invalidScope(stranger);
  return scope;
}

function wantsProof(claims: string | null): boolean {
  if (claims === null) return false;
  const read = claimsSchema.safeParse(parseJson(claims));
  if (!read.success) throw refusals.invalidClaims();
  const { value, values = [] } = read.data.access_token?.acrs ?? {};
  return value === 'c1' || values.includes('c1');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
