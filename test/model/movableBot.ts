import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { stopBetweenWrites } from '../betweenWrites.ts';

const root = join(__dirname, '../..');
const loaded = ['../properties/liftLimits.mjs', 'movedTime.mjs'].map((file) => `--import=${pathToFileURL(join(__dirname, file)).href}`);

/** The bot as `npm run bot` starts it, on a clock that is moved from here. The next process is kept warm, so that a restart takes no time. */
export class MovableBot {
  readonly #environment: Readonly<Record<string, string>>;
  readonly #outputs = new Map<ChildProcess, string>();
  #spare: ChildProcess;
  #running: ChildProcess | undefined;
  #offsetMs = 0;

  /** `environment`: what is the same for each process. */
  constructor(environment: Readonly<Record<string, string>>) {
    this.#environment = environment;
    this.#spare = this.#spawn();
  }

  /** Resolves when the bot listens. */
  async start(environment: Readonly<Record<string, string>>): Promise<void> {
    const child = this.#spare;
    const ready = this.#until(child, '"Ready"');
    await this.#until(child, 'warm');
    this.#running = child;
    child.send({ environment, offsetMs: this.#offsetMs });
    await ready;
    this.#spare = this.#spawn();
  }

  /** Stands still in the middle of what it does, while another process with this environment works on; then it goes on as if nothing had been. */
  async standStill(environment: Readonly<Record<'DATA_DIR' | 'PORT', string>>, meanwhile: () => Promise<void>): Promise<void> {
    const stopped = this.#running;
    if (stopped) stopBetweenWrites((signal) => stopped.kill(signal), join(environment.DATA_DIR, 'lead-setup.db'));
    await this.start(environment);
    await meanwhile();
    const other = this.#running;
    this.#running = stopped;
    stopped?.kill('SIGCONT');
    await this.moveTo(this.#offsetMs);
    other?.kill('SIGKILL');
  }

  /** Its clock is that much ahead of the real one from now on; what is due by then happens at once. */
  async moveTo(offsetMs: number): Promise<void> {
    this.#offsetMs = offsetMs;
    const child = this.#running;
    if (!child?.connected) return;
    const told = new Promise((resolve) => child.once('message', resolve));
    child.send({ offsetMs });
    await told;
  }

  /** What the process that runs now has printed; it should be running still. */
  output(): string {
    return this.#running ? (this.#outputs.get(this.#running) ?? '') : '';
  }

  isAlive(): boolean {
    return this.#running !== undefined && this.#running.exitCode === null && this.#running.signalCode === null;
  }

  /** Resolves to its exit code. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    const child = this.#running;
    this.#running = undefined;
    if (!child || child.exitCode !== null) return child?.exitCode ?? null;
    const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
    child.kill(signal);
    return exited;
  }

  async close(): Promise<void> {
    await this.end('SIGKILL');
    this.#spare.kill('SIGKILL');
  }

  #spawn(): ChildProcess {
    const child = spawn(process.execPath, [...loaded, 'src/index.ts'], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { PATH: process.env['PATH'], HOST: '127.0.0.1', LOG_LEVEL: 'info', ...this.#environment },
    });
    this.#outputs.set(child, '');
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text: Buffer) => this.#print(child, text.toString()));
    child.on('message', (message) => message === 'warm' && this.#print(child, 'warm\n'));
    return child;
  }

  #print(child: ChildProcess, text: string): void {
    this.#outputs.set(child, (this.#outputs.get(child) ?? '') + text);
    child.emit('printed');
  }

  #until(child: ChildProcess, text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = () => {
        if (!this.#outputs.get(child)?.includes(text)) return;
        child.off('printed', look);
        child.off('exit', fail);
        resolve();
      };
      const fail = () => reject(new Error(`The bot ended before it was ready:\n${this.#outputs.get(child)}`));
      child.on('printed', look);
      child.once('exit', fail);
      look();
    });
  }
}
