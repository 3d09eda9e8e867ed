import { accountOf, asKnownIn } from '../setup/actingAs.ts';
import type { Outcome } from '../setup/commands/command.ts';
import type { Account, Person } from '../setup/run.ts';
import { type Sentence, say } from '../setup/sentence.ts';
import type { Setups } from '../setup/setups.ts';
import type { Accounts } from './accounts.ts';

export interface AccountDeskParts {
  readonly setups: Pick<Setups, 'actAs' | 'meantIn'>;
  /** Undefined in an installation without a public address. */
  readonly accounts?: Accounts | undefined;
}

/** What became of six digits. */
export type CodeAnswer =
  /** Nobody waits for a code of this kind, or it may be one for another sign-in. */
  | { readonly kind: 'notOurs' }
  | { readonly kind: 'wrong'; readonly sentence: Sentence }
  | { readonly kind: 'redeemed'; readonly outcome: Outcome };

/** Chats in which the admin account was asked for last; more are forgotten, and the setup of the chat is meant. */
const mostChats = 500;

/** The codes that pages in the browser show, typed into the chat of the person they are for. */
export class AccountDesk {
  readonly #parts: AccountDeskParts;
  /** By conversation: the setup in which it was asked for. */
  readonly #wanted = new Map<string, string>();

  constructor(parts: AccountDeskParts) {
    this.#parts = parts;
  }

  /** The question stands in this chat: a code that is typed there is for this setup. */
  isAskedFor(conversationId: string, { kind, ...outcome }: Outcome): void {
    if (kind !== 'asked' || !('question' in outcome) || outcome.question.kind !== 'actAs' || !outcome.run) return;
    this.#wanted.delete(conversationId);
    this.#wanted.set(conversationId, outcome.run.id);
    const oldest = this.#wanted.keys().next().value;
    if (this.#wanted.size > mostChats && oldest !== undefined) this.#wanted.delete(oldest);
  }

  /** `mayBeAnother`: the chat waits for a code of single sign-on too, so that a wrong one is left to that. */
  type(text: string, { person, conversationId, mayBeAnother }: { person: Person; conversationId: string; mayBeAnother: boolean }): CodeAnswer {
    const { accounts, setups } = this.#parts;
    const code = codeIn(text);
    if (code === undefined || !accounts?.waitsForCode(person)) return { kind: 'notOurs' };
    const account = accounts.redeem(person, code);
    if (!account && mayBeAnother) return { kind: 'notOurs' };
    if (!account) return { kind: 'wrong', sentence: wrongCode(accounts, person) };
    const runId = this.#wanted.get(conversationId) ?? setups.meantIn(conversationId)?.id ?? '';
    this.#wanted.delete(conversationId);
    const outcome = setups.actAs({ runId, person, conversationId, account });
    if (!isUsedIn(outcome, person, account)) accounts.refused?.({ ...person, actingAs: account });
    return { kind: 'redeemed', outcome };
  }
}

/** Where the setup has ended or the part in it is over meanwhile, the sign-in is for nothing and is not kept. */
function isUsedIn({ run }: Outcome, person: Person, account: Account): boolean {
  return run !== undefined && run.status === 'active' && accountOf(asKnownIn(run, person)).objectId.toLowerCase() === account.objectId.toLowerCase();
}

function wrongCode(accounts: Accounts, person: Person): Sentence {
  if (!accounts.waitsForCode(person)) return say('bot.codeOver');
  const count = accounts.triesLeft(person);
  return count === undefined ? say('bot.codeNotShown') : say('bot.codeWrong', { count });
}

/** Six digits, with the space between them that pages show. */
function codeIn(text: string): string | undefined {
  const [, first, second] = /^\s*(\d{3})\s?(\d{3})\s*$/u.exec(text) ?? [];
  return first && second && `${first}${second}`;
}
