import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';

import { AuthError, type AuthenticationResult, ConfidentialClientApplication, type Configuration, type INetworkModule, type NetworkResponse } from '@azure/msal-node';
import { z } from 'zod';

import { entraId } from '../setup/person.ts';
import type { Client } from './clientCredential.ts';
import type { Cloud } from './cloud.ts';
import { readAtMost } from './download.ts';
import { readRefusal } from './entra.ts';
import { networkFailure, type RequestFailure } from './failure.ts';
import { limits, type RequestKind, type SendRequest } from './request.ts';

/** One sign-in in a browser, from its beginning to its code. */
export interface BrowserSignInRequest {
  /** Where Entra leads the browser back to; registered for the application. */
  readonly redirectUri: string;
  /** Ties the answer to its beginning. */
  readonly state: string;
  /** Comes back inside the answer's own token. */
  readonly nonce: string;
  /** PKCE (RFC 7636): only who has it can use the code. */
  readonly codeVerifier: string;
  /** base64url of the verifier's SHA-256. */
  readonly codeChallenge: string;
  /** What Entra wants proven: JSON, as it said it. */
  readonly claims?: string | undefined;
  /** Whoever is signed in in this browser already is not taken for it: the person chooses. */
  readonly choosesAccount: boolean;
  /** The account that is expected, by its user principal name, where that is known. */
  readonly loginHint?: string | undefined;
}

/** Who has signed in, as Entra's answer says. */
export interface SignedInAccount {
  readonly tenantId: string;
  readonly objectId: string;
  /** User principal name, as people know it. */
  readonly name: string;
  /** Its home is another tenant. */
  readonly isGuest: boolean;
}

/** A token for the sign-in application itself, with which it acts on the account's behalf. */
export interface Assertion {
  readonly token: string;
  readonly endsAt: Date;
}

export interface SignedIn extends Assertion {
  readonly account: SignedInAccount;
  /** A new token without the person. Throws `E-REFUSED` when Entra wants to see them, `E-BUSY`, `E-UNREACHABLE`. */
  renew(): Promise<Assertion>;
}

/** The authorization code flow (RFC 6749, section 4.1) of the application that people sign in to. */
export interface BrowserSignIn {
  /** Entra's page for the browser. Throws `E-UNREACHABLE`. */
  address(request: BrowserSignInRequest): Promise<string>;
  /** Throws `E-REFUSED`, `E-BUSY`, `E-UNREACHABLE`, `E-UNCLEAR`. */
  redeem(code: string, request: BrowserSignInRequest): Promise<SignedIn>;
}

export interface BrowserSignInOptions {
  readonly cloud: Cloud;
  readonly send: SendRequest;
  readonly client: Client;
  /** The application's own scope: `api://…/access_as_user`. */
  readonly scope: string;
}

/** `@azure/msal-node`, with one cache in memory per sign-in, which ends with it. */
export function createBrowserSignIn(options: BrowserSignInOptions): BrowserSignIn {
  const { scope } = options;
  let forAddresses: Promise<ConfidentialClientApplication> | undefined;
  const addressOf = async ({ codeVerifier: _kept, choosesAccount, loginHint, claims, ...request }: BrowserSignInRequest): Promise<string> => {
    forAddresses ??= applicationOf(options);
    const who = { ...(choosesAccount && { prompt: 'select_account' }), ...(loginHint !== undefined && { loginHint }) };
    return await (await forAddresses).getAuthCodeUrl({ ...request, ...who, ...(claims !== undefined && { claims }), scopes: [scope], codeChallengeMethod: 'S256', responseMode: 'query' });
  };
  return {
    address: (request) => ask(options, { name: 'GET /v2.0/.well-known/openid-configuration', kind: 'read', answer: z.url() }, () => addressOf(request)),
    redeem: async (code, { redirectUri, nonce, codeVerifier }) => {
      const application = await applicationOf(options);
      const given = await ask(options, tokenRequest(options, 'once'), () => application.acquireTokenByCode({ code, redirectUri, nonce, codeVerifier, scopes: [scope] }, { code, nonce }));
      return signedIn(options, application, given);
    },
  };
}

function tokenRequest({ client }: BrowserSignInOptions, kind: RequestKind) {
  return { name: 'POST /oauth2/v2.0/token', kind, answer: answerFor(client.clientId) };
}

const claimsSchema = z.object({ oid: entraId, tid: z.string().min(1), preferred_username: z.string().optional(), name: z.string().optional(), iss: z.string(), idp: z.string().optional() });
type Claims = z.infer<typeof claimsSchema>;

