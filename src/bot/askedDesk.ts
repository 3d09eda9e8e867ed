import type { TurnContext } from 'botbuilder';

import type { AskedConversation } from '../dialogs/askedConversation.ts';
import { askOf } from '../setup/asking.ts';
import { askIn } from '../setup/askedTurns.ts';
import type { Command, Outcome, Verb } from '../setup/commands/command.ts';
import type { SetupRun } from '../setup/run.ts';
import { say } from '../setup/sentence.ts';
import type { Setups } from '../setup/setups.ts';
import type { AccountDesk } from './accountDesk.ts';
import type { Answer, AskedAnswer } from './answer.ts';
import type { Asked, AskedCards } from './askedCards.ts';
import type { LanguageFor } from './language.ts';

export interface AskedDeskParts {
  readonly accountDesk: AccountDesk;
  readonly setups: Setups;
  readonly askedConversation: AskedConversation;
  readonly askedCards: AskedCards;
  readonly languageFor: LanguageFor;
  readonly signOut: (run: SetupRun) => void;
}

/** What somebody does under their own name: for it they have to have signed in. */
const withTheirRights: readonly Verb[] = ['approve', 'submit', 'check', 'retry'];

/** Wishes of somebody who was asked, from their own chat. The setup's own dialog is not theirs. */
export class AskedDesk {
  readonly #parts: AskedDeskParts;

  constructor(parts: AskedDeskParts) {
    this.#parts = parts;
  }

  /** The ask under which this person may act on this run. */
  askedBy({ actor, conversationId, data }: Command, run: SetupRun): Asked | undefined {
    const ask = askOf(run, { person: actor, conversationId, about: data.about ?? data.stepId });
    return ask && { run, ask };
  }

  async handle(context: TurnContext, asked: Command, about: Asked): Promise<Answer> {
    const command = this.#withShownPlan(asked, about);
    if (await this.#waitsForSignIn(context, command, about)) {
      return { kind: 'asked', ...this.#now(about), notice: say('bot.askedSignIn'), asksForSignIn: true };
    }
    const outcome = this.#parts.setups.handle({ ...command, data: { ...command.data, runId: about.run.id } });
    this.#parts.accountDesk.isAskedFor(command.actor, outcome);
    if (outcome.run) this.#parts.signOut(outcome.run);
    return this.#answer(context, outcome, about);
  }

  /** The card of whoever was asked in this chat, in a setup that is under way. */
  here({ activity }: TurnContext): Asked | undefined {
    const run = this.#parts.setups.askedIn(activity.conversation.id);
    const ask = run && askIn(run, activity.conversation.id);
    return run && ask && { run, ask };
  }

  waitsForSignIn(context: TurnContext): Promise<boolean> {
    return this.#parts.askedConversation.waits(context);
  }

  /** A code, a token, or Teams' own way of bringing either: afterwards their card shows what they can do now. */
  async continueSignIn(context: TurnContext): Promise<void> {
    const { askedConversation, askedCards } = this.#parts;
    const about = await askedConversation.continue(context);
    const run = about && this.#parts.setups.load(about.runId);
    const ask = run?.asks.find(({ id }) => id === about?.askId);
    if (run && ask?.signedIn) await askedCards.post(context, { run, ask });
  }

  /** They act as another account now: their card shows what that one may do. */
  async showActingAs(context: TurnContext, run: SetupRun): Promise<void> {
    const { askedConversation, askedCards } = this.#parts;
    await askedConversation.forget(context);
    const ask = askIn(run, context.activity.conversation.id);
    if (ask) await askedCards.post(context, { run, ask });
  }

  #withShownPlan(command: Command, about: Asked): Command {
    if (!command.typed || command.verb !== 'approve') return command;
    return { ...command, data: { ...command.data, planHash: this.#parts.askedCards.shownPlanOf(about) ?? '' } };
  }

  async #waitsForSignIn(context: TurnContext, { verb }: Command, { run, ask }: Asked): Promise<boolean> {
    const isTheirs = withTheirRights.includes(verb) && run.status === 'active' && ask.status === 'open' && ask.about !== 'partnerCenter';
    return isTheirs && !ask.signedIn && !(await this.#parts.askedConversation.signIn(context, { run, ask }));
  }

  #answer({ activity }: TurnContext, outcome: Outcome, about: Asked): Answer {
    if (outcome.kind === 'asked') return { kind: 'question', run: outcome.run, card: this.#parts.languageFor(activity).cards.question(outcome.run, outcome.question) };
    const notice = 'notice' in outcome ? outcome.notice : undefined;
    const secret = outcome.kind === 'revealed' ? outcome.secret : undefined;
    return { kind: 'asked', ...this.#now(about), notice, secret } satisfies AskedAnswer;
  }

  /** As it stands at the moment of showing. */
  #now({ run, ask }: Asked): Asked {
    const now = this.#parts.setups.load(run.id) ?? run;
    return { run: now, ask: now.asks.find(({ id }) => id === ask.id) ?? ask };
  }
}
