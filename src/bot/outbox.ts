import { type ConversationReference, type ResourceResponse, TurnContext } from 'botbuilder';

import type { Log } from '../log.ts';
import { busyIn, type ChannelBusyError } from './channelBusy.ts';

/** What becomes of a message once it stands in the chat. */
type Placed = (context: TurnContext, id: string) => Promise<void>;

/** An answer that the channel takes later: it has no id yet. */
export class OwedMessage implements ResourceResponse {
  readonly id = '';
  #placed: Placed = async () => undefined;

  whenPlaced(work: Placed): void {
    this.#placed = work;
  }

  async isPlaced(context: TurnContext, id: string): Promise<void> {
    await this.#placed(context, id);
  }
}

/** Does what is to be done with a message that has been sent, now or when it is there. */
export async function placed(context: TurnContext, sent: ResourceResponse | undefined, work: Placed): Promise<void> {
  if (sent instanceof OwedMessage) sent.whenPlaced(work);
  else if (sent?.id) await work(context, sent.id);
}

export interface OutboxParts {
  /** A turn at a stored place. Rejects when its logic does. */
  readonly resume: (reference: Partial<ConversationReference>, logic: (context: TurnContext) => Promise<void>) => Promise<void>;
  readonly log: Log;
  /** Milliseconds. */
  readonly now: () => number;
  /** Calls back once after that many milliseconds; answers with how to call it off. */
  readonly later: (work: () => void, ms: number) => () => void;
}

type Send = (context: TurnContext) => Promise<string>;

interface Owed {
  readonly reference: Partial<ConversationReference>;
  readonly send: Send;
  readonly message: OwedMessage;
  triesLeft: number;
}

interface Waiting {
  readonly owed: Owed[];
  /** Milliseconds since 1970. */
  dueAt: number;
  callOff: () => void;
}

/** People do not get this far; what comes beyond it is refused. */
const mostOwed = 20;
const mostTries = 10;
const shortestMs = 1000;

/** Answers for which the channel had no time, by conversation, in their order. Kept in memory: news of setups are jobs, and survive. */
export class Outbox {
  readonly #parts: OutboxParts;
  readonly #waiting = new Map<string, Waiting>();

  constructor(parts: OutboxParts) {
    this.#parts = parts;
  }

  /** Milliseconds for which nothing else should go there, or it would come before what is older. */
  waitMs(conversationId: string): number {
    const waiting = this.#waiting.get(conversationId);
    return waiting ? Math.max(shortestMs, waiting.dueAt - this.#parts.now()) : 0;
  }

  /** Sends it when the channel has time again. Throws what it was refused for when too much is owed there already. */
  owe({ activity }: TurnContext, send: Send, refusal: ChannelBusyError): OwedMessage {
    const reference = TurnContext.getConversationReference(activity);
    const waiting = this.#of(activity.conversation.id, refusal.forMs);
    if (waiting.owed.length >= mostOwed) throw refusal;
    const message = new OwedMessage();
    waiting.owed.push({ reference, send, message, triesLeft: mostTries });
    this.#parts.log.warn({ conversationId: activity.conversation.id, forMs: refusal.forMs }, 'The channel has no time for an answer: it is sent later');
    return message;
  }

  stop(): void {
    for (const { callOff } of this.#waiting.values()) callOff();
    this.#waiting.clear();
  }

  #of(conversationId: string, ms: number): Waiting {
    const known = this.#waiting.get(conversationId);
    if (known) return known;
    const waiting: Waiting = { owed: [], dueAt: 0, callOff: () => undefined };
    this.#waiting.set(conversationId, waiting);
    this.#put(conversationId, waiting, ms);
    return waiting;
  }

  #put(conversationId: string, waiting: Waiting, ms: number): void {
    const waitMs = Math.max(shortestMs, ms);
    waiting.dueAt = this.#parts.now() + waitMs;
    waiting.callOff = this.#parts.later(() => void this.#settle(conversationId, waiting), waitMs);
  }

  async #settle(conversationId: string, waiting: Waiting): Promise<void> {
    for (let next = waiting.owed.at(0); next; next = waiting.owed.at(0)) {
      const busy = await this.#send(conversationId, next);
      if (busy) return this.#put(conversationId, waiting, busy.forMs);
      waiting.owed.shift();
    }
    this.#waiting.delete(conversationId);
    this.#parts.log.info({ conversationId }, 'What was owed has been given');
  }

  /** Answers whether the channel still has no time for it. */
  async #send(conversationId: string, owed: Owed): Promise<ChannelBusyError | undefined> {
    try {
      await this.#parts.resume(owed.reference, async (context) => owed.message.isPlaced(context, await owed.send(context)));
      return undefined;
    } catch (error) {
      const busy = busyIn(error);
      owed.triesLeft -= 1;
      if (busy && owed.triesLeft > 0) return busy;
      this.#parts.log.error({ err: error, conversationId }, 'An answer could not be given');
      return undefined;
    }
  }
}

