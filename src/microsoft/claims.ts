import { longestClaims } from '../setup/errors.ts';

/**
 * Entra refuses with these where the person can prove more of themselves: AADSTS50076 and 50079 a second factor, 50078 one that is too
 * old, 50158 a proof elsewhere, 53000–53004 what Conditional Access demands. Source: Entra's list of AADSTS codes.
 */
const challengeCodes = /^AADSTS(?:50076|50078|50079|50158|5300[0-4])$/;

/** The `claims` of a refusal by the token endpoint, where a sign-in that carries them would help. */
export function claimsOfRefusal({ error, code, claims }: { error?: string | undefined; code?: string | undefined; claims?: string | undefined }): string | undefined {
  const isChallenge = error === 'interaction_required' || challengeCodes.test(code ?? '');
  return isChallenge && isClaimsRequest(claims) ? claims : undefined;
}

const insufficient = /\berror="?insufficient_claims"?(?=[,\s]|$)/iu;
const challengedClaims = /\bclaims="?(?<encoded>[A-Za-z0-9+/_-]+={0,2})"?(?=[,\s]|$)/u;

/** The `claims` of a challenge by an API: `WWW-Authenticate: Bearer …, error="insufficient_claims", claims="base64"`. Source: Entra's page on claims challenges. */
export function claimsOfChallenge(header: string | null | undefined): string | undefined {
  if (!header || !insufficient.test(header)) return undefined;
  const encoded = challengedClaims.exec(header)?.groups?.['encoded'];
  const claims = encoded && Buffer.from(encoded, 'base64').toString('utf8');
  return isClaimsRequest(claims) ? claims : undefined;
}

/** A JSON object, which goes back to Entra as it is; anything else is no claims request (OpenID Connect Core, section 5.5). */
function isClaimsRequest(claims: string | undefined): claims is string {
  if (!claims || claims.length > longestClaims) return false;
  try {
    const request: unknown = JSON.parse(claims);
    return typeof request === 'object' && request !== null && !Array.isArray(request);
  } catch {
    return false;
  }
}
