import { decodeJwt } from 'jose';
import { z } from 'zod';

import type { Assertion, BrowserSignIn, BrowserSignInRequest, SignedIn, SignedInAccount } from '../microsoft/browserSignIn.ts';
import type { UserAssertions } from '../microsoft/credentials.ts';
import { putLast } from '../newest.ts';
import { SetupError } from '../setup/errors.ts';
import type { Clock } from '../setup/ports/tools.ts';
import type { Person } from '../setup/run.ts';
import type { Accounts, AskedFor, Redeemed } from './accounts.ts';
import { endsInCode, type PendingSignIn, PendingSignIns, personKey, type SignInCookie, type SignInPurpose } from './pendingSignIns.ts';
import { UnclaimedCodes } from './unclaimedCodes.ts';

export interface BrowserAccountsParts {
  readonly signIn: BrowserSignIn;
  /** What single sign-on gives. */
  readonly tokens: UserAssertions;
  readonly clock: Clock;
  /** Where browsers reach the bot, without a trailing slash. */
  readonly publicUrl: string;
}

/** What the browser brings back from Entra. */
export interface Returned {
  readonly state: string;
  /** By name. */
  readonly cookie: (name: string) => string | undefined;
  readonly answer: { readonly code: string } | { readonly error: string };
}

/** What a sign-in came to. Everything but `proven` and `code` has kept nothing. */
export type SignInEnd =
  /** Never begun here, used already, over, or begun in another browser. */
  | { readonly kind: 'unknown' }
  /** Entra says that nobody signed in. */
  | { readonly kind: 'declined'; readonly purpose: SignInPurpose }
  /** Entra does not stand by the code: `E-REFUSED`, `E-BUSY`, `E-UNREACHABLE`, `E-UNCLEAR`, or anything that broke. */
  | { readonly kind: 'failed'; readonly purpose: SignInPurpose; readonly error: unknown }
  | { readonly kind: 'otherTenant' | 'guest' | 'ownAccount' | 'tooMany'; readonly purpose: SignInPurpose; readonly given: string }
  | { readonly kind: 'otherAccount'; readonly purpose: SignInPurpose; readonly given: string; readonly expected: string }
  | { readonly kind: 'proven'; readonly purpose: SignInPurpose & { kind: 'proof' } }
  | { readonly kind: 'code'; readonly purpose: SignInPurpose; readonly given: string; readonly code: string };

/** A sign-in in use. */
interface Kept {
  readonly signedIn: SignedIn;
  readonly endsAt: number;
  assertion: Assertion;
  renewing?: Promise<Assertion> | undefined;
}

const mostPeople = 500;
/** However often it can be renewed: as long as an approval holds. Whoever goes on after that signs in again. */
const keptMs = 24 * 60 * 60_000;
/** Their own account, and those that they act as. */
const mostAccountsOfOne = 5;
/** Entra's clock and ours differ, and a request takes its time. */
const renewBeforeEndMs = 5 * 60_000;

/** Sign-ins made in a browser: begun and ended here, kept in memory with their tokens, and never written anywhere. */
export class BrowserAccounts implements Accounts {
  readonly #parts: BrowserAccountsParts;
  readonly #pending: PendingSignIns;
  readonly #unclaimed: UnclaimedCodes;
  /** By person, then by object id of the account. */
  readonly #kept = new Map<string, Map<string, Kept>>();

  constructor(parts: BrowserAccountsParts) {
    this.#parts = parts;
    this.#unclaimed = new UnclaimedCodes(parts.clock);
    this.#pending = new PendingSignIns(parts.clock, parts.publicUrl.startsWith('https:'));
  }

  /** Where the browser has to go, and what it has to keep until it comes back. Throws `E-UNREACHABLE`. */
  async begin(purpose: SignInPurpose): Promise<{ address: string; cookie: SignInCookie }> {
    const loginHint = endsInCode(purpose) ? undefined : await this.#nameOf(purpose.person);
    const pending = this.#pending.begin(purpose);
    return { address: await this.#parts.signIn.address({ ...this.#requestOf(pending), loginHint }), cookie: pending.cookie };
  }

  async end({ state, cookie, answer }: Returned): Promise<SignInEnd> {
    const pending = this.#pending.take(state, cookie(this.#pending.cookieName(state)));
    if (!pending) return { kind: 'unknown' };
    const { purpose } = pending;
    if ('error' in answer) return { kind: 'declined', purpose };
    try {
      return this.#after(purpose, await this.#parts.signIn.redeem(answer.code, this.#requestOf(pending)));
    } catch (error) {
      return { kind: 'failed', purpose, error };
    }
  }

  #after(purpose: SignInPurpose, signedIn: SignedIn): SignInEnd {
    const refused = refusalOf(purpose, signedIn.account);
    if (refused) return refused;
    if (purpose.kind === 'account' || endsInCode(purpose)) return this.#withCode(purpose, signedIn);
    this.#keep(purpose.person, signedIn);
    return { kind: 'proven', purpose };
  }

