import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey, type KeyObject } from 'jose';
import { z } from 'zod';
import type { SigningKey } from '../signingKeys.ts';
import { tenant } from '../personas.ts';
import { type ClientCredentials, type FederatedCredential, tenantIssuer } from './clientCredentials.ts';
import { refusals } from './errors.ts';

export interface AssertionTools {
  readonly credentials: ClientCredentials;
  /** The tenant's own, which signs the tokens of managed identities. */
  readonly key: SigningKey;
}

export const clientAssertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

const headerSchema = z.looseObject({ alg: z.string(), x5t: z.string().optional(), 'x5t#S256': z.string().optional() });
const claimsSchema = z.looseObject({ iss: z.string(), sub: z.string(), aud: z.string(), exp: z.number() });
type Assertion = z.infer<typeof claimsSchema> & { readonly header: z.infer<typeof headerSchema>; readonly text: string };

/**
 * Resolves when the assertion proves the application: signed by one of its certificates, or by an issuer that it trusts. Assertions are
 * looked at on real time, as whoever makes them does. Throws AADSTS50027, 70021, 700021, 700023, 700024, 700027, 700211, 700212, 700213.
 */
export async function checkClientAssertion(tools: AssertionTools, appId: string, { text, tokenEndpoint }: { text: string; tokenEndpoint: string }): Promise<void> {
  const assertion = readAssertion(text);
  if (assertion.iss === appId || assertion.sub === appId) return checkOwn(tools, appId, assertion, tokenEndpoint);
  return checkFederated(tools, appId, assertion);
}

function readAssertion(text: string): Assertion {
  try {
    return { ...claimsSchema.parse(decodeJwt(text)), header: headerSchema.parse(decodeProtectedHeader(text)), text };
  } catch {
    throw refusals.assertionMalformed();
  }
}

async function checkOwn({ credentials }: AssertionTools, appId: string, assertion: Assertion, tokenEndpoint: string): Promise<void> {
  const { header, iss, sub, aud, text } = assertion;
  if (iss !== appId || sub !== appId) throw refusals.assertionOfAnother();
  if (aud !== tokenEndpoint) throw refusals.clientAssertionAudience();
  const certificate = credentials.certificates(appId).find(({ x5t, x5tS256 }) => header['x5t#S256'] === x5tS256 || header.x5t === x5t);
  if (certificate === undefined) throw refusals.unknownCertificate(header['x5t#S256'] ?? header.x5t ?? '');
  await verify(text, certificate.publicKey, ['RS256', 'PS256']);
}

async function checkFederated({ credentials, key }: AssertionTools, appId: string, { iss, sub, aud, text }: Assertion): Promise<void> {
  const all = credentials.federated(appId);
  if (all.length === 0) throw refusals.noFederatedCredential({ iss, sub, aud });
  const ofIssuer = all.filter(({ issuer }) => issuer === iss);
  if (ofIssuer.length === 0) throw refusals.noFederatedIssuer(iss);
  const ofAudience = ofIssuer.filter(({ audience }) => audience === aud);
  if (ofAudience.length === 0) throw refusals.noFederatedAudience(aud);
  const found = ofAudience.find(({ subject }) => subject === sub);
  if (found === undefined) throw refusals.noFederatedSubject(sub);
  await verify(text, keyOf(found, key), ['RS256']);
}

function keyOf({ issuer, keys }: FederatedCredential, own: SigningKey): JWTVerifyGetKey {
  return createLocalJWKSet(keys ?? { keys: issuer === tenantIssuer(tenant.id) ? [own.jwk] : [] });
}

async function verify(text: string, key: KeyObject | JWTVerifyGetKey, algorithms: string[]): Promise<JWTPayload> {
  try {
    const rules = { algorithms, clockTolerance: 300 };
    return (await (typeof key === 'function' ? jwtVerify(text, key, rules) : jwtVerify(text, key, rules))).payload;
  } catch (error) {
    if (error instanceof errors.JWTExpired || (error instanceof errors.JWTClaimValidationFailed && error.claim === 'nbf')) throw refusals.clientAssertionTime();
    throw refusals.clientAssertionSignature();
  }
}
