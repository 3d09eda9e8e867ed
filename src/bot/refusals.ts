import type { Log } from '../log.ts';

const quietMs = 10_000;

/** What is refused, as the log says it. */
export const refused = {
  request: 'A request without the channel’s authority was refused',
  stranger: 'Somebody who is nobody here was refused',
  tooMuch: 'More was asked for than is taken',
  return: 'Somebody came back from a sign-in that is not under way',
} as const;

/** Logs refusals: of each reason the first at once, then only how many more there were, so that a flood does not fill the log. */
export class RefusalLog {
  readonly #log: Pick<Log, 'warn'>;
  readonly #message: string;
  readonly #now: () => number;
  readonly #reasons = new Map<string, { saidAt: number; unsaid: number }>();

  constructor(log: Pick<Log, 'warn'>, message: string, now: () => number = Date.now) {
    this.#log = log;
    this.#message = message;
    this.#now = now;
  }

  /** `reason` comes from a fixed list, never from the request. */
  add(reason: string): void {
    const { saidAt, unsaid } = this.#reasons.get(reason) ?? { saidAt: -Infinity, unsaid: 0 };
    const isQuiet = this.#now() - saidAt < quietMs;
    this.#reasons.set(reason, isQuiet ? { saidAt, unsaid: unsaid + 1 } : { saidAt: this.#now(), unsaid: 0 });
    if (!isQuiet) this.#log.warn({ reason, ...(unsaid > 0 && { refusedSince: unsaid }) }, this.#message);
  }
}
