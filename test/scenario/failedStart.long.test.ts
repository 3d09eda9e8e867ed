import { spawn } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { openDatabase } from '../../src/storage/sqlite/database.ts';
import { migrations } from '../../src/storage/sqlite/migrations.ts';
import { freePort } from '../freePort.ts';
import { startTenant, type TenantHarness } from '../sandbox/tenantHarness.ts';

jest.setTimeout(30_000);

const root = join(__dirname, '../..');
/** Root may write what nobody may: then the bot is started as somebody who may not. */
const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined;

/** A folder and what is in it belong to them. */
function give(given: string, { uid, gid }: { readonly uid: number; readonly gid: number }): void {
  for (const name of ['', ...readdirSync(given, { recursive: true, encoding: 'utf8' })]) chownSync(join(given, name), uid, gid);
}

describe('A start that cannot work says why in one line, and the process ends with 1:', () => {
  let tenant: TenantHarness;
  let folder: string;
  let file: string;
  beforeAll(async () => {
    tenant = await startTenant();
  });
  afterAll(() => tenant.close());
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lead-setup-'));
    file = join(folder, 'lead-setup.db');
    openDatabase(file).close();
  });
  afterEach(() => {
    chmodSync(folder, 0o700);
    rmSync(folder, { recursive: true });
  });

  /** The bot as `npm run bot` starts it; resolves when it has ended. */
  async function start(given: { readonly PORT?: string } = {}, as: { readonly uid?: number; readonly gid?: number } = {}) {
    const port = given.PORT ?? String(await freePort());
    const env = { ...tenant.sandbox.botEnvironment, PATH: process.env['PATH'], DATA_DIR: folder, HOST: '127.0.0.1', LOG_LEVEL: 'info', PORT: port };
    const child = spawn(process.execPath, ['src/index.ts'], { cwd: root, env, ...as });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (text: Buffer) => (stdout += text.toString()));
    child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
    const code = await new Promise<number | null>((resolve) => { child.once('close', resolve); });
    return { code, stdout, stderr: stderr.replace(file, 'FILE') };
  }
  const saying = (line: string) => ({ code: 1, stdout: '', stderr: `${line}\n` });

  test('a damaged database', async () => {
    writeFileSync(file, 'these are no pages of a database'.repeat(200));
    expect(await start()).toEqual(saying('FILE: it is no database, or damaged. Restore a backup, see docs/operations.md.'));
  });

  test('a database of a newer build', async () => {
    const database = new DatabaseSync(file);
    database.exec('pragma user_version = 99');
    database.close();
    expect(await start()).toEqual(saying(`FILE: it has schema version 99; this build knows ${migrations.length}. Run a newer build.`));
  });

  test('a database that may only be read', async () => {
    if (nobody) give(tenant.dataDir, nobody);
    chmodSync(file, 0o444);
    chmodSync(folder, 0o555);
    expect(await start({}, nobody)).toEqual(saying('FILE: it cannot be made or written (EACCES). DATA_DIR has to be a folder in which the bot may write.'));
  });

  test('a database that another process holds', async () => {
    const other = new DatabaseSync(file);
    other.exec('pragma locking_mode = exclusive; begin exclusive');
    expect(await start()).toEqual(saying('FILE: another process has it locked. One process at a time may use a DATA_DIR.'));
    other.close();
  });

  test('a port on which somebody else listens', async () => {
    const port = await freePort();
    const other = createServer();
    await new Promise<void>((resolve) => { other.listen(port, '127.0.0.1', resolve); });
    expect(await start({ PORT: String(port) })).toEqual(saying(`127.0.0.1, port ${port}: another process listens there already. Choose another PORT, or end that process.`));
    await new Promise((resolve) => { other.close(resolve); });
  });
});
