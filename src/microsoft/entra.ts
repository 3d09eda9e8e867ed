import { AsyncLocalStorage } from 'node:async_hooks';

import type { OnBehalfOfCredentialOptions, TokenCredential } from '@azure/identity';
import { z } from 'zod';

import { SetupError } from '../setup/errors.ts';
import { proofWanted } from './apiToken.ts';
import { claimsOfRefusal } from './claims.ts';
import type { Cloud } from './cloud.ts';
import { networkFailure, type RequestFailure } from './failure.ts';
import type { SendRequest } from './request.ts';

type AdditionalPolicy = NonNullable<OnBehalfOfCredentialOptions['additionalPolicies']>[number];

/** Options that every credential of `@azure/identity` takes here: the cloud's authority, no retries of its own, its refusals readable. */
export interface EntraOptions {
  readonly authorityHost: string;
  readonly disableInstanceDiscovery: boolean;
  readonly retryOptions: { readonly maxRetries: 0 };
  readonly additionalPolicies: AdditionalPolicy[];
}

export interface Tokens {
  /** An access token of one account for one scope. Throws `E-REFUSED`, `E-BUSY`, `E-UNREACHABLE`. */
  get(scope: string): Promise<string>;
  forget(): void;
}

/**
 * Tokens of one account. `@azure/identity` keeps them in memory until shortly before they end.
 * A credential that failed is made anew: MSAL would answer from its own memory of a 429 or 5xx for a minute and more.
 */
export function createTokens(cloud: Cloud, send: SendRequest, create: (options: EntraOptions) => TokenCredential): Tokens {
  let credential: TokenCredential | undefined;
  const forget = (): void => {
    credential = undefined;
  };
  const get = (scope: string): Promise<string> =>
    send({
      service: 'entra',
      name: 'POST /oauth2/v2.0/token',
      kind: 'read',
      answer: z.string().min(1),
      send: async (signal) => {
        const current = (credential ??= create(entraOptions(cloud)));
        try {
          return (await exchange(current, scope, signal)).token;
        } catch (error) {
          if (credential === current) forget();
          throw error;
        }
      },
      failureOf: entraFailure,
    });
  return { get, forget };
}

/** What Entra's token endpoint answered instead of a token; `@azure/identity` passes on only a part of it. */
class EntraRefusal extends Error {
  readonly failure: RequestFailure;

  constructor(failure: RequestFailure) {
    super(failure.message);
    this.failure = failure;
  }
}

/** Travels with one exchange through the library, which passes on neither a signal nor a whole answer. */
interface Exchange {
  readonly signal: AbortSignal;
  refusal?: RequestFailure;
}

const exchanges = new AsyncLocalStorage<Exchange>();

async function exchange(credential: TokenCredential, scope: string, signal: AbortSignal): Promise<{ token: string }> {
  const ours: Exchange = { signal };
  try {
    const token = await exchanges.run(ours, () => credential.getToken(scope));
    if (!token) throw new Error('no token');
    return token;
  } catch (error) {
    throw ours.refusal ? new EntraRefusal(ours.refusal) : error;
  }
}

/** Anything else is a mistake, here or in the library; what it holds besides its words is not passed on. */
function entraFailure(error: unknown): RequestFailure {
  if (error instanceof EntraRefusal) return error.failure;
  throw new Error(`No token was asked for or understood: ${error instanceof Error ? error.message : typeof error}`);
}

function entraOptions(cloud: Cloud): EntraOptions {
  return {
    authorityHost: cloud.entra.authorityHost,
    disableInstanceDiscovery: !cloud.entra.instanceDiscovery,
    retryOptions: { maxRetries: 0 },
    additionalPolicies: [{ policy: listen, position: 'perRetry' }],
  };
}

const listen: AdditionalPolicy['policy'] = {
  name: 'lead-setup-listen',
  async sendRequest(request, next) {
    const ours = exchanges.getStore();
    if (!ours) return await next(request);
    request.abortSignal = ours.signal;
    try {
      const response = await next(request);
      if (response.status >= 400) {
        ours.refusal = readRefusal(response.status, response.bodyAsText ?? '', response.headers.get('retry-after'));
      }
      return response;
    } catch (error) {
      ours.refusal = networkFailure(error);
      throw error;
    }
  },
};

const refusalSchema = z.object({
  error: z.string().optional(),
  error_description: z.string().optional(),
  correlation_id: z.string().optional(),
  claims: z.string().optional().catch(undefined),
});

/** Entra's error body (RFC 6749, section 5.2, and its own additions): the code AADSTS…, the first line of the text, the correlation id. */
export function readRefusal(status: number, body: string, retryAfter?: string): RequestFailure {
  const { error, error_description: description, correlation_id: requestId, claims } = parseRefusal(body);
  const text = description ?? error ?? '';
  const code = /AADSTS\d+/.exec(text)?.[0] ?? error;
  return {
    kind: 'answered',
    status,
    code,
    message: firstLine(text),
    requestId,
    retryAfter,
    claims: claimsOfRefusal({ error, code, claims }),
  };
}

function parseRefusal(body: string): z.infer<typeof refusalSchema> {
  try {
    return refusalSchema.parse(JSON.parse(body));
  } catch {
    return {};
  }
}

function firstLine(text: string): string {
  return (text.split(/\r?\n/, 1)[0] ?? '').replace(/\s*Trace ID:.*$/, '');
}

/** AADSTS65001: nobody has consented to this permission; 65004: somebody was asked and declined. Source: Entra's list of AADSTS codes. */
const consentCodes = /^AADSTS6500[14]$/;

/**
 * Refusals that the person can only end by signing in again: AADSTS50058 no session, 50076 and 50079 second factor, 50105 assignment missing,
 * 50013 and 500133 assertion invalid or expired, 50173 and 700082 revoked or expired, 53000–53004 Conditional Access. Source: Entra's list of AADSTS codes.
 */
const signInCodes = /^AADSTS(?:50058|50076|50078|50079|50105|50013|500133|50173|700082|700084|5300[0-4])$/;

/** AADSTS500011: the person's tenant knows no such API: the environment belongs to another one. AADSTS500014: it is switched off there. */
const foreignCodes = /^AADSTS50001[14]$/;

/**
 * The same refusal as `E-CLAIMS` when a further proof by the person (object id) ends it, as `E-CONSENT` when an administrator's consent does,
 * as `E-SIGN-IN` when another sign-in does, as `E-FOREIGN` when the API is not of their tenant; an application cannot sign in again.
 */
export function asPersonsRefusal(error: unknown, person: string): unknown {
  if (!(error instanceof SetupError) || error.code !== 'E-REFUSED' || !error.upstream) return error;
  const { upstream } = error;
  if (error.claims !== undefined) return proofWanted(error, person);
  if (consentCodes.test(upstream.code ?? '')) return new SetupError('E-CONSENT', { upstream });
  if (foreignCodes.test(upstream.code ?? '')) return new SetupError('E-FOREIGN', { upstream });
  return signInCodes.test(upstream.code ?? '') ? new SetupError('E-SIGN-IN', { upstream }) : error;
}
