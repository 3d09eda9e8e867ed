import { randomInt, randomUUID } from 'node:crypto';
import { personas, type Persona, type PersonaName } from '../personas.ts';

/** `claims`: silent, until an API is asked for, which wants a second factor; the whole tenant's `consent` is not this store's. */
export type Prompt = 'silent' | 'ask' | 'claims';

/** Who each Teams user is in the tenant, and whether they are signed in; by the `from.id` of their activities. */
export interface SignIns {
  /** From now on this user is that persona, signed out. */
  set(userId: string, persona: PersonaName, prompt: Prompt): Persona;
  persona(userId: string): Persona;
  /** Whether the tenant wants a second factor of this person: from a `claims` prompt until another one is set for that user. */
  needsProof(person: Persona): boolean;
  /** `silent` users are signed in whenever anybody looks, as single sign-on does; others until they sign out. */
  isSignedIn(userId: string): boolean;
  signIn(userId: string): void;
  signOut(userId: string): void;
  /** Opens a sign-in of this user; the id is for the address of its page. */
  begin(userId: string): string;
  /** The code that the page shows. */
  code(signInId: string): string | undefined;
  /** Signs in with a code that `begin` made for the same user; a code works once. */
  redeem(userId: string, code: string): boolean;
  reset(): void;
}

interface Account {
  readonly persona: PersonaName;
  readonly prompt: Prompt;
  signedIn: boolean;
}

export function createSignIns(): SignIns {
  const accounts = new Map<string, Account>();
  const pending = new Map<string, { userId: string; code: string }>();
  const account = (userId: string): Account => accounts.get(userId) ?? { persona: 'alex', prompt: 'silent', signedIn: true };
  const mark = (userId: string, signedIn: boolean) => void accounts.set(userId, { ...account(userId), signedIn });
  return {
    set: (userId, persona, prompt) => {
      accounts.set(userId, { persona, prompt, signedIn: false });
      return personas[persona];
    },
    persona: (userId) => personas[account(userId).persona],
    needsProof: ({ name }) => [...accounts.values()].some(({ persona, prompt }) => persona === name && prompt === 'claims'),
    isSignedIn: (userId) => account(userId).prompt !== 'ask' || account(userId).signedIn,
    signIn: (userId) => mark(userId, true),
    signOut: (userId) => mark(userId, false),
    begin: (userId) => {
      const id = randomUUID();
      pending.set(id, { userId, code: String(randomInt(1_000_000)).padStart(6, '0') });
      return id;
    },
    code: (signInId) => pending.get(signInId)?.code,
    redeem: (userId, code) => {
      const [id] = [...pending].find(([, one]) => one.userId === userId && one.code === code) ?? [];
      if (id === undefined) return false;
      pending.delete(id);
      mark(userId, true);
      return true;
    },
    reset: () => {
      accounts.clear();
      pending.clear();
    },
  };
}
