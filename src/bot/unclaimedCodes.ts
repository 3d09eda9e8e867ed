import { randomInt } from 'node:crypto';

import type { SignedIn } from '../microsoft/browserSignIn.ts';
import { putLast } from '../newest.ts';
import type { Clock } from '../setup/ports/tools.ts';
import type { Person } from '../setup/run.ts';
import { isSame, linkKey, personKey, type SignInPurpose } from './pendingSignIns.ts';

/** Signed in as another account, with the code not yet typed. */
export interface Unclaimed {
  readonly code: string;
  readonly purpose: SignInPurpose;
  readonly signedIn: SignedIn;
  readonly endsAt: number;
  triesLeft: number;
}

const codeMinutes = 10;
const triesPerCode = 5;
const mostPeople = 500;
/** Accounts that may have signed in by one link: strangers too, so that none takes the place of another. */
const mostPerLink = 5;

/** The codes that pages have shown: one for each account that signed in by a link, which nobody but that account replaces. */
export class UnclaimedCodes {
  readonly #byPerson = new Map<string, readonly Unclaimed[]>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Undefined when too many others have signed in by this link: whoever it is for asks for it anew in Teams. */
  add(purpose: SignInPurpose, signedIn: SignedIn): string | undefined {
    const others = this.#waiting(purpose.person).filter((one) => !isOfSame(one, purpose, signedIn));
    if (others.filter((one) => linkKey(one.purpose) === linkKey(purpose)).length >= mostPerLink) return undefined;
    const code = unusedCode(others);
    this.#keep(purpose.person, [...others, { code, purpose, signedIn, endsAt: this.#now() + codeMinutes * 60_000, triesLeft: triesPerCode }]);
    return code;
  }

  /** A wrong one is a try at each of them. */
  take(person: Person, code: string): Unclaimed | undefined {
    const waiting = this.#waiting(person);
    const right = waiting.find((one) => isSame(one.code, code));
    if (!right) for (const one of waiting) one.triesLeft -= 1;
    this.#keep(person, waiting.filter((one) => one !== right && one.triesLeft > 0));
    return right;
  }

  isAny(person: Person): boolean {
    return this.#waiting(person).length > 0;
  }

  triesLeft(person: Person): number | undefined {
    const tries = this.#waiting(person).map(({ triesLeft }) => triesLeft);
    return tries.length > 0 ? Math.max(...tries) : undefined;
  }

  forget(person: Person): void {
    this.#byPerson.delete(personKey(person));
  }

  /** Those of one link. */
  endLink(link: SignInPurpose): void {
    this.#keep(link.person, this.#waiting(link.person).filter(({ purpose }) => linkKey(purpose) !== linkKey(link)));
  }

  #waiting(person: Person): readonly Unclaimed[] {
    return (this.#byPerson.get(personKey(person)) ?? []).filter(({ endsAt }) => this.#now() < endsAt);
  }

  #keep(person: Person, codes: readonly Unclaimed[]): void {
    if (codes.length > 0) putLast(this.#byPerson, [personKey(person), codes], mostPeople);
    else this.forget(person);
  }

  #now(): number {
    return this.#clock.now().getTime();
  }
}

function isOfSame(one: Unclaimed, purpose: SignInPurpose, { account }: SignedIn): boolean {
  return linkKey(one.purpose) === linkKey(purpose) && one.signedIn.account.objectId.toLowerCase() === account.objectId.toLowerCase();
}

function unusedCode(others: readonly Unclaimed[]): string {
  const code = randomInt(1_000_000).toString().padStart(6, '0');
  return others.some((one) => one.code === code) ? unusedCode(others) : code;
}
