import type { DatabaseSync } from 'node:sqlite';

import type { LanguageChoices, Speaker } from '../languageChoices.ts';

export class SqliteLanguageChoices implements LanguageChoices {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  find(person: Speaker): string | undefined {
    const row = this.#database.prepare('select language from language_choices where tenant_id = ? and object_id = ?').get(...keyOf(person));
    return row && String(row['language']);
  }

  remember(person: Speaker, language: string): void {
    this.#database
      .prepare(
        `insert into language_choices (tenant_id, object_id, language) values (?, ?, ?)
         on conflict do update set language = excluded.language`,
      )
      .run(...keyOf(person), language);
  }
}

/** Ids are written in either case. */
function keyOf({ tenantId, objectId }: Speaker): [string, string] {
  return [tenantId.toLowerCase(), objectId.toLowerCase()];
}
