import {
  type Activity,
  CardFactory,
  type ConversationState,
  type InvokeResponse,
  type TaskModuleResponse,
  TeamsActivityHandler,
  type TurnContext,
} from 'botbuilder';

import { provideSetupTurn } from '../dialogs/setupTurn.ts';
import type { Command } from '../setup/commands/command.ts';
import type { Person, SetupRun } from '../setup/run.ts';
import { type Sentence, say } from '../setup/sentence.ts';
import type { ConversationPlaces } from '../storage/conversationPlaces.ts';
import type { LanguageChoices } from '../storage/languageChoices.ts';
import type { People } from '../storage/people.ts';
import { getToKnow } from './acquaintance.ts';
import { admit, isGroup, tenantOf } from './admission.ts';
import type { Answer, AskedAnswer, LivingAnswer } from './answer.ts';
import type { Asked, AskedCards } from './askedCards.ts';
import { CommandDesk, type CommandDeskParts } from './commandDesk.ts';
import { ConversationBusyError, type ConversationLocks } from './conversationLocks.ts';
import { answerToClick, GroupDesk, isAddressed } from './groupDesk.ts';
import type { HistoryDesk } from './historyDesk.ts';
import { installationOf, isAddition, isRemoval } from './installation.ts';
import { cardResponse, messageResponse, taskMessage } from './invokeResponses.ts';
import type { Language } from './language.ts';
import { type DrawnCard, messageOf } from './livingCards.ts';
import { refused, RefusalLog } from './refusals.ts';
import { answerSignInInvoke, signInInvokes, type SignInInvokesParts } from './signInInvokes.ts';
import { SignInDesk } from './signInDesk.ts';
import type { SignOutParts } from './signOut.ts';
import { createTurn } from './turn.ts';
import type { TurnLimits, Verdict } from './turnLimits.ts';
import { hasTypedSecret } from './typedSecrets.ts';
import { type Wish, wishOfClick, wishOfMessage, wishOfTask } from './wish.ts';

export interface BotParts extends CommandDeskParts, SignInInvokesParts, Pick<SignOutParts, 'userTokens' | 'forgetTokens'> {
  readonly places: ConversationPlaces;
  readonly languageChoices: LanguageChoices;
  readonly people: People;
  readonly askedCards: AskedCards;
  readonly historyDesk: HistoryDesk;
  readonly locks: ConversationLocks;
  readonly limits: TurnLimits;
  readonly state: ConversationState;
  /** Whether the key may be the answer to a click; else it is shown in a task module only. */
  readonly revealOnCard: boolean;
}

type CommandWish = Wish & { readonly kind: 'command' };

/** The SDK reads the values of others, whatever they are, before it finds that nobody answers them. */
const handledInvokes: readonly string[] = ['task/fetch', 'task/submit'];
const notImplemented = 501;

/** What Teams sends, and how each kind of it is answered. What is decided is decided elsewhere. */
export class LeadSetupBot extends TeamsActivityHandler {
  readonly #parts: BotParts;
  readonly #desk: CommandDesk;
  readonly #groupDesk: GroupDesk;
  readonly #signInDesk: SignInDesk;
  readonly #strangers: RefusalLog;
  readonly #tooMuch: RefusalLog;

  constructor(parts: BotParts) {
    super();
    this.#parts = parts;
    this.#desk = new CommandDesk(parts);
    this.#groupDesk = new GroupDesk(parts);
    this.#signInDesk = new SignInDesk({ ...parts, draw: (context, answer) => this.#draw(context, answer), askedHere: (context, own) => this.#askedHere(context, own) });
    this.#strangers = new RefusalLog(parts.log, refused.stranger);
    this.#tooMuch = new RefusalLog(parts.log, refused.tooMuch);
  }

  /** One turn at a time in each conversation; saved here because the SDK does not await its own hook for that on invokes. */
  override async run(context: TurnContext): Promise<void> {
    this.#noteStranger(context.activity);
    const verdict = await this.#parts.limits.take(context.activity, this.#parts.tenantId);
    if (verdict.kind === 'over') return this.#sayOver(context, verdict);
    try {
      await this.#parts.locks.run(context.activity.conversation.id, () => this.runLocked(context, (turn) => this.#receive(turn)));
    } catch (error) {
      if (!(error instanceof ConversationBusyError)) throw error;
      await this.#sayBusy(context);
    }
  }

  #noteStranger(activity: Activity): void {
    if (activity.type !== 'message' && activity.type !== 'invoke') return;
    const admission = admit(activity, this.#parts.tenantId);
    if (admission.kind === 'refused') this.#strangers.add(admission.why.key);
  }

  async #receive(context: TurnContext): Promise<void> {
    getToKnow(this.#parts, context.activity);
    await super.run(context);
  }

