// `npm test`: types, lint, then the tests but the longest. Without a browser the browser tests are left out, and that is said.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

import { install, node, root } from './install.mjs';

install();
const browser = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  (path) => path && existsSync(path),
);
if (!browser && process.env.REQUIRE_BROWSER === '1') {
  console.error('REQUIRE_BROWSER=1, but there is no Chromium: install one, or name it in CHROMIUM.');
  process.exit(1);
}

const selection = process.argv.slice(2);
/** What takes long is left to `npm run test:long` and `npm run test:faults`, unless it is asked for by name. */
const ignored = [...(browser ? [] : ['test/e2e']), ...(selection.length > 0 ? [] : [String.raw`\.long\.test\.ts$`, 'test/faults/'])];
step('Types', ['node_modules/typescript/bin/tsc']);
step('Lint', ['node_modules/oxlint/bin/oxlint', '--type-aware', '--deny-warnings']);
step('Tests', ['node_modules/jest/bin/jest.js', ...selection, '--testPathIgnorePatterns', '/node_modules/', ...ignored]);
if (!browser) console.log('\nThe browser tests did not run: no Chromium on this machine (name one in CHROMIUM).');

function step(name, args) {
  console.log(`\n${name}`);
  const path = [dirname(node), join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter);
  const { status } = spawnSync(node, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, PATH: path, ...(browser && { CHROMIUM: browser }) },
  });
  if (status !== 0) process.exit(status ?? 1);
}
