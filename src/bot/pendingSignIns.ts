import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

import { forgetOldest } from '../newest.ts';
import type { ProofAbout } from '../setup/proofAbout.ts';
import type { Clock } from '../setup/ports/tools.ts';
import type { Person } from '../setup/run.ts';

/** What a sign-in in the browser is for. */
export type SignInPurpose = { readonly person: Person; readonly runId: string } & (
  | { readonly kind: 'proof'; readonly about: ProofAbout; readonly claims?: string | undefined }
  /** `askId`: for the part of whoever was asked by it; else for the whole setup of whoever began it. */
  | { readonly kind: 'account'; readonly askId?: string | undefined }
);

/**
 * Whoever comes back as another account than the chat's has yet to be shown to be that person: whoever owns the account may only have been led to the link.
 * So the code is typed in the chat, the first time and each time after that.
 */
export function endsInCode(purpose: SignInPurpose): boolean {
  return purpose.kind === 'account' || purpose.person.actingAs !== undefined;
}

/** A cookie of one sign-in: only the browser that began it can end it. */
export interface SignInCookie {
  readonly name: string;
  readonly value: string;
}

/** A sign-in that has been begun; everything random in it is base64url of 32 bytes, or an HMAC-SHA-256 with a random key. */
export interface PendingSignIn {
  readonly purpose: SignInPurpose;
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
  readonly codeChallenge: string;
  readonly cookie: SignInCookie;
  readonly endsAt: number;
}

export const signInMinutes = 10;
/** Links, not openings: of one setup there are a few. */
const mostLinks = 5_000;
/** Of one link. One that is forgotten could come back once more, with a code that Entra takes only once. */
const mostUsed = 50;

/** A link that was opened: however often that is done, and by whomever, it takes one place. */
interface Link {
  readonly id: string;
  readonly purpose: SignInPurpose;
  readonly endsAt: number;
  /** How often it was opened, and has not come back. */
  underWay: number;
  /** States of those that have come back, each in its own browser: nobody else adds any. */
  readonly used: Set<string>;
}

/**
 * Sign-ins that are on their way through a browser. What belongs to one opening is in its browser, marked with a key of this process, so that whoever opens
 * a link many times takes nobody's place; a restart ends them all.
 */
export class PendingSignIns {
  readonly #links = new Map<string, Link>();
  readonly #key = randomBytes(32);
  readonly #clock: Clock;
  readonly #cookiePrefix: string;

  /** `isSecure`: the bot is reached by https, so that the browser can hold the cookie to this host. */
  constructor(clock: Clock, isSecure: boolean) {
    this.#clock = clock;
    this.#cookiePrefix = isSecure ? '__Host-sign-in-' : 'sign-in-';
  }

  begin(purpose: SignInPurpose): PendingSignIn {
    const endsAt = this.#now() + signInMinutes * 60_000;
    return this.#pendingOf(this.#opened(purpose, endsAt), random(), endsAt);
  }

  /** The cookie's name says which sign-in it is of, so that several tabs do not end each other's. */
  cookieName(state: string): string {
    return `${this.#cookiePrefix}${digest(state).slice(0, 16)}`;
  }

  /** Ends it, whatever comes of it, where the browser is the one that began it. `cookie`: what it sent under this sign-in's cookie name. */
  take(state: string, cookie: string | undefined): PendingSignIn | undefined {
    const [endsAt = '', id] = cookie?.split('.') ?? [];
    const link = [...this.#links.values()].find((one) => one.id === id);
    const pending = link && this.#pendingOf(link, state, Number(endsAt));
    if (!link || !pending || cookie === undefined || !isSame(pending.cookie.value, cookie)) return undefined;
    if (isUsed(link, state)) return undefined;
    link.underWay -= 1;
    return this.#now() < pending.endsAt ? pending : undefined;
  }

  /** Whether a page may soon show this person a code. */
  isAnyForCode(person: Person): boolean {
    return [...this.#links.values()].some(({ purpose, underWay, endsAt }) => isOf(purpose, person) && endsInCode(purpose) && underWay > 0 && this.#now() < endsAt);
  }

  forget(person: Person): void {
    for (const [key, { purpose }] of this.#links) if (isOf(purpose, person)) this.#links.delete(key);
  }

  /** Whatever was begun with this link. */
  endLink(purpose: SignInPurpose): void {
    this.#links.delete(linkKey(purpose));
  }

  #opened(purpose: SignInPurpose, endsAt: number): Link {
    for (const [key, link] of this.#links) if (this.#now() >= link.endsAt) this.#links.delete(key);
    const known = this.#links.get(linkKey(purpose));
    const link = { id: known?.id ?? random(), purpose, endsAt, underWay: (known?.underWay ?? 0) + 1, used: known?.used ?? new Set<string>() };
    this.#links.delete(linkKey(purpose));
    this.#links.set(linkKey(purpose), link);
    forgetOldest(this.#links, mostLinks);
    return link;
  }

  #pendingOf({ id, purpose }: Link, state: string, endsAt: number): PendingSignIn {
    const [nonce, codeVerifier] = [this.#mark('nonce', state), this.#mark('verifier', state)];
    const value = `${endsAt}.${id}.${this.#mark('cookie', `${state}.${endsAt}.${id}`)}`;
    return { purpose, state, nonce, codeVerifier, codeChallenge: digest(codeVerifier), cookie: { name: this.cookieName(state), value }, endsAt };
  }

  #mark(what: string, text: string): string {
    return createHmac('sha256', this.#key).update(`${what}.${text}`).digest('base64url');
  }

  #now(): number {
    return this.#clock.now().getTime();
  }
}

/** From now on it is. */
function isUsed({ used }: Link, state: string): boolean {
  if (used.has(state)) return true;
  used.add(state);
  forgetOldest(used, mostUsed);
  return false;
}

function isOf({ person }: SignInPurpose, one: Person): boolean {
  return personKey(person) === personKey(one);
}

/** Which link it was: whose, of which setup, for what, and for a proof as which account. */
export function linkKey(purpose: SignInPurpose): string {
  const { person, runId, kind } = purpose;
  const about = purpose.kind === 'proof' ? `${purpose.about}/${purpose.person.actingAs?.objectId ?? ''}` : (purpose.askId ?? '');
  return [personKey(person), runId, kind, about].join('/');
}

export function personKey({ tenantId, objectId }: Pick<Person, 'tenantId' | 'objectId'>): string {
  return `${tenantId}/${objectId}`.toLowerCase();
}

/** In a time that says nothing about where they differ. */
export function isSame(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(digest(one)), Buffer.from(digest(other)));
}

function random(): string {
  return randomBytes(32).toString('base64url');
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
