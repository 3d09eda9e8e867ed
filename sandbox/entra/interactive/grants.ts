import { createHash, randomBytes } from 'node:crypto';
import type { TenantClock } from '../../clock.ts';
import type { Persona } from '../../personas.ts';
import { refusals } from '../errors.ts';
import type { AuthorizeRequest } from './authorizeRequest.ts';

/** Who signed in, and with what. */
export interface SignedIn {
  readonly person: Persona;
  readonly isProven: boolean;
  readonly scope: string;
  readonly nonce: string | undefined;
}

/** The codes and refresh tokens that are out, each good for one use. */
export interface Grants {
  /** A code for the browser to carry back, for ten minutes. */
  code(request: AuthorizeRequest, person: Persona): string;
  /** Throws `invalid_grant` for a code that is unknown, used, over, or of another address or verifier. */
  redeem(code: string, proof: { readonly redirectUri: string; readonly verifier: string }): SignedIn;
  refreshToken(signedIn: SignedIn): string;
  /** Throws `invalid_grant` for one that is unknown, used, revoked or ninety days old. */
  refresh(token: string): SignedIn;
  /** As after a change of password: no refresh token of this person is good any more. */
  revoke(person: Persona): void;
  reset(): void;
}

interface Code extends SignedIn {
  readonly redirectUri: string;
  readonly codeChallenge: string;
  readonly endsAt: number;
  isUsed: boolean;
}

interface Refreshable extends SignedIn {
  readonly endsAt: number;
  isRevoked: boolean;
}

const codeLifeMs = 10 * 60_000;
const refreshLifeMs = 90 * 24 * 60 * 60_000;

export function createGrants(clock: TenantClock): Grants {
  const codes = new Map<string, Code>();
  const refreshables = new Map<string, Refreshable>();
  return {
    code: ({ redirectUri, codeChallenge, scope, nonce, wantsProof }, person) => {
      const code = `0.${randomBytes(48).toString('base64url')}`;
      codes.set(code, { redirectUri, codeChallenge, scope, nonce, person, isProven: wantsProof, endsAt: clock.now() + codeLifeMs, isUsed: false });
      return code;
    },
    redeem: (code, { redirectUri, verifier }) => {
      const known = codes.get(code);
      if (known === undefined) throw refusals.codeInvalid();
      if (known.isUsed) throw refusals.codeUsed();
      if (clock.now() >= known.endsAt) throw refusals.codeExpired();
      if (known.redirectUri !== redirectUri) throw refusals.codeRedirectMismatch();
      if (createHash('sha256').update(verifier).digest('base64url') !== known.codeChallenge) throw refusals.codeVerifierMismatch();
      known.isUsed = true;
      return known;
    },
    refreshToken: ({ person, isProven, scope, nonce }) => {
      const token = `1.${randomBytes(48).toString('base64url')}`;
      refreshables.set(token, { person, isProven, scope, nonce, endsAt: clock.now() + refreshLifeMs, isRevoked: false });
      return token;
    },
    refresh: (token) => {
      const known = refreshables.get(token);
      if (known === undefined) throw refusals.refreshInvalid();
      if (known.isRevoked) throw refusals.refreshRevoked();
      if (clock.now() >= known.endsAt) throw refusals.refreshExpired();
      return known;
    },
    revoke: (person) => {
      for (const one of refreshables.values()) if (one.person.objectId === person.objectId) one.isRevoked = true;
    },
    reset: () => {
      codes.clear();
      refreshables.clear();
    },
  };
}
