import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

import type { ProofAbout } from '../setup/proving.ts';
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

/** A sign-in that has been begun; everything random in it is base64url of 32 bytes. */
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
/** Somebody who clicks again and again needs the last ones only. */
const mostPerPerson = 5;
const mostAtAll = 500;

/** Sign-ins that are on their way through a browser, in memory: a restart ends them. */
export class PendingSignIns {
  readonly #byState = new Map<string, PendingSignIn>();
  readonly #clock: Clock;
  readonly #cookiePrefix: string;

  /** `isSecure`: the bot is reached by https, so that the browser can hold the cookie to this host. */
  constructor(clock: Clock, isSecure: boolean) {
    this.#clock = clock;
    this.#cookiePrefix = isSecure ? '__Host-sign-in-' : 'sign-in-';
  }

  begin(purpose: SignInPurpose): PendingSignIn {
    const [state, nonce, codeVerifier, value] = [random(), random(), random(), random()];
    const endsAt = this.#clock.now().getTime() + signInMinutes * 60_000;
    const pending = { purpose, state, nonce, codeVerifier, codeChallenge: digest(codeVerifier), cookie: { name: this.cookieName(state), value }, endsAt };
    this.#byState.set(state, pending);
    this.#makeRoom(purpose.person);
    return pending;
  }

  /** The cookie's name says which sign-in it is of, so that several tabs do not end each other's. */
  cookieName(state: string): string {
    return `${this.#cookiePrefix}${digest(state).slice(0, 16)}`;
  }

  /** Ends it, whatever comes of it. `cookie`: what the browser sent under this sign-in's cookie name. */
  take(state: string, cookie: string | undefined): PendingSignIn | undefined {
    const pending = this.#byState.get(state);
    this.#byState.delete(state);
    return pending && !this.#isOver(pending) && cookie !== undefined && isSame(pending.cookie.value, cookie) ? pending : undefined;
  }

  /** Whether a page may soon show this person a code. */
  isAnyForCode(person: Person): boolean {
    return this.#of(person).some((pending) => endsInCode(pending.purpose) && !this.#isOver(pending));
  }

  forget(person: Person): void {
    for (const { state } of this.#of(person)) this.#byState.delete(state);
  }

  /** The oldest go first. */
  #makeRoom(person: Person): void {
    for (const [state, pending] of this.#byState) if (this.#isOver(pending)) this.#byState.delete(state);
    for (const { state } of this.#of(person).slice(0, -mostPerPerson)) this.#byState.delete(state);
    for (const state of [...this.#byState.keys()].slice(0, -mostAtAll)) this.#byState.delete(state);
  }

  #of(person: Person): PendingSignIn[] {
    return [...this.#byState.values()].filter(({ purpose }) => personKey(purpose.person) === personKey(person));
  }

  #isOver({ endsAt }: PendingSignIn): boolean {
    return this.#clock.now().getTime() >= endsAt;
  }
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
