import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { backUp } from '../../src/backup/command.ts';
import { openSqliteStorage } from '../../src/storage/sqlite/index.ts';
import { migrations } from '../../src/storage/sqlite/migrations.ts';
import { aRun, sealingKey, temporaryStorage } from '../storage/sqliteStorage.ts';

let temporary: ReturnType<typeof temporaryStorage>;
let folder: string;
let target: string;
let said: string[];
beforeEach(() => {
  temporary = temporaryStorage();
  folder = mkdtempSync(join(tmpdir(), 'lead-setup-backup-'));
  target = join(folder, 'backup.db');
  said = [];
});
afterEach(() => {
  temporary.remove();
  rmSync(folder, { recursive: true });
});
const lines = { log: (line: string) => void said.push(line), error: (line: string) => void said.push(line) };
const run = (args: readonly string[] = [target]) => backUp(args, dirname(temporary.file), lines);
const restored = () => {
  const ids = { short: () => 'restored', guid: () => 'restored' };
  return openSqliteStorage({ file: target, sealingKeys: { present: sealingKey, before: [] }, clock: temporary.clock, ids });
};

describe('A backup', () => {
  test('of a database in use has every setup, job and sealed secret, and goes on from there', async () => {
    const storage = temporary.open();
    storage.runs.create(aRun(), [{ task: { kind: 'discover' } }]);
    storage.secrets.seal('run-1', 'key', 'a secret', '2026-03-02T10:00:00.000Z');
    expect(await run()).toBe(0);
    storage.runs.create(aRun({ id: 'later' }));
    expect(said).toEqual([`${target}: whole, 1 setups, 1 jobs, schema version ${migrations.length}`]);
    const copy = restored();
    expect(copy.runs.load('run-1')).toEqual(aRun());
    expect(copy.runs.load('later')).toBeUndefined();
    expect(copy.secrets.open('run-1', 'key', '2026-03-01T10:00:00.000Z')).toBe('a secret');
    expect(copy.jobs.nextDue()).toBeDefined();
    copy.close();
  });

  test('is one state, however much is written meanwhile', async () => {
    const storage = temporary.open();
    storage.runs.create(aRun());
    const copying = run();
    for (let each = 0; each < 200; each += 1) storage.runs.create(aRun({ id: `run-${each + 2}` }), [{ task: { kind: 'discover' } }]);
    expect(await copying).toBe(0);
    const [, setups = '', jobs = ''] = /whole, (\d+) setups, (\d+) jobs/u.exec(said[0]!) ?? [];
    expect(Number(setups)).toBe(Number(jobs) + 1);
  });

  test('is one file, for its owner only', async () => {
    temporary.open();
    await run();
    expect(readdirSync(folder)).toEqual(['backup.db']);
    expect(statSync(target).mode & 0o777).toBe(0o600);
  });

  test('never takes the place of another', async () => {
    temporary.open();
    await run();
    expect(await run()).toBe(1);
    expect(said.at(-1)).toBe(`${target}: is there already. A backup is never overwritten.`);
  });

  test.each([[[]], [['one', 'two']]])('with the words %j says how it is meant', async (args) => {
    expect(await run(args)).toBe(1);
    expect(said).toEqual(['usage: npm run backup -- <file>']);
  });

  test('of nothing, or of what is no database, is none', async () => {
    expect(await run()).toBe(1);
    writeFileSync(temporary.file, 'these are no pages of a database'.repeat(200));
    expect(await run()).toBe(1);
    expect(said).toEqual([expect.stringContaining('no such file'), `${target}: it is no database, or damaged. Restore a backup, see docs/operations.md.`]);
    expect(existsSync(`${target}.part`)).toBe(false);
  });

  test('that cannot be written says why', async () => {
    temporary.open();
    expect(await run([join(folder, 'missing', 'backup.db')])).toBe(1);
    expect(said[0]).toContain('ENOENT');
  });
});