  /** A turn of somebody who holds the conversation's lock already. */
  async runLocked(context: TurnContext, logic: (context: TurnContext) => Promise<void>): Promise<void> {
    provideSetupTurn(context, createTurn(this.#parts.setups, this.#language(context)));
    await logic(context);
    await this.#parts.state.saveChanges(context);
  }

  protected override async onMessageActivity(context: TurnContext): Promise<void> {
    const inGroup = isGroup(context.activity);
    if (inGroup && !isAddressed(context.activity)) return;
    const admission = admit(context.activity, this.#parts.tenantId);
    if (admission.kind === 'refused') return this.#say(context, admission.why);
    if (this.#hasTypedSecret(context)) return this.#say(context, say('bot.secretTyped'));
    if (inGroup) return this.#answerGroup(context, admission.person);
    const wish = wishOfMessage(context.activity);
    switch (wish.kind) {
      case 'command':
        return this.#obey(context, commandOf(wish, admission.person, context.activity));
      case 'status':
        return this.#showStatus(context);
      case 'help':
        return this.#send(context, messageOf(this.#language(context).cards.help()));
      case 'signOut':
        return this.#signInDesk.signOut(context, admission.person);
      case 'language':
        return this.#speak(context, admission.person, wish.language);
      case 'words':
        return this.#signInDesk.takeWords(context, admission.person);
      case 'malformed':
        return this.#say(context, say('bot.malformed'));
    }
  }

  protected override async onInvokeActivity(context: TurnContext): Promise<InvokeResponse> {
    const { name = '' } = context.activity;
    if (name === 'adaptiveCard/action') return this.#click(context);
    if (signInInvokes.includes(name)) return this.#signInInvoke(context);
    return handledInvokes.includes(name) ? super.onInvokeActivity(context) : { status: notImplemented };
  }

  /** The sign-in that waits for it answers the client itself. */
  async #signInInvoke(context: TurnContext): Promise<InvokeResponse> {
    return answerSignInInvoke(this.#parts, context, () => this.#signInDesk.continueSignIn(context));
  }

  protected override async handleTeamsTaskModuleFetch(context: TurnContext): Promise<TaskModuleResponse> {
    const language = this.#language(context);
    const admission = admit(context.activity, this.#parts.tenantId);
    if (admission.kind === 'refused') return taskMessage(language.t(admission.why));
    if (this.#hasTypedSecret(context)) return taskMessage(language.t(say('bot.secretTyped')));
    const wish = wishOfTask(context.activity.value);
    if (isGroup(context.activity)) return taskMessage(language.t(answerToClick(wish)));
    if (wish.kind !== 'command') return taskMessage(language.t(say('bot.malformed')));
    const answer = await this.#desk.handle(context, commandOf(wish, admission.person, context.activity));
    if (answer.kind === 'asked' && answer.secret !== undefined) return this.#revealTask(context, answer.run, { secret: answer.secret, viewer: answer.ask.person ?? admission.person });
    if (answer.kind === 'living' && answer.secret !== undefined) return this.#reveal(context, answer.run, answer.secret);
    return taskMessage(language.t(sentenceOf(answer)));
  }

  protected override async handleTeamsTaskModuleSubmit(): Promise<TaskModuleResponse> {
    return {};
  }

  protected override async onConversationUpdateActivity(context: TurnContext): Promise<void> {
    await this.#noticeInstallation(context);
  }

  protected override async onInstallationUpdateActivity(context: TurnContext): Promise<void> {
    await this.#noticeInstallation(context);
  }

  /** Whoever removes the bot and installs it again is welcomed again. */
  async #noticeInstallation(context: TurnContext): Promise<void> {
    if (tenantOf(context.activity)?.toLowerCase() !== this.#parts.tenantId.toLowerCase()) return;
    if (isAddition(context.activity)) await this.#welcome(context);
    if (isRemoval(context.activity)) this.#parts.places.forgetWelcome(installationOf(context.activity));
  }

  async #welcome(context: TurnContext): Promise<void> {
    const { activity } = context;
    const { places } = this.#parts;
    if (places.wasWelcomed(installationOf(activity))) return;
    const card = isGroup(activity) ? this.#groupDesk.welcome(activity) : this.#language(context).cards.welcome();
    await this.#send(context, messageOf(card));
    places.rememberWelcome(installationOf(activity));
  }

  async #answerGroup(context: TurnContext, person: Person): Promise<void> {
    const answer = this.#groupDesk.answerTo(context.activity, person);
    await (answer.kind === 'card' ? this.#send(context, messageOf(answer.card)) : this.#say(context, answer.sentence));
  }

  async #click(context: TurnContext): Promise<InvokeResponse> {
    const { t } = this.#language(context);
    const admission = admit(context.activity, this.#parts.tenantId);
    if (admission.kind === 'refused') return messageResponse(t(admission.why));
    if (this.#hasTypedSecret(context)) return messageResponse(t(say('bot.secretTyped')));
    const wish = wishOfClick(context.activity.value);
    if (isGroup(context.activity)) return messageResponse(t(answerToClick(wish)));
    if (wish.kind !== 'command') return messageResponse(t(say('bot.malformed')));
    if (wish.verb === 'history') return this.#clickHistory(context, commandOf(wish, admission.person, context.activity));
    if (wish.verb === 'reveal' && !this.#parts.revealOnCard) return messageResponse(t(say('bot.revealByButton')));
    const answer = await this.#desk.handle(context, commandOf(wish, admission.person, context.activity));
    return this.#answerClick(context, answer);
  }

  async #answerClick(context: TurnContext, answer: Answer): Promise<InvokeResponse> {
    if (answer.kind === 'asked') return this.#answerAsked(context, answer);
    if (answer.kind === 'sentence') return messageResponse(this.#language(context).t(answer.sentence));
    const { livingCards } = this.#parts;
    if (answer.kind === 'question') {
      livingCards.isQuestioned(answer.run);
      return cardResponse(answer.card);
    }
    const { replyToId } = context.activity;
    if (replyToId) await livingCards.isAt(context, answer.run, replyToId);
    // Only the client that asked keeps the answer; a receipt has to be there for good.
    if (answer.run.status !== 'active') await livingCards.tryUpdate(context, this.#draw(context, { run: answer.run }));
    const { run, card } = this.#draw(context, answer);
    livingCards.isShown(run);
    return cardResponse(card);
  }

  #answerAsked(context: TurnContext, { notice, secret, ...asked }: AskedAnswer): InvokeResponse {
    const { askedCards } = this.#parts;
    askedCards.isAnswered(asked, context.activity.replyToId);
    return cardResponse(askedCards.draw(context, asked, { notice, ...(secret !== undefined && { secret }) }));
  }

  async #obeyAsked(context: TurnContext, { notice, asksForSignIn, ...asked }: AskedAnswer, typed: boolean): Promise<void> {
    if (asksForSignIn) return;
    if (notice) await this.#say(context, notice);
    await (typed ? this.#parts.askedCards.post(context, asked) : this.#parts.askedCards.show(context, asked));
  }

  /** A command that came as a message: typed, or from a client without `Action.Execute`. */
  async #obey(context: TurnContext, command: Command): Promise<void> {
    if (command.verb === 'reveal') return this.#say(context, say('bot.revealByButton'));
    if (command.verb === 'history') return this.#tellHistory(context, command);
    const answer = await this.#desk.handle(context, command);
    if (answer.kind === 'sentence') return this.#say(context, answer.sentence);
    if (answer.kind === 'question') return this.#send(context, messageOf(answer.card));
    if (answer.kind === 'asked') return this.#obeyAsked(context, answer, command.typed);
    const { run, notice, asksForSignIn } = answer;
    if (asksForSignIn) return notice && this.#say(context, notice);
    if (notice && run.status !== 'active') return this.#say(context, notice);
    const drawn = this.#draw(context, answer);
    await (command.typed ? this.#parts.livingCards.post(context, drawn) : this.#replaceClicked(context, drawn));
  }

  async #tellHistory(context: TurnContext, command: Command): Promise<void> {
    const answer = this.#parts.historyDesk.answer(command, this.#language(context));
    if (answer.kind === 'sentence') return this.#say(context, answer.sentence);
    await this.#send(context, answer.text === undefined ? messageOf(answer.card) : fencedMessage(answer.text));
  }

  /** The export is a message; the card that was clicked stays, with what came since. */
  async #clickHistory(context: TurnContext, command: Command): Promise<InvokeResponse> {
    const answer = this.#parts.historyDesk.answer(command, this.#language(context));
    if (answer.kind === 'sentence') return messageResponse(this.#language(context).t(answer.sentence));
    if (answer.text !== undefined) await this.#send(context, fencedMessage(answer.text));
    return cardResponse(answer.card);
  }

  async #replaceClicked(context: TurnContext, drawn: DrawnCard): Promise<void> {
    const { replyToId } = context.activity;
    if (replyToId) await this.#parts.livingCards.isAt(context, drawn.run, replyToId);
    await this.#parts.livingCards.update(context, drawn);
  }

  async #showStatus(context: TurnContext): Promise<void> {
    const run = this.#parts.setups.latestIn(context.activity.conversation.id);
    const asked = this.#askedHere(context, run);
    if (asked) return this.#parts.askedCards.post(context, asked);
    if (!run) return this.#say(context, say('notice.noSetup'));
    this.#parts.setups.lookBack(run.id);
    this.#parts.livingCards.isToldHere(context, run);
    await this.#parts.livingCards.post(context, this.#draw(context, { run }));
  }

  /** What somebody was asked here, unless a setup of their own is under way. */
  #askedHere(context: TurnContext, own: SetupRun | undefined): Asked | undefined {
    return own?.status === 'active' ? undefined : this.#parts.askedDesk.here(context);
  }

  /** Remembered for the person, in every chat and client; their card changes with it. */
  async #speak(context: TurnContext, person: Person, language: string | undefined): Promise<void> {
    const { languageChoices, livingCards, places, setups } = this.#parts;
    if (!language) return this.#say(context, say('bot.languageUnknown', { languages: this.#language(context).choice }));
    languageChoices.remember(person, language);
    await this.#say(context, say('bot.languageChanged'));
    const run = setups.latestIn(context.activity.conversation.id);
    const isShown = run && places.find(run.id)?.cardId !== undefined;
    if (isShown && run.startedBy.objectId === person.objectId) await livingCards.tryUpdate(context, this.#draw(context, { run }));
    const asked = this.#askedHere(context, run);
    if (asked) await this.#parts.askedCards.show(context, asked);
  }

  /** The values, for this answer only; the card in the chat changes without them. */
  async #reveal(context: TurnContext, run: SetupRun, secret: string): Promise<TaskModuleResponse> {
    await this.#parts.livingCards.tryUpdate(context, this.#draw(context, { run }));
    return this.#revealTask(context, run, { secret, viewer: run.startedBy });
  }

  #revealTask(context: TurnContext, run: SetupRun, { secret, viewer }: { secret: string; viewer: Person }): TaskModuleResponse {
    const { cards, t } = this.#language(context);
    const card = CardFactory.adaptiveCard(cards.revealTask(run, secret, viewer));
    return { task: { type: 'continue', value: { title: t(say('bot.revealTitle')), height: 'medium', width: 'medium', card } } };
  }

  /** From the run as it stands at the moment of showing: a job may have written since. */
  #draw(context: TurnContext, { run, notice, secret }: Pick<LivingAnswer, 'run' | 'notice' | 'secret'>): DrawnCard {
    const now = this.#parts.setups.load(run.id) ?? run;
    return { run: now, card: this.#language(context).cards.setup(now, { notice, ...(secret !== undefined && { secret }) }) };
  }

  /** What looks like a key is not read any further, so that it gets into no record. */
  #hasTypedSecret({ activity }: TurnContext): boolean {
    return hasTypedSecret(activity, (text) => this.#parts.setups.holdsSecretIn(activity.conversation.id, text));
  }

  #language({ activity }: TurnContext): Language {
    return this.#parts.languageFor(activity);
  }

