// `npm run cards`: a page with every card in every state, language, theme and width, for whoever changes one. CARDS_PORT moves it.
import { spawn } from 'node:child_process';

import { install, node, root } from './install.mjs';

install();
const server = spawn(node, ['test/cards/drawn/serve.ts'], { cwd: root, stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => server.kill(signal));
server.on('exit', (code) => process.exit(code ?? 0));