/** The library takes an id token for any application: here it has to be for this one (OpenID Connect Core, section 3.1.3.7). */
const answerFor = (clientId: string) => z.object({
  accessToken: z.string().min(1),
  expiresOn: z.date(),
  account: z.custom<NonNullable<AuthenticationResult['account']>>((account) => typeof account === 'object' && account !== null),
  idTokenClaims: claimsSchema.extend({ aud: z.literal(clientId) }),
});
type Answer = z.infer<ReturnType<typeof answerFor>>;

function signedIn(options: BrowserSignInOptions, application: ConfidentialClientApplication, { account, idTokenClaims, ...given }: Answer): SignedIn {
  return {
    ...assertionOf(given),
    account: accountOf(idTokenClaims),
    renew: async () =>
      assertionOf(await ask(options, tokenRequest(options, 'read'), () => application.acquireTokenSilent({ account, scopes: [options.scope], forceRefresh: true }))),
  };
}

/** `idp` stands there only where the account's home is elsewhere. Source: Entra's page on the claims of an id token. */
function accountOf({ oid, tid, preferred_username: userName, name, iss, idp }: Claims): SignedInAccount {
  return { tenantId: tid, objectId: oid, name: userName ?? name ?? oid, isGuest: idp !== undefined && idp !== iss };
}

function assertionOf({ accessToken, expiresOn }: Pick<Answer, 'accessToken' | 'expiresOn'>): Assertion {
  return { token: accessToken, endsAt: expiresOn };
}

function ask<T>({ send }: BrowserSignInOptions, request: { name: string; kind: RequestKind; answer: z.ZodType<T> }, asking: () => Promise<unknown>): Promise<T> {
  return send({ ...request, service: 'entra', send: asking, failureOf: failureIn });
}

async function applicationOf({ cloud, client }: BrowserSignInOptions): Promise<ConfidentialClientApplication> {
  const { authorityHost, instanceDiscovery } = cloud.entra;
  const { host } = new URL(authorityHost);
  return new ConfidentialClientApplication({
    auth: {
      clientId: client.clientId,
      authority: `${authorityHost}/${client.tenantId}`,
      ...(!instanceDiscovery && { knownAuthorities: [host] }),
      ...(await proofOf(client)),
    },
    system: { networkClient, disableInternalRetries: true },
  });
}

async function proofOf({ proof }: Client): Promise<Partial<Configuration['auth']>> {
  switch (proof.kind) {
    case 'secret':
      return { clientSecret: proof.secret };
    case 'certificate':
      return { clientCertificate: certificateIn(await readFile(proof.file, 'utf8')) };
    case 'assertion':
      return { clientAssertion: proof.assertion };
  }
}

/** Certificate and private key stand in one PEM file. */
function certificateIn(pem: string): NonNullable<Configuration['auth']['clientCertificate']> {
  return {
    thumbprintSha256: new X509Certificate(pem).fingerprint256.replaceAll(':', ''),
    privateKey: createPrivateKey(pem).export({ type: 'pkcs8', format: 'pem' }).toString(),
    x5c: pem,
  };
}

/** What Entra answered instead, or that it did not answer: passes through the library, which lets its own kind of error through only. */
class NotGiven extends AuthError {
  readonly failure: RequestFailure;

  constructor(failure: RequestFailure) {
    super('not_given', failure.message);
    // The library's constructor has made it one of its own.
    Object.setPrototypeOf(this, NotGiven.prototype);
    this.failure = failure;
  }
}

function failureIn(error: unknown): RequestFailure {
  if (error instanceof NotGiven) return error.failure;
  throw new Error(`No sign-in was made or understood: ${error instanceof AuthError ? error.errorCode : typeof error}`);
}

const mostBytes = 1_000_000;

/** The library never sees a refusal: it would answer from its own memory of a 429 or 5xx for a minute and more. */
const networkClient: INetworkModule = {
  sendGetRequestAsync: (url, options) => exchange(url, { method: 'GET', headers: { ...options?.headers } }),
  sendPostRequestAsync: (url, options) => exchange(url, { method: 'POST', headers: { ...options?.headers }, ...(options?.body !== undefined && { body: options.body }) }),
};

async function exchange<T>(url: string, init: RequestInit): Promise<NetworkResponse<T>> {
  const { response, text } = await receive(url, init);
  if (!response.ok) throw new NotGiven(readRefusal(response.status, text, response.headers.get('retry-after') ?? undefined));
  return { status: response.status, headers: Object.fromEntries(response.headers), body: z.custom<T>().parse(readJson(text)) };
}

async function receive(url: string, init: RequestInit): Promise<{ response: Response; text: string }> {
  try {
    const response = await fetch(url, { ...init, redirect: 'error', signal: AbortSignal.timeout(limits.timeoutMs) });
    return { response, text: Buffer.from(await readAtMost(response, mostBytes)).toString('utf8') };
  } catch (error) {
    throw new NotGiven(networkFailure(error));
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new NotGiven(networkFailure(error));
  }
}
