// Runs under any Node from 20 on, before anything is installed: built-in modules only.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
/** The project's own Node 24: runs TypeScript as it is, and has SQLite built in. */
export const node = join(root, 'node_modules/node/bin/node');

const stamp = join(root, 'node_modules/.lead-setup-installed');

/** Installs exactly what the lock file says, unless that is what is there already. */
export function install() {
  const wanted = createHash('sha256').update(readFileSync(join(root, 'package-lock.json'))).digest('hex');
  if (existsSync(node) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  console.log('Installing what package-lock.json names …');
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root, stdio: 'inherit' });
  if (status !== 0) {
    console.error('The packages could not be installed: see above.');
    process.exit(status ?? 1);
  }
  writeFileSync(stamp, wanted);
}
