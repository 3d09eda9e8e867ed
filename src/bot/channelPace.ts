import type { Clock } from '../setup/ports/tools.ts';

/** How many messages, new or changed, within how long. */
interface Window {
  readonly ms: number;
  readonly most: number;
}

/**
 * Teams takes from a bot, in one conversation, 7 in a second, 60 in 30 seconds and 1,800 in an hour, and in one tenant 50 in a second. Progress keeps well below,
 * evenly: the rest is for what people wait for, and an import of an hour moves at its end as at its beginning.
 */
export const paces = {
  conversation: [{ ms: 3_000, most: 1 }],
  tenant: [{ ms: 1_000, most: 25 }],
} as const satisfies Record<string, readonly Window[]>;

/** What was sent lately to whom, so that progress of several setups together stays within what the channel takes. One tenant is all that there is. */
export class ChannelPace {
  readonly #clock: Clock;
  /** Instants that still count, the newest last. */
  readonly #conversations = new Map<string, number[]>();
  #tenant: number[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Something goes there now. */
  sends(conversationId: string): void {
    const now = this.#clock.now().getTime();
    this.#tenant = [...within(this.#tenant, paces.tenant, now), now];
    this.#conversations.set(conversationId, [...within(this.#conversations.get(conversationId) ?? [], paces.conversation, now), now]);
    this.#forgetQuiet(now);
  }

  /** How long mere progress for these conversations has to wait, in milliseconds; 0 when it may go. */
  waitMs(conversationIds: readonly string[]): number {
    const now = this.#clock.now().getTime();
    const each = conversationIds.map((id) => waitIn(this.#conversations.get(id) ?? [], paces.conversation, now));
    return Math.max(0, waitIn(this.#tenant, paces.tenant, now), ...each);
  }

  #forgetQuiet(now: number): void {
    for (const [id, sent] of this.#conversations) if (within(sent, paces.conversation, now).length === 0) this.#conversations.delete(id);
  }
}

function longestOf(windows: readonly Window[]): number {
  return Math.max(...windows.map(({ ms }) => ms));
}

/** What counts still; what lies ahead was sent before the clock was set back. */
function within(sent: readonly number[], windows: readonly Window[], now: number): number[] {
  return sent.filter((at) => at <= now && now - at < longestOf(windows));
}

/** Until so many have left a full window that there is room for one. */
function waitIn(sent: readonly number[], windows: readonly Window[], now: number): number {
  const past = within(sent, windows, now);
  return Math.max(...windows.map(({ ms, most }) => {
    const leaving = past.at(-most);
    return leaving === undefined ? 0 : Math.max(0, leaving + ms - now);
  }));
}
