import type { TurnContext } from 'botbuilder';

import { setupTurnOf } from '../dialogs/setupTurn.ts';
import type { SetupConversation } from '../dialogs/setupConversation.ts';
import type { Command, Outcome, Verb } from '../setup/commands/command.ts';
import type { SetupRun } from '../setup/run.ts';
import { say } from '../setup/sentence.ts';
import type { Setups } from '../setup/setups.ts';
import type { AccountDesk } from './accountDesk.ts';
import { type Answer, answerTo, isOwn } from './answer.ts';
import type { Asked } from './askedCards.ts';
import type { AskedDesk } from './askedDesk.ts';
import type { LanguageFor } from './language.ts';
import type { LivingCards } from './livingCards.ts';
import type { TurnLimits } from './turnLimits.ts';

export interface CommandDeskParts {
  readonly accountDesk: AccountDesk;
  readonly setups: Setups;
  readonly conversation: SetupConversation;
  readonly livingCards: LivingCards;
  readonly askedDesk: AskedDesk;
  readonly languageFor: LanguageFor;
  readonly limits: Pick<TurnLimits, 'begin' | 'ask'>;
  /** Whether people can sign in at all in this installation. */
  readonly canSignIn: boolean;
  /** The setup has ended. */
  readonly signOut: (run: SetupRun) => void;
}

/** Verbs with which somebody asks for the sign-in once more: they want to go on, and without it cannot. */
const asksAgain: readonly Verb[] = ['retry', 'check', 'continue', 'choose', 'submit'];

/** Every wish for a change passes here: the domain decides and writes first, only then the dialog goes on. */
export class CommandDesk {
  readonly #parts: CommandDeskParts;

  constructor(parts: CommandDeskParts) {
    this.#parts = parts;
  }

  async handle(context: TurnContext, asked: Command): Promise<Answer> {
    const tooOften = namesSomebody(asked) ? await this.#parts.limits.ask(asked.actor) : undefined;
    if (tooOften) return { kind: 'sentence', sentence: tooOften };
    const theirs = this.#askedInstead(asked);
    if (theirs) return this.#parts.askedDesk.handle(context, asked, theirs);
    const { setups, canSignIn, languageFor } = this.#parts;
    const command = this.#withShownPlan(asked);
    if (command.verb === 'start' && !canSignIn) return { kind: 'sentence', sentence: say('bot.signInNotConfigured') };
    const tooMany = isNew(command) ? await this.#parts.limits.begin(command.actor) : undefined;
    if (tooMany) return { kind: 'sentence', sentence: tooMany };
    const meant = this.#meantBy(command);
    if (meant && (await this.#asksForSignIn(context, command, meant))) return { kind: 'living', run: meant, asksForSignIn: true };
    const outcome = setups.handle(command);
    this.#parts.accountDesk.isAskedFor(command.actor, outcome);
    if (outcome.run && isOwn(command, outcome.run)) this.#parts.livingCards.isToldHere(context, outcome.run);
    const asksForSignIn = await this.#goOn(context, command, outcome);
    const answer = answerTo(command, outcome, languageFor(context.activity));
    return answer.kind === 'living' ? { ...answer, asksForSignIn } : answer;
  }

  /** Somebody else's setup, in which the person has a part. */
  #askedInstead(command: Command): Asked | undefined {
    if (command.verb === 'start') return undefined;
    const run = command.data.runId ? this.#parts.setups.load(command.data.runId) : this.#parts.setups.meantIn(command.conversationId, command.verb);
    return run && !isOwn(command, run) ? this.#parts.askedDesk.askedBy(command, run) : undefined;
  }

  /** A typed approval is of the plan that was shown last; where none was, of one that no step has. */
  #withShownPlan(command: Command): Command {
    if (!command.typed || command.verb !== 'approve') return command;
    const run = this.#meantBy(command);
    const planHash = run && this.#parts.livingCards.shownPlanOf(run.id);
    return { ...command, data: { ...command.data, planHash: planHash ?? '' } };
  }

  /** A click names its run; only a typed word may mean the one of its conversation. */
  #meantBy({ data, typed, conversationId }: Command): SetupRun | undefined {
    if (data.runId) return this.#parts.setups.load(data.runId);
    return typed ? this.#parts.setups.latestIn(conversationId) : undefined;
  }

  /** Without a sign-in nothing can be tried again: then that comes first, and the command is not carried out. */
  async #asksForSignIn(context: TurnContext, command: Command, run: SetupRun): Promise<boolean> {
    const { conversation, livingCards } = this.#parts;
    if (!asksAgain.includes(command.verb) || run.status !== 'active' || !isOwn(command, run)) return false;
    if (!(await conversation.needsSignIn(context, run))) return false;
    livingCards.isToldHere(context, run);
    await conversation.begin(context, run);
    return conversation.waitsForSignIn(context);
  }

  /** Only a winner, and *Continue*, move the dialog. Answers whether it asks for the sign-in now. */
  async #goOn(context: TurnContext, command: Command, outcome: Outcome): Promise<boolean> {
    if (outcome.kind !== 'moved' && !isContinued(command, outcome)) return false;
    const { run } = outcome;
    const { conversation, signOut } = this.#parts;
    await (isNew(command) ? conversation.begin(context, run) : conversation.advance(context, run));
    if (run.status !== 'active') signOut(run);
    return !setupTurnOf(context).cardIsWanted(run.id);
  }
}

function isNew({ verb }: Command): boolean {
  return verb === 'start' || verb === 'restart';
}

function namesSomebody({ verb, data }: Command): boolean {
  return verb === 'ask' && (data.wanted ?? data.objectId) !== undefined;
}

/** *Continue* changes nothing, but finds a dialog that was lost. */
function isContinued(command: Command, outcome: Outcome): outcome is Outcome & { kind: 'shown' } {
  return outcome.kind === 'shown' && command.verb === 'continue' && outcome.run.status === 'active' && isOwn(command, outcome.run);
}
