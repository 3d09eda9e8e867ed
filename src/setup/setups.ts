import type { AskedTurns } from './askedTurns.ts';
import type { Command, Outcome, Verb } from './commands/command.ts';
import type { Proof } from './proving.ts';
import type { SignedOutOf } from './signingOut.ts';
import type { Account, Person, SetupRun } from './run.ts';

/** Who uses which other account of the tenant, for which setup; where they said so. */
export interface ActingAs {
  readonly runId: string;
  /** The ask by which they have a part in it; absent for whoever began it. */
  readonly askId?: string | undefined;
  readonly person: Person;
  readonly conversationId: string;
  readonly account: Account;
}

/** The domain as the bot sees it. Every method decides and writes at once; none calls Microsoft. */
export interface Setups extends AskedTurns {
  /** Throws nothing: an unknown run, an old card or a wrong person is an `Outcome` too. */
  handle(command: Command): Outcome;
  /** The person has a token now: the setup may begin to read. Repeating it changes nothing. */
  signedIn(runId: string): Outcome;
  /** What this part waited for was proven in the browser: it goes on, as with *Retry*. Twice, late, or by another person or account it changes nothing. */
  proven(proof: Proof): Outcome;
  /** A code that this person typed has shown that the account is theirs: its rights are used from now on. Microsoft is not called. */
  actAs(acting: ActingAs): Outcome;
  /** This person has signed out: what of theirs is under way needs a new sign-in. */
  signOut(person: Person): SignedOutOf[];
  /** Who is signed in for setups in which nothing was done for a day, or for longer than a week. */
  overdueSignIns(): Person[];
  /** This person's sign-in was let go of, without a wish of theirs. */
  endSignIn(person: Person): void;
  /** Somebody has come back to this setup: what was done is compared with the tenant, unless that was done just now. */
  lookBack(runId: string): void;
  /** Whether this text has the key or the password in it that lies sealed for a setup of this conversation. */
  holdsSecretIn(conversationId: string, text: string): boolean;
  load(runId: string): SetupRun | undefined;
  /** The setup under way in a conversation, else its newest one. */
  latestIn(conversationId: string): SetupRun | undefined;
  /** What a typed word means: the setup under way of one's own; else the one that one was asked in; else the last of one's own. */
  meantIn(conversationId: string, verb?: Verb): SetupRun | undefined;
  /** The setup of somebody else's, under way, in which the person of this conversation was asked last. */
  askedIn(conversationId: string): SetupRun | undefined;
  /** The setup that a person has under way, else their newest one, in whatever conversation. */
  latestOf(person: Pick<Person, 'tenantId' | 'objectId'>): SetupRun | undefined;
}

/** What became of telling: whoever it is told through may want to be left alone for a while, in milliseconds. */
/** `gone`: the channel says that there is nobody any more to be told. */
export type Told = { readonly kind: 'told' } | { readonly kind: 'notNow'; readonly forMs: number } | { readonly kind: 'gone'; readonly error: unknown };

/** Brings a person's card and dialog up to date with the run; may be repeated. Throws when it could not be delivered for now. */
export interface Teller {
  tell(runId: string): Promise<Told>;
}
