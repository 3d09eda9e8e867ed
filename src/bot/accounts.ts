import type { UserAssertions } from '../microsoft/credentials.ts';
import type { Account, Person } from '../setup/run.ts';
import type { SignInPurpose } from './pendingSignIns.ts';

/** A code that was right: whose account it stands for, and what that signed in for. */
export interface Redeemed {
  readonly account: Account;
  readonly purpose: SignInPurpose;
}

/** *Use my admin account*: of whom, for which setup, and for which part of it. */
export interface AskedFor {
  readonly person: Person;
  readonly runId: string;
  readonly askId?: string | undefined;
}

/**
 * Sign-ins that people made in a browser of their own: with another account of the tenant, or with a proof that Entra asked for. Kept in
 * memory only, so that a restart asks for them again; what single sign-on gives is the channel's token service's.
 */
export interface Accounts extends UserAssertions {
  /** Whether a sign-in as another account has come back from the browser, or is on its way, and its code has not been typed yet. */
  waitsForCode(person: Person): boolean;
  /** What the code was shown for; undefined when it was not made for this person, was used, or is over. Ten minutes, five tries. */
  redeem(person: Person, code: string): Redeemed | undefined;
  /** How often a code may still be typed; undefined as long as no page has shown one. */
  triesLeft(person: Person): number | undefined;
  /** It is asked for anew in Teams: what was begun with the link before, by whomever, and not claimed, is over. */
  endOlder(asked: AskedFor): void;
  /** Drops every sign-in and code of this person. */
  forget(person: Person): void;
  /** Drops every sign-in of this person as another account than their own. */
  forgetOthers(person: Person): void;
}
