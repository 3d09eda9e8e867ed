import type { Log } from '../log.ts';

const quietMs = 10_000;

/** Logs refused requests: of each reason the first at once, then only how many more there were, so that a flood does not fill the log. */
export class RefusalLog {
  readonly #log: Pick<Log, 'warn'>;
  readonly #now: () => number;
  readonly #reasons = new Map<string, { saidAt: number; unsaid: number }>();

  constructor(log: Pick<Log, 'warn'>, now: () => number = Date.now) {
    this.#log = log;
    this.#now = now;
  }

  /** `reason` comes from a fixed list, never from the request. */
  add(reason: string): void {
    const { saidAt, unsaid } = this.#reasons.get(reason) ?? { saidAt: -Infinity, unsaid: 0 };
    const isQuiet = this.#now() - saidAt < quietMs;
    this.#reasons.set(reason, isQuiet ? { saidAt, unsaid: unsaid + 1 } : { saidAt: this.#now(), unsaid: 0 });
    if (!isQuiet) this.#log.warn({ reason, ...(unsaid > 0 && { refusedSince: unsaid }) }, 'A request without the channel’s authority was refused');
  }
}
