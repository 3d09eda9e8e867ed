import type { DatabaseSync } from 'node:sqlite';

import type { Clock } from '../../setup/ports/tools.ts';
import type { SignInExchanges } from '../signInExchanges.ts';

const keptMs = 24 * 60 * 60_000;

export class SqliteSignInExchanges implements SignInExchanges {
  readonly #database: DatabaseSync;
  readonly #clock: Clock;

  constructor(database: DatabaseSync, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  claim(key: string): boolean {
    const now = this.#clock.now().getTime();
    this.#database.prepare('delete from sign_in_exchanges where at <= ?').run(now - keptMs);
    return this.#database.prepare('insert into sign_in_exchanges (key, at) values (?, ?) on conflict do nothing').run(key, now).changes > 0;
  }
}
