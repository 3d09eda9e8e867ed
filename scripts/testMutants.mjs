// `npm run test:mutants`: changes what decides who may do what, to which host, and what is sealed, one place at a time, and sees whether a test notices.
// `npm run test:mutants -- hosts sealing`: these groups only.
import { spawnSync } from 'node:child_process';
import { delimiter, dirname, join } from 'node:path';

import { groups } from '../test/mutants/groups.mjs';
import { install, node, root } from './install.mjs';

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in groups));
if (unknown.length > 0) {
  console.error(`There is no group “${unknown.join('”, “')}”. There are: ${Object.keys(groups).join(', ')}.`);
  process.exit(1);
}
install();
const path = [dirname(node), join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter);
for (const MUTANTS of asked.length > 0 ? asked : Object.keys(groups)) {
  console.log(`\n${MUTANTS}`);
  const { status } = spawnSync(node, ['node_modules/@stryker-mutator/core/bin/stryker.js', 'run'], { cwd: root, stdio: 'inherit', env: { ...process.env, PATH: path, MUTANTS } });
  if (status !== 0) process.exitCode = status ?? 1;
}
