import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openDatabase } from '../../src/storage/sqlite/database.ts';

test('what is stored is for its owner only, in every file that SQLite makes', () => {
  const root = mkdtempSync(join(tmpdir(), 'lead-setup-'));
  const folder = join(root, 'data');
  const database = openDatabase(join(folder, 'lead-setup.db'));
  database.exec('create table t (x); insert into t values (1)');
  const rights = (path: string) => (statSync(path).mode & 0o777).toString(8);
  expect(rights(folder)).toBe('700');
  expect(readdirSync(folder).map((name) => [name, rights(join(folder, name))])).toEqual([
    ['lead-setup.db', '600'],
    ['lead-setup.db-shm', '600'],
    ['lead-setup.db-wal', '600'],
  ]);
  database.close();
  rmSync(root, { recursive: true });
});
