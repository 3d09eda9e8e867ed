// `npm run test:mutants`: changes what decides who may do what, to which host, and what is sealed, one place at a time, and sees whether a test notices.
import { spawnSync } from 'node:child_process';
import { delimiter, dirname, join } from 'node:path';

import { install, node, root } from './install.mjs';

install();
const path = [dirname(node), join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter);
const { status } = spawnSync(node, ['node_modules/@stryker-mutator/core/bin/stryker.js', 'run', ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, PATH: path },
});
process.exit(status ?? 1);