  async #say(context: TurnContext, sentence: Sentence): Promise<void> {
    await context.sendActivity(this.#language(context).t(sentence));
  }

  async #send(context: TurnContext, message: Partial<Activity>): Promise<void> {
    await context.sendActivity(message);
  }

  async #sayBusy(context: TurnContext): Promise<void> {
    const isMessage = context.activity.type === 'message';
    await (isMessage ? this.#say(context, say('bot.busy')) : this.#answerInvoke(context, say('bot.busy')));
  }

  /** A message is answered once a minute, or a flood would be answered by a flood; an invoke always wants its answer. */
  async #sayOver(context: TurnContext, { sentence, isTold }: Verdict & { kind: 'over' }): Promise<void> {
    this.#tooMuch.add(sentence.key);
    if (context.activity.type !== 'message') return this.#answerInvoke(context, sentence);
    if (!isTold) await this.#say(context, sentence);
  }

  async #answerInvoke(context: TurnContext, sentence: Sentence): Promise<void> {
    const text = this.#language(context).t(sentence);
    const { type, name } = context.activity;
    if (type !== 'invoke') return;
    const value = name === 'task/fetch' ? { status: 200, body: taskMessage(text) } : messageResponse(text);
    await context.sendActivity({ type: 'invokeResponse', value });
  }
}

function fencedMessage(text: string): Partial<Activity> {
  return { type: 'message', textFormat: 'markdown', text };
}

function commandOf({ verb, data, typed }: CommandWish, actor: Person, { conversation }: Activity): Command {
  return { verb, data, typed, actor, conversationId: conversation.id };
}

/** Why a task module has nothing to show. */
function sentenceOf(answer: Answer): Sentence {
  if (answer.kind === 'sentence') return answer.sentence;
  return (answer.kind === 'question' ? undefined : answer.notice) ?? say('bot.malformed');
}
