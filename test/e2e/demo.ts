import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { freePort } from '../freePort.ts';

const root = join(__dirname, '../..');

/** `npm start` as a person would run it, on ports and a data folder of its own. */
export interface Demo {
  readonly playgroundUrl: string;
  readonly sandboxUrl: string;
  readonly botUrl: string;
  /** Everything the processes printed. */
  output(): string;
  stop(): Promise<void>;
}

export async function startDemo(): Promise<Demo> {
  const dataDir = mkdtempSync(join(tmpdir(), 'lead-setup-demo-'));
  const [bot, channel, playground] = await Promise.all([freePort(), freePort(), freePort()]);
  const sandbox = await freePortsInARow();
  const child = spawn(process.execPath, ['scripts/start.mjs'], {
    cwd: root,
    env: {
      ...process.env,
      PORT: String(bot),
      CHANNEL_PORT: String(channel),
      SANDBOX_PORT: String(sandbox),
      PLAYGROUND_PORT: String(playground),
      DATA_DIR: dataDir,
    },
  });
  let output = '';
  const remember = (text: Buffer) => {
    output += text.toString();
  };
  child.stdout.on('data', remember);
  child.stderr.on('data', remember);
  await untilPrinted(child, /Open http/u, () => output);
  return {
    playgroundUrl: `http://localhost:${playground}`,
    sandboxUrl: `https://localhost:${sandbox}`,
    botUrl: `http://127.0.0.1:${bot}`,
    output: () => output,
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGINT');
      await ended;
      rmSync(dataDir, { recursive: true });
    },
  };
}

function untilPrinted(child: ChildProcess, pattern: RegExp, output: () => string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', () => pattern.test(output()) && resolve());
    child.once('exit', () => reject(new Error(`It ended before it was ready:\n${output()}`)));
  });
}

/** The sandbox takes three ports, one after the other. */
async function freePortsInARow(): Promise<number> {
  const first = await freePort();
  return first < 65_000 ? first : freePortsInARow();
}
