// `npm run bench`: measurements, each a table; `npm run bench -- refusedFlood` for one of them. Nothing passes or fails by them.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { install, node, root } from './install.mjs';

install();
const all = readdirSync(join(root, 'bench')).filter((name) => name.endsWith('.ts'));
const asked = process.argv.slice(2);
const chosen = asked.length === 0 ? all : all.filter((name) => asked.includes(name.replace(/\.ts$/u, '')));
if (chosen.length === 0) console.error(`There is no such measurement. There are: ${all.map((name) => name.replace(/\.ts$/u, '')).join(', ')}.`);
for (const name of chosen) {
  const { status } = spawnSync(node, [join('bench', name)], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exitCode = status ?? 1;
}
if (chosen.length === 0) process.exitCode = 1;