  #withCode(purpose: SignInPurpose, signedIn: SignedIn): SignInEnd {
    const { name: given } = signedIn.account;
    const code = this.#unclaimed.add(purpose, signedIn);
    return code === undefined ? { kind: 'tooMany', purpose, given } : { kind: 'code', purpose, given, code };
  }

  async assertionFor(actor: Person): Promise<string | undefined> {
    const made = await this.#madeFor(actor);
    return made ?? (actor.actingAs ? undefined : this.#parts.tokens.assertionFor(actor));
  }

  refused(actor: Person): void {
    this.#kept.get(personKey(actor))?.delete(accountKey(actor));
  }

  /** It is of another account than it has to be. */
  async discard(actor: Person): Promise<void> {
    this.refused(actor);
    if (!actor.actingAs) await this.#parts.tokens.discard?.(actor);
  }

  waitsForCode(person: Person): boolean {
    return this.#unclaimed.isAny(person) || this.#pending.isAnyForCode(person);
  }

  redeem(person: Person, code: string): Redeemed | undefined {
    const unclaimed = this.#unclaimed.take(person, code.replaceAll(/\s/gu, ''));
    if (!unclaimed) return undefined;
    const { purpose, signedIn } = unclaimed;
    this.#keep(person, signedIn);
    return { account: { objectId: signedIn.account.objectId, name: signedIn.account.name }, purpose };
  }

  triesLeft(person: Person): number | undefined {
    return this.#unclaimed.triesLeft(person);
  }

  forget(person: Person): void {
    this.#pending.forget(person);
    this.#unclaimed.forget(person);
    this.#kept.delete(personKey(person));
  }

  endOlder(asked: AskedFor): void {
    const link = { kind: 'account', ...asked } as const;
    this.#pending.endLink(link);
    this.#unclaimed.endLink(link);
  }

  forgetOthers(person: Person): void {
    const ofPerson = this.#kept.get(personKey(person));
    for (const account of ofPerson?.keys() ?? []) if (account !== person.objectId.toLowerCase()) ofPerson?.delete(account);
  }

  #requestOf({ purpose, state, nonce, codeVerifier, codeChallenge }: PendingSignIn): BrowserSignInRequest {
    const claims = purpose.kind === 'proof' ? purpose.claims : undefined;
    return { redirectUri: `${this.#parts.publicUrl}/sign-in/callback`, state, nonce, codeVerifier, codeChallenge, claims, choosesAccount: endsInCode(purpose) };
  }

  /** User principal name of their own account, where it is known: nobody signs in with another by mistake. */
  async #nameOf(person: Person): Promise<string | undefined> {
    try {
      return nameIn((await this.assertionFor(person)) ?? '');
    } catch {
      return undefined;
    }
  }

  #keep(person: Person, signedIn: SignedIn): void {
    this.#dropOverdue();
    const ofPerson = this.#kept.get(personKey(person)) ?? new Map<string, Kept>();
    const kept = { signedIn, assertion: signedIn, endsAt: this.#now() + keptMs };
    putLast(ofPerson, [signedIn.account.objectId.toLowerCase(), kept], mostAccountsOfOne);
    putLast(this.#kept, [personKey(person), ofPerson], mostPeople);
  }

  async #madeFor(actor: Person): Promise<string | undefined> {
    this.#dropOverdue();
    const kept = this.#kept.get(personKey(actor))?.get(accountKey(actor));
    if (!kept) return undefined;
    const { assertion } = kept;
    if (assertion.endsAt.getTime() - this.#now() > renewBeforeEndMs) return assertion.token;
    try {
      return (await renewed(kept)).token;
    } catch (error) {
      if (isForNow(error) && assertion.endsAt.getTime() > this.#now()) return assertion.token;
      if (isForNow(error)) throw error;
      this.#drop(actor, kept);
      return undefined;
    }
  }

  /** Anybody's: one that is not asked for any more would stay. */
  #dropOverdue(): void {
    for (const [person, accounts] of this.#kept) {
      for (const [account, { endsAt }] of accounts) if (this.#now() >= endsAt) accounts.delete(account);
      if (accounts.size === 0) this.#kept.delete(person);
    }
  }

  /** Unless another sign-in has taken its place meanwhile. */
  #drop(actor: Person, kept: Kept): void {
    if (this.#kept.get(personKey(actor))?.get(accountKey(actor)) === kept) this.refused(actor);
  }

  #now(): number {
    return this.#parts.clock.now().getTime();
  }
}

/** Several that need a new one at once share it. */
async function renewed(kept: Kept): Promise<Assertion> {
  kept.renewing ??= kept.signedIn.renew().finally(() => { kept.renewing = undefined; });
  kept.assertion = await kept.renewing;
  return kept.assertion;
}

/** Entra has not said no. */
function isForNow(error: unknown): boolean {
  return error instanceof SetupError && (error.code === 'E-BUSY' || error.code === 'E-UNREACHABLE');
}

/** Whose sign-in it has to be; a proof by anybody else's proves nothing. */
function refusalOf(purpose: SignInPurpose, { tenantId, objectId, name: given, isGuest }: SignedInAccount): SignInEnd | undefined {
  const { person } = purpose;
  if (tenantId.toLowerCase() !== person.tenantId.toLowerCase()) return { kind: 'otherTenant', purpose, given };
  if (purpose.kind === 'proof') {
    const expected = person.actingAs?.name ?? person.name;
    return objectId.toLowerCase() === accountKey(person) ? undefined : { kind: 'otherAccount', purpose, given, expected };
  }
  if (isGuest) return { kind: 'guest', purpose, given };
  return objectId.toLowerCase() === person.objectId.toLowerCase() ? { kind: 'ownAccount', purpose, given } : undefined;
}

function accountKey({ actingAs, objectId }: Person): string {
  return (actingAs?.objectId ?? objectId).toLowerCase();
}

const namesSchema = z.object({ preferred_username: z.string().optional(), upn: z.string().optional() });

/** A hint only: whoever comes back is looked at. */
function nameIn(token: string): string | undefined {
  const { preferred_username: name, upn } = namesSchema.parse(decodeJwt(token));
  return name ?? upn;
}
