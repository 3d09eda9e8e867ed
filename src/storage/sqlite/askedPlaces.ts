import type { DatabaseSync } from 'node:sqlite';

import type { AskedPlace, AskedPlaces } from '../askedPlaces.ts';

export class SqliteAskedPlaces implements AskedPlaces {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  find(key: string): AskedPlace | undefined {
    const row = this.#database.prepare('select card_id, shown, shown_plan from asked_places where key = ?').get(key);
    const shownPlan = row?.['shown_plan'];
    return row && { cardId: String(row['card_id']), shown: String(row['shown']), shownPlan: typeof shownPlan === 'string' ? shownPlan : undefined };
  }

  remember(key: string, { cardId, shown, shownPlan }: AskedPlace): void {
    this.#database
      .prepare('insert or replace into asked_places (key, card_id, shown, shown_plan) values (?, ?, ?, ?)')
      .run(key, cardId, shown, shownPlan ?? null);
  }
}
