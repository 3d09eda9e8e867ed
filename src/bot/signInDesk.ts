import type { TurnContext } from 'botbuilder';

import { setupTurnOf } from '../dialogs/setupTurn.ts';
import type { Outcome } from '../setup/commands/command.ts';
import type { Person, SetupRun } from '../setup/run.ts';
import { type Sentence, say } from '../setup/sentence.ts';
import type { LivingAnswer } from './answer.ts';
import type { Asked } from './askedCards.ts';
import type { BotParts } from './leadSetupBot.ts';
import type { DrawnCard } from './livingCards.ts';
import { letGoOf } from './signOut.ts';
import { waitingSentence } from './waiting.ts';

export interface SignInDeskParts extends BotParts {
  readonly draw: (context: TurnContext, answer: Pick<LivingAnswer, 'run' | 'notice'>) => DrawnCard;
  /** What somebody was asked here, unless a setup of their own is under way. */
  readonly askedHere: (context: TurnContext, own: SetupRun | undefined) => Asked | undefined;
}

/** What people type and Teams sends about sign-ins: codes, tokens, another account, and the end of all of them. */
export class SignInDesk {
  readonly #parts: SignInDeskParts;

  constructor(parts: SignInDeskParts) {
    this.#parts = parts;
  }

  /** Six digits may be the code of a page in the browser. */
  async takeWords(context: TurnContext, person: Person): Promise<void> {
    const { accountDesk, conversation, askedDesk } = this.#parts;
    const mayBeAnother = (await conversation.waitsForSignIn(context)) || (await askedDesk.waitsForSignIn(context));
    const answer = accountDesk.type(context.activity.text, { person, conversationId: context.activity.conversation.id, mayBeAnother });
    if (answer.kind === 'notOurs') return this.#leadBack(context);
    if (answer.kind === 'redeemed') return this.#showActingAs(context, person, answer.outcome);
    this.#parts.log.warn({ by: person.objectId }, 'A wrong code for another account was typed');
    return this.#say(context, answer.sentence);
  }

  /** A sign-in that was asked for has come by another way: what waited for it goes on. */
  async #showActingAs(context: TurnContext, person: Person, outcome: Outcome): Promise<void> {
    const { conversation, livingCards, askedDesk } = this.#parts;
    const { run } = outcome;
    const notice = 'notice' in outcome ? outcome.notice : undefined;
    if (outcome.kind !== 'moved' || !run) return this.#say(context, notice ?? say('notice.noSetup'));
    if (run.startedBy.objectId !== person.objectId) return askedDesk.showActingAs(context, run);
    livingCards.isToldHere(context, run);
    await conversation.begin(context, run);
    await livingCards.post(context, this.#parts.draw(context, { run, notice }));
  }

  /** At once, and whatever is under way: that waits for a new sign-in, and says so. */
  async signOut(context: TurnContext, person: Person): Promise<void> {
    const left = this.#parts.setups.signOut(person);
    await letGoOf(this.#parts, person);
    const waiting = left.flatMap(({ run, waiting: steps }) => steps.map((step) => ({ run, step })));
    await this.#say(context, say(signedOutKey(left.length, waiting.length)));
    const here = left.find(({ run }) => run.conversationId === context.activity.conversation.id)?.run;
    if (here) await this.#parts.livingCards.tryUpdate(context, this.#parts.draw(context, { run: here }));
  }

  /** Words where a click is expected: the question stays open. */
  async #leadBack(context: TurnContext): Promise<void> {
    if (await this.#parts.conversation.waitsForSignIn(context)) return this.continueSignIn(context);
    if (await this.#parts.askedDesk.waitsForSignIn(context)) return this.#parts.askedDesk.continueSignIn(context);
    const run = this.#parts.setups.latestIn(context.activity.conversation.id);
    const asked = this.#parts.askedHere(context, run);
    await this.#say(context, asked ? say('bot.waitsForAsked', { name: asked.run.startedBy.name }) : waitingSentence(run));
  }

  /** A code, a token, or Teams' own way of bringing either. */
  async continueSignIn(context: TurnContext): Promise<void> {
    const { conversation, setups, livingCards } = this.#parts;
    const run = setups.latestIn(context.activity.conversation.id);
    if (await conversation.waitsForSignIn(context)) await conversation.continueSignIn(context);
    else if (await this.#parts.askedDesk.waitsForSignIn(context)) await this.#parts.askedDesk.continueSignIn(context);
    else if (run) await conversation.advanceSignedIn(context, run);
    if (run && setupTurnOf(context).cardIsWanted(run.id)) await livingCards.post(context, this.#parts.draw(context, { run }));
  }

  async #say(context: TurnContext, sentence: Sentence): Promise<void> {
    await context.sendActivity(this.#parts.languageFor(context.activity).t(sentence));
  }
}

/** What has stopped, and what has not. */
function signedOutKey(setups: number, stepsInHand: number): string {
  if (setups === 0) return 'bot.signedOut';
  return stepsInHand > 0 ? 'bot.signedOutAtWork' : 'bot.signedOutOfSetup';
}
