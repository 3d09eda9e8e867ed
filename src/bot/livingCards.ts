import { CardFactory, MessageFactory, TurnContext } from 'botbuilder';
import { z } from 'zod';

import type { AdaptiveCard } from '../cards/card.ts';
import type { Log } from '../log.ts';
import { type SetupRun, stepIdSchema } from '../setup/run.ts';
import { isUndoing } from '../setup/undo/underWay.ts';
import { currentSection } from '../setup/sections.ts';
import type { ConversationPlaces } from '../storage/conversationPlaces.ts';
import type { LanguageFor } from './language.ts';
import { placed } from './outbox.ts';
import { markOf } from './progress.ts';

export interface LivingCardsParts {
  readonly places: ConversationPlaces;
  readonly languageFor: LanguageFor;
  readonly log: Log;
}

/** A card, and the run that it was drawn from. */
export interface DrawnCard {
  readonly run: SetupRun;
  readonly card: AdaptiveCard;
}

const statusSchema = z.object({ statusCode: z.number() });
/** Dialogs put what fails in them into an error of their own. */
const wrappedSchema = z.object({ error: statusSchema });
/** The person or Teams has removed the message, or the chat was left and entered again. */
const goneStatuses = new Set([403, 404]);

export function isGone(error: unknown): boolean {
  const refusal = statusSchema.safeParse(error).data ?? wrappedSchema.safeParse(error).data?.error;
  return goneStatuses.has(refusal?.statusCode ?? 0);
}

/** Where the one card of a run is, and how it gets there. Cards with a secret never pass here. */
export class LivingCards {
  readonly #parts: LivingCardsParts;
  /** By run: the mark of the run when something was asked in the place of its card. */
  readonly #questioned = new Map<string, string>();

  constructor(parts: LivingCardsParts) {
    this.#parts = parts;
  }

  /** This chat is where the run's person hears of it from now on. */
  isToldHere({ activity }: TurnContext, run: SetupRun): void {
    const reference = TurnContext.getConversationReference(activity);
    this.#parts.places.rememberReference(run.id, { ...reference, localTimezone: activity.localTimezone });
  }

  /** A new message at the bottom; what stood elsewhere becomes one line. */
  async post(context: TurnContext, { run, card }: DrawnCard): Promise<void> {
    const sent = await context.sendActivity(messageOf(card));
    this.isShown(run);
    await placed(context, sent, (turn, id) => this.isAt(turn, run, id));
  }

  /** Changes the card where it stands; posts it anew when it stands nowhere any more. */
  async update(context: TurnContext, drawn: DrawnCard): Promise<void> {
    const cardId = this.#parts.places.find(drawn.run.id)?.cardId;
    if (!cardId) return this.post(context, drawn);
    try {
      await context.updateActivity({ ...messageOf(drawn.card), id: cardId });
      this.isShown(drawn.run);
    } catch (error) {
      if (!isGone(error)) throw error;
      await this.post(context, drawn);
    }
  }

  /** As `update`, where the person has their answer anyway. */
  async tryUpdate(context: TurnContext, drawn: DrawnCard): Promise<void> {
    try {
      await this.update(context, drawn);
    } catch (error) {
      this.#parts.log.warn({ err: error, runId: drawn.run.id }, 'A card could not be brought up to date');
    }
  }

  /** A question stands where the card of this run was: mere progress would wipe it away. */
  isQuestioned(run: SetupRun): void {
    this.#questioned.set(run.id, markOf(run));
  }

  /** Whether a question stands there that was asked in this state of the run; said once. */
  takeQuestion(run: SetupRun): boolean {
    const isSame = this.#questioned.get(run.id) === markOf(run);
    this.#questioned.delete(run.id);
    return isSame;
  }

  /** The person has this run's card before them, as it was drawn from this state of it. */
  isShown(run: SetupRun): void {
    this.#questioned.delete(run.id);
    this.#parts.places.rememberShownPlan(run.id, planOnCardOf(run));
  }

  /** Hash of the plan that the person saw last; what is not on their card they cannot agree to by a word. */
  shownPlanOf(runId: string): string | undefined {
    return this.#parts.places.find(runId)?.shownPlan;
  }

  /** This message shows the run now: the answer to a click has replaced what it showed before. */
  async isAt(context: TurnContext, run: SetupRun, cardId: string): Promise<void> {
    const before = this.#parts.places.find(run.id)?.cardId;
    this.#parts.places.rememberCard(run.id, cardId);
    if (before && before !== cardId) await this.#leaveStub(context, run, before);
  }

  /** Nothing depends on the stub. */
  async #leaveStub(context: TurnContext, run: SetupRun, cardId: string): Promise<void> {
    const stub = this.#parts.languageFor(context.activity).cards.moved(run);
    try {
      await context.updateActivity({ ...messageOf(stub), id: cardId });
    } catch (error) {
      this.#parts.log.warn({ err: error, runId: run.id }, 'The old place of a card could not be marked');
    }
  }
}

/** Only the section that is open on a card shows its plan. */
function planOnCardOf(run: SetupRun): string | undefined {
  if (isUndoing(run)) return run.undo.state.status === 'planned' ? run.undo.state.planHash : undefined;
  const step = stepIdSchema.safeParse(currentSection(run));
  const state = step.success ? run.steps[step.data] : undefined;
  return state?.status === 'planned' ? state.planHash : undefined;
}

export function messageOf(card: AdaptiveCard) {
  return MessageFactory.attachment(CardFactory.adaptiveCard(card));
}
