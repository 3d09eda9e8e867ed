import type { ConnectorClient, ConnectorFactory } from 'botframework-connector';
import { z } from 'zod';

import { retryAfterMs } from '../microsoft/request.ts';
import { ChannelBusyError } from './channelBusy.ts';

/** Time as the waiting for the channel sees it. */
export interface Patience {
  /** Milliseconds. */
  readonly now: () => number;
  /** Resolves after that many milliseconds. */
  readonly pause: (ms: number) => Promise<void>;
}

/** A turn holds its conversation while it waits: longer waits are left to whoever has time. */
const longestPauseMs = 3000;
const firstPauseMs = 500;
const mostTries = 3;
/** An attempt that took this long is not repeated within the call. */
const enoughMs = 8000;
/** Where the channel does not say how long. */
const usualBusyMs = 20_000;
const longestBusyMs = 24 * 60 * 60_000;

/** The SDK repeats by itself, and waits for as long as it is told to: it shows no other way to switch that off. */
const repeatingSchema = z.object({ client: z.object({ pipeline: z.custom<Pipeline>((value) => pipelineSchema.safeParse(value).success) }) });
const pipelineSchema = z.object({ removePolicy: z.function() });
type Pipeline = { removePolicy(policy: { readonly name: string }): unknown };
const sdkRepeats = { name: 'defaultRetryPolicy' };

/** What is sent is sent to a conversation, and the SDK says to which. */
const addressedSchema = z.object({ conversationId: z.string() });
const headersSchema = z.custom<{ get(name: string): string | undefined }>((value) => z.object({ get: z.function() }).safeParse(value).success);
const refusalSchema = z.object({ statusCode: z.number(), response: z.object({ headers: headersSchema }).optional() });
const brokenSchema = z.object({ code: z.enum(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'ETIMEDOUT', 'EAI_AGAIN']) });

/** Not now: Teams names these as those to repeat. */
const busyStatuses: readonly number[] = [412, 429, 502, 503, 504];
const repeatableStatuses: readonly number[] = [...busyStatuses, 408, 500];

/**
 * Connectors that wait a little themselves where the channel has no time, and say so where it wants to be left alone for longer.
 * Until the instant that it named, nothing is sent to that conversation, by whichever of them.
 */
export class ChannelPatience {
  readonly #waiting: Waiting;

  constructor(patience: Patience) {
    this.#waiting = { ...patience, quiet: new QuietConversations(patience.now) };
  }

  of(factory: ConnectorFactory): ConnectorFactory {
    return {
      create: async (serviceUrl, audience) => {
        const connector = await factory.create(serviceUrl, audience);
        repeatingSchema.parse(connector).client.pipeline.removePolicy(sdkRepeats);
        bePatient(connector, this.#waiting);
        return connector;
      },
    };
  }
}

interface Waiting extends Patience {
  readonly quiet: QuietConversations;
}

function bePatient(connector: ConnectorClient, waiting: Waiting): void {
  const send = connector.sendOperationRequest.bind(connector);
  connector.sendOperationRequest = async (given, spec, callback) => {
    const conversationId = addressedSchema.safeParse(given).data?.conversationId ?? '';
    return sendPatiently(async () => send(given, spec, callback), conversationId, waiting);
  };
}

async function sendPatiently<T>(send: () => Promise<T>, conversationId: string, { quiet, now, pause }: Waiting): Promise<T> {
  const begunAt = now();
  for (let tries = 1; ; tries += 1) {
    await waitUntilAllowed(quiet.waitMs(conversationId), pause);
    try {
      return await send();
    } catch (error) {
      const refusal = read(error, now());
      if (!refusal) throw error;
      if (refusal.namedMs !== undefined) quiet.until(conversationId, refusal.namedMs);
      const isEnough = tries === mostTries || now() - begunAt > enoughMs;
      const ms = refusal.namedMs ?? (isEnough ? usualBusyMs : firstPauseMs * 2 ** (tries - 1));
      if (!isEnough && ms <= longestPauseMs) await pause(ms);
      else throw refusal.isBusy ? new ChannelBusyError(ms, error) : error;
    }
  }
}

async function waitUntilAllowed(ms: number, pause: Patience['pause']): Promise<void> {
  if (ms > longestPauseMs) throw new ChannelBusyError(ms);
  if (ms > 0) await pause(ms);
}

interface Refusal {
  /** What the channel asked for, in milliseconds. */
  readonly namedMs: number | undefined;
  readonly isBusy: boolean;
}

/** Undefined for what would fail again. */
function read(error: unknown, now: number): Refusal | undefined {
  const refusal = refusalSchema.safeParse(error).data;
  if (!refusal) return brokenSchema.safeParse(error).success ? { namedMs: undefined, isBusy: false } : undefined;
  const { statusCode, response } = refusal;
  if (!repeatableStatuses.includes(statusCode)) return undefined;
  const named = retryAfterMs(response?.headers.get('retry-after'), new Date(now));
  return { namedMs: named === undefined ? undefined : Math.min(named, longestBusyMs), isBusy: busyStatuses.includes(statusCode) };
}

/** Conversations that the channel wants to be left alone, and until when. */
class QuietConversations {
  readonly #now: () => number;
  readonly #until = new Map<string, number>();

  constructor(now: () => number) {
    this.#now = now;
  }

  until(conversationId: string, ms: number): void {
    const now = this.#now();
    for (const [id, at] of this.#until) if (at <= now) this.#until.delete(id);
    this.#until.set(conversationId, Math.max(this.#until.get(conversationId) ?? 0, now + ms));
  }

  /** Milliseconds; a clock that was set back adds nothing to what was named at most. */
  waitMs(conversationId: string): number {
    return Math.min(longestBusyMs, Math.max(0, (this.#until.get(conversationId) ?? 0) - this.#now()));
  }
}
