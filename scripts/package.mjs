// `npm run package`: the Teams app package, from appPackage/ and the environment. `npm run package -- file.zip` writes it elsewhere.
import { spawnSync } from 'node:child_process';

import { install, node, root } from './install.mjs';

install();
const { status } = spawnSync(node, ['scripts/writeAppPackage.ts', ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' });
process.exit(status ?? 1);
