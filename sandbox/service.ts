import type { TenantClock } from './clock.ts';

/** One HTTPS request as a service of the sandbox sees it, after transport, before authorisation. */
export interface SandboxRequest {
  readonly method: string;
  /** Path below the service's own root, percent-decoded, for example `/applications/{id}/addPassword`. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON or form, or undefined when the request had none. */
  readonly body: unknown;
  /** `https://host:port` that the request was sent to. */
  readonly origin: string;
}

/** What a service answers; a body that is an object leaves as JSON. */
export interface SandboxAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** The connection breaks off after the head of the answer, or before it; or nothing comes until the client gives up. */
  readonly breaks?: 'afterHead' | 'unanswered' | 'never';
}

export type SandboxService = (request: SandboxRequest) => Promise<SandboxAnswer> | SandboxAnswer;

/** The claims of an access token that this sandbox's Entra issued and that verified; undefined when it did not verify. */
export interface AccessToken {
  readonly aud: string;
  readonly tid: string;
  /** Object id of the person, or of the service principal in an application's token. */
  readonly oid: string;
  readonly appid: string;
  /** Delegated scopes, space separated; absent in an application's token. */
  readonly scp?: string;
  /** `app` for client credentials, `user` for a delegated token. */
  readonly idtyp: 'app' | 'user';
  readonly exp: number;
  /** What was proven at the sign-in; absent for a password alone. */
  readonly acrs?: readonly string[];
}

/** Reads `Authorization: Bearer …`; resolves to undefined for anything that Entra here did not sign or that has expired. */
export type VerifyToken = (authorization: string | undefined) => Promise<AccessToken | undefined>;

export interface ServiceTools {
  readonly clock: TenantClock;
  readonly verifyToken: VerifyToken;
}
