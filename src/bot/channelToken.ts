import { AuthenticationError } from 'botframework-connector';
import { decodeJwt, decodeProtectedHeader, type JWTPayload, jwtVerify } from 'jose';
import { z } from 'zod';

import { teams } from './admission.ts';
import type { ChannelKeys } from './channelKeys.ts';

/** A token of the channel service for this bot, verified; which activities it covers is for `assertCovers` to say. */
export interface ChannelToken {
  readonly claims: JWTPayload;
  /** The address that the channel service wants to be answered at. */
  readonly serviceUrl: string;
  /** The channels that the token's key may speak for. */
  readonly endorsements: readonly string[];
}

export interface ChannelTokenOptions {
  readonly issuer: string;
  /** The bot's own application id. */
  readonly audience: string;
  readonly keys: Pick<ChannelKeys, 'find'>;
  /** Milliseconds. */
  readonly now: () => number;
}

const toleranceSeconds = 300;
/** Real ones have about 1,000 characters. */
const longestToken = 8192;

const headerSchema = z.object({ alg: z.literal('RS256'), kid: z.string().min(1) });
const claimsSchema = z.object({ iss: z.string(), aud: z.string(), exp: z.number(), nbf: z.number().optional(), serviceurl: z.string().min(1) });

/**
 * Promises the token of an `Authorization` header. What costs nothing is looked at first, a key only then: whoever forges a token gets
 * no further than to its own words. Rejects with `AuthenticationError` (401).
 */
export async function readChannelToken(authorization: string, { issuer, audience, keys, now }: ChannelTokenOptions): Promise<ChannelToken> {
  const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/u.exec(authorization)?.[1];
  if (token === undefined || token.length > longestToken) throw refused('nothing in the form of a token');
  const { keyId, serviceUrl } = readUnverified(token, { issuer, audience, seconds: now() / 1000 });
  const found = await keys.find(keyId);
  if (!found) throw refused('unknown key');
  const rules = { algorithms: ['RS256'], issuer, audience, clockTolerance: toleranceSeconds, currentDate: new Date(now()) };
  const { payload } = await jwtVerify(token, found.key, rules).catch(() => {
    throw refused('wrong signature');
  });
  return { claims: payload, serviceUrl, endorsements: found.endorsements };
}

/** Throws `AuthenticationError` (403) when the token was made for another address or its key for other channels. */
export function assertCovers({ serviceUrl, endorsements }: ChannelToken, activity: { readonly serviceUrl: string; readonly channelId: string }): void {
  if (activity.serviceUrl !== serviceUrl) throw refused('another service URL', 403);
  if (activity.channelId !== teams || !endorsements.includes(activity.channelId)) throw refused('another channel', 403);
}

function readUnverified(token: string, expected: { issuer: string; audience: string; seconds: number }): { keyId: string; serviceUrl: string } {
  const header = headerSchema.safeParse(decoded(() => decodeProtectedHeader(token)));
  const claims = claimsSchema.safeParse(decoded(() => decodeJwt(token)));
  if (!header.success || !claims.success) throw refused('not in the channel’s form');
  const { iss, aud, exp, nbf = 0, serviceurl: serviceUrl } = claims.data;
  if (iss !== expected.issuer) throw refused('another issuer');
  if (aud !== expected.audience) throw refused('another audience');
  if (exp + toleranceSeconds <= expected.seconds) throw refused('expired');
  if (nbf - toleranceSeconds > expected.seconds) throw refused('not yet valid');
  return { keyId: header.data.kid, serviceUrl };
}

function decoded(decode: () => unknown): unknown {
  try {
    return decode();
  } catch {
    return undefined;
  }
}

/** The reasons are few and fixed, so that they can be counted. */
function refused(reason: string, status: 401 | 403 = 401): AuthenticationError {
  return new AuthenticationError(reason, status);
}
