import { DatabaseSync } from 'node:sqlite';

/** What opened a store, and how much room its file is left. */
export interface WithDisk<T> {
  readonly opened: T;
  /** Something else takes all the room that there is. */
  fill(): void;
  /** As many pages as the file has, and so many more. */
  leaveRoom(pages: number): void;
}

/** SQLite says of a file that may not grow what it says of a full disk. */
export async function withDisk<T>(open: () => T | Promise<T>): Promise<WithDisk<T>> {
  const executed = jest.spyOn(DatabaseSync.prototype, 'exec');
  const opened = await open();
  const database = executed.mock.contexts.at(-1);
  executed.mockRestore();
  if (!(database instanceof DatabaseSync)) throw new Error('No database was opened');
  const pages = () => Number(database.prepare('pragma page_count').get()?.['page_count']);
  const leaveRoom = (more: number) => database.exec(`pragma max_page_count = ${pages() + more}`);
  const fill = () => {
    database.exec('create table if not exists something_else (bytes)');
    leaveRoom(0);
    for (const bytes of [4000, 400, 40]) useUp(database, bytes);
  };
  return { opened, leaveRoom, fill };
}

function useUp(database: DatabaseSync, bytes: number): void {
  const insert = database.prepare('insert into something_else values (zeroblob(?))');
  expect(() => {
    for (;;) insert.run(bytes);
  }).toThrow(/full/u);
}
