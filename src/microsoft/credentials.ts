import { ClientSecretCredential } from '@azure/identity';
import { z } from 'zod';

import { putLast } from '../newest.ts';
import { accountOf } from '../setup/actingAs.ts';
import { SetupError } from '../setup/errors.ts';
import type { LeadWriterCredentials } from '../setup/ports/microsoft.ts';
import type { Person } from '../setup/run.ts';
import type { ApiToken } from './apiToken.ts';
import { type Client, onBehalfOfCredential } from './clientCredential.ts';
import { type Cloud, isDataverseHost } from './cloud.ts';
import { asPersonsRefusal, createTokens, type Tokens } from './entra.ts';
import type { SendRequest } from './request.ts';

/** Where people's sign-ins are kept: by the channel's token service, or made in a browser and kept here. */
export interface UserAssertions {
  /** A token for the sign-in application, of the account that the person acts as; undefined when they are not signed in. */
  assertionFor(actor: Person): Promise<string | undefined>;
  /** Microsoft accepts it no more: what is kept here is let go of. */
  refused?(actor: Person): void;
  /** It is of another account than it has to be: as long as it is kept, nobody is asked to sign in. */
  discard?(actor: Person): Promise<void>;
}

/** The application that people sign in to and that acts on their behalf. */
export type SignInApp = Pick<Client, 'clientId' | 'proof'>;

export interface Credentials {
  /**
   * The person's token for one scope, by Entra's on-behalf-of flow. Needs the person's consent to that scope.
   * Throws `E-SIGN-IN` when they are not signed in, `E-OTHER-ACCOUNT` when as another than their own, or than the one that they act as.
   */
  ofPerson(actor: Person, scope: string): ApiToken;
  /** Drops every token of this person, whatever account it is of. */
  forget(person: Pick<Person, 'tenantId' | 'objectId'>): void;
  /** The finished account's own token, by client credentials. */
  ofApplication(credentials: LeadWriterCredentials, scope: string): ApiToken;
}

/** Nobody's tokens are kept for more people than this; who was seen longest ago signs in silently again. */
const rememberedPeople = 200;

export function createCredentials(
  cloud: Cloud,
  send: SendRequest,
  { assertions, signInApp }: { assertions: UserAssertions; signInApp: SignInApp },
): Credentials {
  const people = new Map<string, { assertion: string; tokens: Tokens }>();

  function tokensOf(actor: Person, assertion: string): Tokens {
    const known = people.get(keyOf(actor));
    const tokens =
      known?.assertion === assertion
        ? known.tokens
        : createTokens(cloud, send, (options) =>
            onBehalfOfCredential({ ...signInApp, tenantId: actor.tenantId }, assertion, options));
    putLast(people, [keyOf(actor), { assertion, tokens }], rememberedPeople);
    return tokens;
  }

  async function personToken(actor: Person, scope: string): Promise<string> {
    const assertion = await assertions.assertionFor(actor);
    const account = assertion === undefined ? undefined : accountIn(assertion);
    if (assertion === undefined || !account) return refuse(actor, 'E-SIGN-IN');
    if (!isOf(account, actor)) {
      await assertions.discard?.(actor);
      return refuse(actor, 'E-OTHER-ACCOUNT');
    }
    try {
      return await tokensOf(actor, assertion).get(scope);
    } catch (error) {
      const refusal = asPersonsRefusal(error, actor.objectId);
      if (refusal instanceof SetupError && refusal.code === 'E-SIGN-IN') assertions.refused?.(actor);
      throw refusal;
    }
  }

  function refuse(actor: Person, code: 'E-SIGN-IN' | 'E-OTHER-ACCOUNT'): never {
    people.delete(keyOf(actor));
    throw new SetupError(code);
  }

  return {
    forget: (person) => {
      for (const key of people.keys()) if (key.startsWith(personKey(person))) people.delete(key);
    },
    ofPerson: (actor, scope) => ({
      person: actor.objectId,
      get: () => personToken(actor, scope),
      forget: () => { people.delete(keyOf(actor)); },
    }),
    ofApplication: ({ tenantId, appId, secret }, scope) => {
      const tokens = createTokens(cloud, send, (options) => new ClientSecretCredential(tenantId, appId, secret, options));
      return { person: undefined, get: () => tokens.get(scope), forget: () => tokens.forget() };
    },
  };
}

/** What one account may is never done with the token of another of the same person. */
function keyOf(actor: Person): string {
  return `${personKey(actor)}${accountOf(actor).objectId.toLowerCase()}`;
}

function personKey({ tenantId, objectId }: Pick<Person, 'tenantId' | 'objectId'>): string {
  return `${tenantId}/${objectId}/`.toLowerCase();
}

/**
 * The root address `https://host` of an environment, checked against the cloud: no token is ever asked for another host.
 * Throws `E-REFUSED`.
 */
export function environmentOrigin(cloud: Cloud, url: string): string {
  const address = URL.parse(url);
  const isAllowed = address?.protocol === 'https:' && address.username === '' && address.password === '' && isDataverseHost(cloud, address.host);
  if (!address || !isAllowed) {
    throw new SetupError('E-REFUSED', { values: { what: url, service: 'Dataverse' } });
  }
  return address.origin;
}

const claimsSchema = z.object({ oid: z.string(), tid: z.string() });

type Claims = z.infer<typeof claimsSchema>;

/** Whose assertion it is; Entra verifies it. */
function accountIn(assertion: string): Claims | undefined {
  return claimsSchema.safeParse(decodeClaims(assertion)).data;
}

/** Here it only must not be another account's. */
function isOf({ oid, tid }: Claims, actor: Person): boolean {
  return same(oid, accountOf(actor).objectId) && same(tid, actor.tenantId);
}

function decodeClaims(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
