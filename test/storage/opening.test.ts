import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { migrations } from '../../src/storage/sqlite/migrations.ts';
import { openSqliteStorage } from '../../src/storage/sqlite/index.ts';
import { withDisk } from './roomOnDisk.ts';
import { aRun, sealingKey, stoppedClock } from './sqliteStorage.ts';

/** Files that builds of each released schema have written: a setup in the middle of its import. Never edited. */
const kept = join(__dirname, 'kept');
let count = 0;
const ids = { short: () => `id-new-${(count += 1)}`, guid: () => '00000000-0000-4000-8000-000000000001' };
let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lead-setup-'));
  file = join(folder, 'lead-setup.db');
});
afterEach(() => rmSync(folder, { recursive: true }));
const clock = stoppedClock();
const open = (at = file) => openSqliteStorage({ file: at, sealingKeys: { present: sealingKey, before: [] }, clock, ids });
const opened = (at?: string) => {
  const storage = open(at);
  storage.close();
};

describe('A file of an earlier schema', () => {
  const versions = readdirSync(kept).map((name) => Number(/^schema-(\d+)\.db$/u.exec(name)?.[1])).toSorted((one, other) => one - other);

  test('is kept of each, before the next one comes', () => {
    expect(versions).toEqual(versions.map((_version, index) => index + 1));
    expect(versions.length).toBeGreaterThanOrEqual(migrations.length - 1);
  });

  test.each(versions)('%i is brought up to date: its setup goes on, with its job, its lock, its card and its secret', (version) => {
    copyFileSync(join(kept, `schema-${version}.db`), file);
    const storage = open();
    const run = storage.runs.load('run-1')!;
    expect(run).toMatchObject({ status: 'active', environment: { name: 'Contoso' }, steps: { solution: { status: 'applying', begun: true } }, journal: [{ id: 'j1' }] });
    expect(storage.runs.lockOf(run)).toMatchObject({ runId: 'run-1', holder: 'Alex' });
    expect(storage.places.find('run-1')?.cardId).toBe('card-1');
    expect(storage.secrets.open('run-1', 'key', clock.now().toISOString())).toBe('kept secret');
    const at = clock.now().toISOString();
    const job = storage.jobs.claim(at, new Date(clock.now().getTime() + 20_000).toISOString())!;
    expect(job.task).toEqual({ kind: 'apply', stepId: 'solution' });
    expect(storage.jobs.whileHeld(job, () => storage.runs.commit({ run, job: { id: job.id, to: 'applied' } }))).toMatchObject({ kind: 'written', result: { kind: 'written' } });
    storage.close();
    opened();
  });

  test('knows its people by their ids, in whatever letters those were written', () => {
    copyFileSync(join(kept, 'schema-11.db'), file);
    const storage = open();
    const [alex, priya] = [{ tenantId: 'tenant-1', objectId: 'person-1' }, { tenantId: 'tenant-1', objectId: 'person-2' }];
    expect(storage.runs.load('run-1')).toMatchObject({ startedBy: alex, asks: [{ person: priya }], journal: [{ by: 'person-1' }] });
    expect([storage.runs.latestOf(alex)?.id, storage.runs.hasActive(alex), storage.runs.isAsked(priya)]).toEqual(['run-1', true, true]);
    expect([storage.runs.activeOf(alex).length, storage.runs.activeOf(priya).length, storage.runs.timesAsked(priya, '2026-01-01')]).toEqual([1, 1, 1]);
    expect([storage.jobs.openOf(alex).length, storage.jobs.openOf(priya).length]).toEqual([1, 1]);
    expect([storage.audit.latestRunOf(alex), storage.audit.latestRunOf(priya)]).toEqual(['run-1', 'run-1']);
    storage.close();
  });
});

describe('A file that cannot be used', () => {
  const reason = () => {
    try {
      opened();
      return 'opened';
    } catch (error) {
      return error instanceof Error ? error.message : '';
    }
  };

  test('for its newer schema says so', () => {
    opened();
    const database = new DatabaseSync(file);
    database.exec('pragma user_version = 99');
    database.close();
    expect(reason()).toBe(`${file}: it has schema version 99; this build knows ${migrations.length}. Run a newer build.`);
  });

  test('for not being a database says so', () => {
    writeFileSync(file, 'these are no pages of a database'.repeat(200));
    expect(reason()).toMatch(/^.*lead-setup\.db: it is no database, or damaged\. Restore a backup/u);
  });

  test('for a damaged page says so, even where nothing was read yet', () => {
    const storage = open();
    for (let each = 0; each < 50; each += 1) storage.runs.create(aRun({ id: `run-${each}` }));
    storage.close();
    const bytes = readFileSync(file);
    bytes.fill(0xff, 4096 * 8, 4096 * 9);
    writeFileSync(file, bytes);
    expect(reason()).toMatch(/damaged.*Restore a backup, see docs\/operations\.md\.$/u);
  });

  test('for another process that holds it says so', () => {
    opened();
    const other = new DatabaseSync(file);
    other.exec('pragma locking_mode = exclusive; begin exclusive');
    expect(reason()).toContain('another process has it locked');
    other.close();
    expect(reason()).toBe('opened');
  }, 20_000);

  test('for its folder says so', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(() => open(join(folder, 'file', 'lead-setup.db'))).toThrow(/it cannot be made or written \((?:ENOTDIR|EEXIST)\)\. DATA_DIR/u);
  });
});

describe('A disk without room', () => {
  test('loses no setup, leaves none half written, and goes on when there is room', async () => {
    const { opened: storage, leaveRoom } = await withDisk(open);
    leaveRoom(10);
    const begun: string[] = [];
    const begin = () => {
      const id = `run-${begun.length}`;
      storage.runs.create(aRun({ id }), [{ task: { kind: 'discover' } }]);
      begun.push(id);
    };
    expect(() => { for (;;) begin(); }).toThrow(/full/u);
    const first = storage.runs.load('run-0')!;
    const large = { ...first, checks: Array.from({ length: 100 }, () => ({ code: 'PRE-001', verdict: 'passed' as const, paths: [], found: { key: 'solution.reversal', values: {} } as never })) };
    expect(() => storage.runs.commit({ run: large })).toThrow(/full/u);
    expect(begun.map((id) => storage.runs.load(id)?.version)).toEqual(begun.map(() => 1));
    expect(storage.runs.load(`run-${begun.length}`)).toBeUndefined();
    leaveRoom(1000);
    begin();
    expect(storage.runs.commit({ run: large }).kind).toBe('written');
    storage.close();
  });
});
