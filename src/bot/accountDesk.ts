import { sameAccount } from '../setup/actingAs.ts';
import { samePerson } from '../setup/asking.ts';
import type { Outcome } from '../setup/commands/command.ts';
import type { Account, Person } from '../setup/run.ts';
import { type Sentence, say } from '../setup/sentence.ts';
import type { Setups } from '../setup/setups.ts';
import type { Accounts, Redeemed } from './accounts.ts';

export interface AccountDeskParts {
  readonly setups: Pick<Setups, 'actAs' | 'proven'>;
  /** Undefined in an installation without a public address. */
  readonly accounts?: Accounts | undefined;
}

/** What became of six digits. */
export type CodeAnswer =
  /** Nobody waits for a code of this kind, or it may be one for another sign-in. */
  | { readonly kind: 'notOurs' }
  | { readonly kind: 'wrong'; readonly sentence: Sentence }
  | { readonly kind: 'redeemed'; readonly outcome: Outcome };

/** The codes that pages in the browser show, typed into the chat of the person they are for: each moves the setup that its link was of. */
export class AccountDesk {
  readonly #parts: AccountDeskParts;

  constructor(parts: AccountDeskParts) {
    this.#parts = parts;
  }

  /** The question is asked in the chat of whoever it is for, who can so always begin anew. */
  isAskedFor(person: Person, outcome: Outcome): void {
    if (outcome.kind !== 'asked' || outcome.question.kind !== 'actAs') return;
    this.#parts.accounts?.endOlder({ person, runId: outcome.run.id, askId: outcome.question.askId });
  }

  /** `mayBeAnother`: the chat waits for a code of single sign-on too, so that a wrong one is left to that. */
  type(text: string, { person, conversationId, mayBeAnother }: { person: Person; conversationId: string; mayBeAnother: boolean }): CodeAnswer {
    const { accounts } = this.#parts;
    const code = codeIn(text);
    if (code === undefined || !accounts?.waitsForCode(person)) return { kind: 'notOurs' };
    const redeemed = accounts.redeem(person, code);
    if (!redeemed && mayBeAnother) return { kind: 'notOurs' };
    if (!redeemed) return { kind: 'wrong', sentence: wrongCode(accounts, person) };
    const { account } = redeemed;
    const outcome = this.#use(redeemed, { person, conversationId });
    if (!isUsedIn(outcome, person, account)) accounts.refused?.({ ...person, actingAs: account });
    return { kind: 'redeemed', outcome };
  }

  #use({ account, purpose }: Redeemed, { person, conversationId }: { person: Person; conversationId: string }): Outcome {
    const { setups } = this.#parts;
    if (purpose.kind === 'proof') return setups.proven(purpose);
    return setups.actAs({ runId: purpose.runId, askId: purpose.askId, person, conversationId, account });
  }
}

/** Where the setup has ended or the part in it is over meanwhile, the sign-in is for nothing and is not kept. */
function isUsedIn({ run }: Outcome, person: Person, account: Account): boolean {
  const known = run?.status === 'active' ? [run.startedBy, ...run.asks.filter(({ status }) => status === 'open').flatMap((ask) => ask.person ?? [])] : [];
  return known.some((one) => samePerson(one, person) && sameAccount(one, { ...person, actingAs: account }));
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
