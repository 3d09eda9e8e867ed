import { randomUUID } from 'node:crypto';
import { errors, jwtVerify, SignJWT, type JWTPayload } from 'jose';
import { z } from 'zod';
import type { TenantClock } from '../clock.ts';
import type { AccessToken } from '../service.ts';
import type { SigningKey } from '../signingKeys.ts';

/** Where tokens take the time from: the tenant's clock for the tenant's tokens, `Date` for those of Bot Framework. */
export type TokenClock = Pick<TenantClock, 'now'>;

export const tokenLifetimeSeconds = 3_600;

/** What reading a token came to. */
export type TokenReading<Claims> =
  | { readonly kind: 'good'; readonly claims: Claims }
  | { readonly kind: 'missing' }
  | { readonly kind: 'invalid' }
  | { readonly kind: 'expired' };

const accessTokenClaims = z.object({
  aud: z.string(),
  tid: z.string(),
  oid: z.string(),
  appid: z.string(),
  scp: z.string().optional(),
  idtyp: z.enum(['app', 'user']),
  exp: z.number(),
  acrs: z.array(z.string()).optional(),
});

/** Promises a signed token that lives one hour from now on the given clock; good at once, also when a reset turns that clock back. */
export function issueToken(key: SigningKey, clock: TokenClock, claims: JWTPayload): Promise<string> {
  const seconds = Math.floor(clock.now() / 1000);
  return new SignJWT({ ...claims, uti: randomUUID() })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: key.keyId })
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + tokenLifetimeSeconds)
    .sign(key.privateKey);
}

/** Reads any token that this key signed, whatever its claims; never throws for a bad token. */
export async function readToken(key: SigningKey, clock: TokenClock, token: string): Promise<TokenReading<JWTPayload>> {
  try {
    const { payload } = await jwtVerify(token, key.publicKey, { algorithms: ['RS256'], currentDate: new Date(clock.now()) });
    return { kind: 'good', claims: payload };
  } catch (error) {
    return { kind: error instanceof errors.JWTExpired ? 'expired' : 'invalid' };
  }
}

/** Reads the `Authorization` header of a call to an API. */
export async function readAccessToken(key: SigningKey, clock: TokenClock, authorization: string | undefined): Promise<TokenReading<AccessToken>> {
  const [, token] = /^Bearer (\S+)$/.exec(authorization ?? '') ?? [];
  if (token === undefined) return { kind: 'missing' };
  const reading = await readToken(key, clock, token);
  if (reading.kind !== 'good') return reading;
  const claims = accessTokenClaims.safeParse(reading.claims);
  return claims.success ? { kind: 'good', claims: toAccessToken(claims.data) } : { kind: 'invalid' };
}

function toAccessToken({ scp, acrs, ...claims }: z.infer<typeof accessTokenClaims>): AccessToken {
  return { ...claims, ...(scp !== undefined && { scp }), ...(acrs !== undefined && { acrs }) };
}
