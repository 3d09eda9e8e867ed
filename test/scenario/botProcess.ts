import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

const root = join(__dirname, '../..');

/** The bot as `npm run bot` starts it, a process that can be killed. */
export interface BotProcess {
  /** Where it listens. */
  readonly url: string;
  /** What it printed, its log included. */
  output(): string;
  /** SIGKILL: no time to tidy up. */
  kill(): Promise<void>;
  /** SIGTERM; resolves to the exit code. */
  end(): Promise<number | null>;
  signal(signal: NodeJS.Signals): void;
  /** Whoever read what it prints is gone. */
  stopReading(): void;
}

/** Resolves when `/readyz` says that the bot is ready. */
export async function startBotProcess(port: number, environment: Readonly<Record<string, string>>): Promise<BotProcess> {
  const child = spawn(process.execPath, ['src/index.ts'], {
    cwd: root,
    env: { PATH: process.env['PATH'], PORT: String(port), HOST: '127.0.0.1', LOG_LEVEL: 'info', ...environment },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text: Buffer) => {
      output += text.toString();
    });
  }
  await Promise.race([untilReady(child), failedStart(child, () => output)]);
  return {
    url: `http://127.0.0.1:${port}`,
    output: () => output,
    kill: async () => {
      await ended(child, 'SIGKILL');
    },
    end: () => ended(child, 'SIGTERM'),
    signal: (signal) => void child.kill(signal),
    stopReading: () => [child.stdout, child.stderr].forEach((stream) => stream.destroy()),
  };
}

/** The bot says so in its log once it listens. */
function untilReady(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.stdout?.on('data', (text: Buffer) => text.includes('"Ready"') && resolve());
  });
}

function failedStart(child: ChildProcess, output: () => string): Promise<never> {
  return new Promise((_resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`The bot ended with ${code} before it was ready:\n${output()}`)));
  });
}

function ended(child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
  child.kill(signal);
  return exit;
}
