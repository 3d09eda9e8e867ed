// `npm start`: sandbox, bot and Microsoft 365 Agents Playground, each a process of its own, ended together.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { install, node, root } from './install.mjs';

const dataDirSetting = process.env.DATA_DIR ?? '.data';
const dataDir = isAbsolute(dataDirSetting) ? dataDirSetting : join(root, dataDirSetting);
const botPort = process.env.PORT ?? '3978';
const channelPort = process.env.CHANNEL_PORT ?? '3979';
const sandboxPort = process.env.SANDBOX_PORT ?? '4443';
const playgroundPort = process.env.PLAYGROUND_PORT ?? '56150';
const withPlayground = !process.argv.includes('--no-playground');
const children = new Set();
let isEnding = false;

install();
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => void end(0));

const botUrl = `http://127.0.0.1:${botPort}`;
await startSandbox();
await startBot();
if (withPlayground) await startPlayground();
console.log(
  withPlayground
    ? `\nOpen http://localhost:${playgroundPort} and type: set up leads\nCtrl-C ends everything.`
    : `\nThe bot listens on ${botUrl}/api/messages; signed activities come through http://127.0.0.1:${channelPort}/api/messages.\nCtrl-C ends everything.`,
);

async function startSandbox() {
  const sandbox = run('sandbox', ['sandbox/index.ts'], {
    SANDBOX_PORT: sandboxPort,
    CHANNEL_PORT: channelPort,
    BOT_ENDPOINT: `${botUrl}/api/messages`,
    DATA_DIR: dataDir,
  });
  await untilLine(sandbox, /ready/iu);
}

async function startBot() {
  const environment = JSON.parse(readFileSync(join(dataDir, 'sandbox/bot.env.json'), 'utf8'));
  run('bot', ['src/index.ts'], { ...environment, PORT: botPort, DATA_DIR: dataDir, LOG_LEVEL: process.env.LOG_LEVEL ?? 'warn' });
  await untilAnswers(`${botUrl}/readyz`);
}

async function startPlayground() {
  const home = join(dataDir, 'playground');
  mkdirSync(home, { recursive: true });
  run(
    'playground',
    [playgroundEntry(), '-e', `http://127.0.0.1:${channelPort}/api/messages`, '-c', 'msteams', '-p', playgroundPort, '--dt'],
    {
      TEAMSAPPTESTER_BROWSER: 'none',
      M365_AGENTS_PLAYGROUND_CONFIG_PATH: join(root, 'sandbox/playground/.m365agentsplayground.yml'),
    },
    { cwd: home, quiet: true },
  );
  await untilAnswers(`http://127.0.0.1:${playgroundPort}/_debug/ping`);
}

function playgroundEntry() {
  const { bin } = JSON.parse(readFileSync(join(root, 'node_modules/@microsoft/m365agentsplayground/package.json'), 'utf8'));
  return join(root, 'node_modules/@microsoft/m365agentsplayground', Object.values(bin)[0]);
}

function run(name, args, environment, { cwd = root, quiet = false } = {}) {
  const child = spawn(node, args, { cwd, env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
  children.add(child);
  for (const [stream, target] of [[child.stdout, process.stdout], [child.stderr, process.stderr]]) {
    stream.on('data', (text) => quiet || target.write(text));
  }
  child.on('exit', (code, signal) => {
    children.delete(child);
    if (isEnding) return;
    console.error(`The ${name} ended by itself (${signal ?? code}); everything else is ended too.`);
    void end(1);
  });
  return child;
}

function untilLine(child, pattern) {
  return new Promise((resolve) => {
    child.stdout.on('data', (text) => pattern.test(text) && resolve());
  });
}

async function untilAnswers(url) {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return;
    await pause(100);
  }
  console.error(`${url} did not answer within a minute.`);
  await end(1);
}

async function end(code) {
  if (isEnding) return;
  isEnding = true;
  for (const child of children) child.kill('SIGTERM');
  const deadline = Date.now() + 12_000;
  while (children.size > 0 && Date.now() < deadline) await pause(50);
  for (const child of children) child.kill('SIGKILL');
  process.exit(code);
}
