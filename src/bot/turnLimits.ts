import type { Activity } from 'botbuilder';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

import { type Sentence, say } from '../setup/sentence.ts';
import type { Person } from '../setup/run.ts';
import { admit } from './admission.ts';

const minute = 60;
const day = 24 * 60 * minute;

/** How much is taken within `duration` seconds. Kept in memory: a restart forgets it, which nobody can bring about by asking. */
export const limits = {
  /**
   * Messages and clicks of one person. People do not get to thirty, but each of their clients may ask for a changed card by itself, every three seconds
   * while work goes on.
   */
  person: { points: 120, duration: minute },
  /** Of all people of the tenant together: what ten busy people make, far below what one process can answer. */
  tenant: { points: 1_200, duration: minute },
  /** Of whoever is nobody here: another tenant's people, and those that Teams does not name. Beyond it they are not answered at all. */
  strangers: { points: 30, duration: minute },
  /** One explanation is enough. */
  told: { points: 1, duration: minute },
  /** Setups begun by one person: each stays in the database. */
  begun: { points: 30, duration: day },
  /** Names that one person gave of whom to ask: each who is found gets a message. */
  asked: { points: 40, duration: day },
} as const;

type Limits = Readonly<Record<keyof typeof limits, { readonly points: number; readonly duration: number }>>;

export type Verdict =
  | { readonly kind: 'within' }
  /** `isTold`: they know already, or need not. */
  | { readonly kind: 'over'; readonly sentence: Sentence; readonly isTold: boolean };

/** Counts what people ask for. Who they are is what the channel vouches for; what the bot does by itself is never counted. */
export class TurnLimits {
  readonly #limiters: Readonly<Record<keyof Limits, RateLimiterMemory>>;

  constructor(given: Partial<Limits> = {}) {
    const { person, tenant, strangers, told, begun, asked } = { ...limits, ...given };
    this.#limiters = {
      person: new RateLimiterMemory(person),
      tenant: new RateLimiterMemory(tenant),
      strangers: new RateLimiterMemory(strangers),
      told: new RateLimiterMemory(told),
      begun: new RateLimiterMemory(begun),
      asked: new RateLimiterMemory(asked),
    };
  }

  /** One activity. Only messages and invokes are counted: all else are the channel's own notes. Keys are people of the tenant, so there are no more of them. */
  async take(activity: Activity, tenantId: string): Promise<Verdict> {
    if (activity.type !== 'message' && activity.type !== 'invoke') return { kind: 'within' };
    const admission = admit(activity, tenantId);
    if (admission.kind === 'refused') return this.#takeStranger();
    const wait = (await this.#waitFor('person', admission.person.objectId)) ?? (await this.#waitFor('tenant', tenantId));
    if (wait === undefined) return { kind: 'within' };
    const isTold = (await this.#waitFor('told', admission.person.objectId)) !== undefined;
    return { kind: 'over', sentence: say('bot.tooMuch', { seconds: Math.ceil(wait / 1000) }), isTold };
  }

  /** The beginning of a setup: what to say instead, when there were too many. */
  async begin({ objectId }: Pick<Person, 'objectId'>): Promise<Sentence | undefined> {
    const wait = await this.#waitFor('begun', objectId);
    return wait === undefined ? undefined : say('bot.tooManyBegun', { hours: Math.ceil(wait / 3_600_000) });
  }

  /** The asking of somebody else: what to say instead, when this person did it too often. */
  async ask({ objectId }: Pick<Person, 'objectId'>): Promise<Sentence | undefined> {
    const wait = await this.#waitFor('asked', objectId);
    return wait === undefined ? undefined : say('bot.tooManyAsked', { hours: Math.ceil(wait / 3_600_000) });
  }

  async #takeStranger(): Promise<Verdict> {
    const wait = await this.#waitFor('strangers', 'all');
    return wait === undefined ? { kind: 'within' } : { kind: 'over', sentence: say('bot.tooMuch', { seconds: Math.ceil(wait / 1000) }), isTold: true };
  }

  /** Milliseconds until there is room again; undefined when there is. */
  async #waitFor(limit: keyof Limits, key: string): Promise<number | undefined> {
    try {
      await this.#limiters[limit].consume(key.toLowerCase());
      return undefined;
    } catch (error) {
      if (error instanceof RateLimiterRes) return error.msBeforeNext;
      throw error;
    }
  }
}
