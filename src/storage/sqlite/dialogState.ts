import type { DatabaseSync } from 'node:sqlite';

import type { Storage, StoreItems } from 'botbuilder';
import { z } from 'zod';

import { transaction } from './database.ts';

const itemSchema = z.looseObject({ eTag: z.string().optional() });

/**
 * Where conversations stand, for botbuilder's state classes. An eTag is the row's version: `*` or none overwrites,
 * any other is written only over the very row that was read.
 */
export class SqliteDialogState implements Storage {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  async read(keys: string[]): Promise<StoreItems> {
    const select = this.#database.prepare('select item, etag from dialog_state where key = ?');
    const found = keys.flatMap((key) => {
      const row = select.get(key);
      return row ? [[key, { ...itemSchema.parse(JSON.parse(String(row['item']))), eTag: String(row['etag']) }]] : [];
    });
    return Object.fromEntries(found);
  }

  async write(changes: StoreItems): Promise<void> {
    transaction(this.#database, () => {
      for (const [key, item] of Object.entries(changes)) this.#writeItem(key, item);
    });
  }

  async delete(keys: string[]): Promise<void> {
    const remove = this.#database.prepare('delete from dialog_state where key = ?');
    for (const key of keys) remove.run(key);
  }

  #writeItem(key: string, item: unknown): void {
    const { eTag = '*', ...content } = itemSchema.parse(item);
    const text = JSON.stringify(content);
    const written = eTag === '*' ? this.#overwrite(key, text) : this.#replace(key, text, eTag);
    if (!written) throw new Error(`Storage: error writing "${key}" due to eTag conflict.`);
  }

  #overwrite(key: string, item: string): boolean {
    this.#database
      .prepare(
        `insert into dialog_state (key, etag, item) values (?, 1, ?)
         on conflict do update set etag = etag + 1, item = excluded.item`,
      )
      .run(key, item);
    return true;
  }

  #replace(key: string, item: string, eTag: string): boolean {
    const { changes } = this.#database
      .prepare('update dialog_state set etag = etag + 1, item = ? where key = ? and etag = ?')
      .run(item, key, Number(eTag));
    return Number(changes) === 1;
  }
}
