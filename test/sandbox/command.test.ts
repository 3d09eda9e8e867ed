import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let dataDir: string;
const occupied: Server[] = [];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'sandbox-command-'));
});
afterEach(async () => {
  for (const server of occupied.splice(0)) server.close();
  await rm(dataDir, { recursive: true });
});

interface Run {
  readonly child: ChildProcess;
  readonly output: { stdout: string; stderr: string };
  readonly ended: Promise<unknown[]>;
}

function runSandbox(environment: Record<string, string>): Run {
  const env = { ...process.env, SANDBOX_PORT: '0', CHANNEL_PORT: '0', DATA_DIR: dataDir, ...environment };
  const child = spawn(process.execPath, ['sandbox/index.ts'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  return { child, output, ended: once(child, 'close') };
}

async function occupyPort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  occupied.push(server);
  await once(server, 'listening');
  const address = server.address();
  return String(typeof address === 'object' ? address?.port : '');
}

it.each(['SIGINT', 'SIGTERM'] as const)('says in one line that it is ready, and ends cleanly on %s', async (signal) => {
  const { child, output, ended } = runSandbox({});
  if (child.stdout !== null) await once(child.stdout, 'data');
  child.kill(signal);

  expect(await ended).toEqual([0, null]);
  expect(output.stdout).toMatch(/^Sandbox ready: https:\/\/localhost:\d+ \(channel http:\/\/127\.0\.0\.1:\d+, bot http:\/\/127\.0\.0\.1:3978\/api\/messages\)\n$/);
  expect(output.stderr).toBe('');
});

it('says in one line which port is taken', async () => {
  const port = await occupyPort();
  const { output, ended } = runSandbox({ SANDBOX_PORT: port });

  expect(await ended).toEqual([1, null]);
  expect(output.stderr).toBe(`The sandbox cannot start: port ${port} is in use. Set SANDBOX_PORT or CHANNEL_PORT, or end what uses it.\n`);
});

it('says in one line which setting is wrong', async () => {
  const { output, ended } = runSandbox({ BOT_ENDPOINT: 'here' });

  expect(await ended).toEqual([1, null]);
  expect(output.stderr).toBe('BOT_ENDPOINT: Invalid URL\n');
});
