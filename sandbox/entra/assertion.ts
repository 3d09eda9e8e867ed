import type { Persona } from '../personas.ts';
import { tenant } from '../personas.ts';
import { registrations } from '../registrations.ts';
import type { SigningKey } from '../signingKeys.ts';
import { issueToken, type TokenClock } from './tokens.ts';

/** What Entra calls a second factor in the tokens that come after one. */
export const secondFactor = { acrs: ['c1'], amr: ['pwd', 'mfa'] } as const;

/** A token of the person for the bot's sign-in application: what single sign-on and an interactive sign-in end in. */
export function issueAssertion({ key, clock }: { key: SigningKey; clock: TokenClock }, person: Persona, isProven = false): Promise<string> {
  return issueToken(key, clock, {
    iss: `https://login.microsoftonline.com/${tenant.id}/v2.0`,
    aud: registrations.signIn.appId,
    azp: registrations.teamsClientId,
    tid: tenant.id,
    oid: person.objectId,
    sub: person.objectId,
    name: person.displayName,
    preferred_username: person.userPrincipalName,
    scp: 'access_as_user',
    ver: '2.0',
    ...(isProven ? secondFactor : {}),
  });
}
