import { randomUUID } from 'node:crypto';

import { type Activity, CloudAdapter, type ConversationReference, type InvokeResponse, type ResourceResponse, type TurnContext } from 'botbuilder';
import type { UserTokenClient } from 'botframework-connector';
import { z } from 'zod';

import type { Log } from '../log.ts';
import { say } from '../setup/sentence.ts';
import { isStoreUnusable } from '../storage/unusable.ts';
import type { ChannelAuthentication } from './channelAuthentication.ts';
import { busyIn, ChannelBusyError } from './channelBusy.ts';
import type { ChannelToken } from './channelToken.ts';
import { failureResponse } from './invokeResponses.ts';
import type { LanguageFor } from './language.ts';
import { Outbox, type OutboxParts } from './outbox.ts';

export interface AdapterParts {
  readonly authentication: ChannelAuthentication;
  readonly appId: string;
  readonly languageFor: LanguageFor;
  readonly log: Log;
  /** For tests; the process's own time else. */
  readonly timing?: Pick<OutboxParts, 'now' | 'later'>;
}

type Logic = (context: TurnContext) => Promise<void>;

const named = z.object({ runId: z.string().regex(/^[a-z0-9-]{1,64}$/u) });
/** A message's data, a task module's, a click's. */
const valueSchema = z.union([named, z.object({ data: named }).transform(({ data }) => data), z.object({ action: z.object({ data: named }) }).transform(({ action }) => action.data)]);

/** The setup that a button was about; a typed word names none. */
function runIdIn(value: unknown): string | undefined {
  return valueSchema.safeParse(value).data?.runId;
}

/** Whose turn it is: what a person is answered may come later, what a job tells is repeated by the job. */
const answers = Symbol('answers');
const settles = Symbol('settles');

const processTiming: Pick<OutboxParts, 'now' | 'later'> = {
  now: Date.now,
  later: (work, ms) => {
    const timer = setTimeout(work, ms).unref();
    return () => clearTimeout(timer);
  },
};

/** The channel's protocol. Whatever goes wrong in a turn leaves as a sentence with an id; the rest is in the log. */
export class ChannelAdapter extends CloudAdapter {
  readonly #parts: AdapterParts;
  readonly #outbox: Outbox;

  constructor(parts: AdapterParts) {
    super(parts.authentication);
    this.#parts = parts;
    this.#outbox = new Outbox({ log: parts.log, ...(parts.timing ?? processTiming), resume: async (reference, logic) => this.#resumeAs(settles, reference, logic) });
    this.onTurnError = async (context, error) => this.#apologise(context, error);
  }

  /** Who sends a request. Rejects with `AuthenticationError` when it is not the channel. */
  async authenticate(authorization: string): Promise<ChannelToken> {
    return this.#parts.authentication.authenticate(authorization);
  }

  /** One activity of the channel. Rejects with `AuthenticationError` when its token does not cover it. */
  async receive(token: ChannelToken, activity: Activity, logic: Logic): Promise<InvokeResponse | undefined> {
    return this.processActivity(this.#parts.authentication.authorise(token, activity), activity, async (context) => {
      context.turnState.set(answers, true);
      await logic(context);
    });
  }

  /** A turn that nobody asked for. Rejects when its logic does, so that it can be repeated. */
  async resume(reference: Partial<ConversationReference>, logic: Logic): Promise<void> {
    return this.#resumeAs(undefined, reference, logic);
  }

  /** Forgets the answers that are still owed. */
  stop(): void {
    this.#outbox.stop();
  }

  override async sendActivities(context: TurnContext, activities: Partial<Activity>[]): Promise<ResourceResponse[]> {
    const sent: ResourceResponse[] = [];
    for (const activity of activities) sent.push(await this.#inTurn(context, activity, async (turn) => (await super.sendActivities(turn, [activity])).at(0)));
    return sent;
  }

  override async updateActivity(context: TurnContext, activity: Activity): Promise<ResourceResponse | void> {
    return this.#inTurn(context, activity, async (turn) => (await super.updateActivity(turn, activity)) ?? undefined);
  }

  /** Whatever goes to one conversation goes in its order. */
  async #inTurn(context: TurnContext, { type }: Partial<Activity>, send: (context: TurnContext) => Promise<ResourceResponse | undefined>): Promise<ResourceResponse> {
    const sendIt = async (turn: TurnContext): Promise<string> => (await send(turn))?.id ?? '';
    if (type === 'invokeResponse' || context.turnState.get(settles)) return { id: await sendIt(context) };
    try {
      const olderMs = this.#outbox.waitMs(context.activity.conversation.id);
      if (olderMs > 0) throw new ChannelBusyError(olderMs);
      return { id: await sendIt(context) };
    } catch (error) {
      const busy = context.turnState.get(answers) ? busyIn(error) : undefined;
      if (!busy) throw error;
      return this.#outbox.owe(context, sendIt, busy);
    }
  }

  async #resumeAs(kind: symbol | undefined, reference: Partial<ConversationReference>, logic: Logic): Promise<void> {
    const failures: unknown[] = [];
    await this.continueConversationAsync(this.#parts.appId, reference, async (context) => {
      if (kind) context.turnState.set(kind, true);
      await logic(context).catch((error: unknown) => failures.push(error));
    });
    if (failures.length > 0) throw failures[0];
  }

  /** The token service, outside any turn. */
  async userTokenClient(): Promise<UserTokenClient> {
    return this.botFrameworkAuthentication.createUserTokenClient(this.createClaimsIdentity(this.#parts.appId));
  }

  async #apologise(context: TurnContext, error: unknown): Promise<void> {
    const errorId = randomUUID().slice(0, 8);
    const { type, name, conversation, value } = context.activity;
    this.#parts.log.error({ err: error, errorId, runId: runIdIn(value), activity: { type, name }, conversationId: conversation?.id }, 'A turn failed');
    const text = this.#parts.languageFor(context.activity).t(say(isStoreUnusable(error) ? 'bot.cannotSave' : 'bot.turnFailed', { errorId }));
    try {
      if (type === 'invoke') await context.sendActivity({ type: 'invokeResponse', value: failureResponse(context.activity, text) });
      else if (type === 'message') await context.sendActivity(text);
    } catch (failure) {
      this.#parts.log.error({ err: failure, errorId }, 'The apology for a failed turn could not be sent');
    }
  }
}
