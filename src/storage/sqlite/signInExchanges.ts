import type { DatabaseSync } from 'node:sqlite';

import type { Clock } from '../../setup/ports/tools.ts';
import type { ExchangeClaim, SignInExchanges } from '../signInExchanges.ts';

const keptMs = 24 * 60 * 60_000;
/** The token service is waited for that long, and a little. Who is killed meanwhile settles nothing. */
const inHandMs = 20_000;

export class SqliteSignInExchanges implements SignInExchanges {
  readonly #database: DatabaseSync;
  readonly #clock: Clock;

  constructor(database: DatabaseSync, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  /** What is in hand stands there as if almost a day were over: it is gone by itself when its time is up. */
  claim(key: string): ExchangeClaim {
    const now = this.#clock.now().getTime();
    const inHand = now - keptMs + inHandMs;
    this.#database.prepare('delete from sign_in_exchanges where at <= ?').run(now - keptMs);
    const { changes } = this.#database.prepare('insert into sign_in_exchanges (key, at) values (?, ?) on conflict do nothing').run(key, inHand);
    if (changes > 0) return 'mine';
    return this.#database.prepare('select 1 from sign_in_exchanges where key = ? and at > ?').get(key, inHand) ? 'done' : 'underWay';
  }

  settle(key: string, how: 'done' | 'failed'): void {
    if (how === 'failed') this.#database.prepare('delete from sign_in_exchanges where key = ?').run(key);
    else this.#database.prepare('insert or replace into sign_in_exchanges (key, at) values (?, ?)').run(key, this.#clock.now().getTime());
  }
}
