import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

import { SignJWT } from 'jose';
import { z } from 'zod';

import { openFiles } from '../sandbox/files.ts';
import { tenant } from '../sandbox/personas.ts';
import { registrations } from '../sandbox/registrations.ts';
import { loadSigningKey, makeSigningKey } from '../sandbox/signingKeys.ts';
import { type Sandbox, startSandbox } from '../sandbox/start.ts';

/**
 * How long accepted turns take without and with a flood of refused requests, in one run: quiet and flooded rounds take turns, so that
 * what else the machine does weighs on both. The bot is a process of its own; the flood comes from a thread of its own, at a
 * fixed rate. The machine's cores are shared by all of them, so the ratio is an upper bound of what the bot itself loses.
 */

interface Flood {
  readonly name: string;
  readonly authorization: string;
  readonly body: string;
}

const rounds = 4;
const turnsPerRound = 60;
const perSecond = Number(process.env['FLOOD_PER_SECOND'] ?? 200);
const countsSchema = z.tuple([z.array(z.tuple([z.number(), z.number()]))]);
const addressSchema = z.object({ port: z.number() });

const folder = mkdtempSync(join(tmpdir(), 'lead-setup-bench-'));
const connector = await listen(createServer((request, response) => request.resume().on('end', () => response.end('{"id":"1"}'))));
const botPort = await freePort();
const botUrl = `http://127.0.0.1:${botPort}/api/messages`;
const sandbox = await startSandbox({ port: 0, botEndpoint: botUrl, dataDir: folder });
const bot = await startBot(sandbox);
try {
  await measureTurns();
  console.log(`Accepted turns, ${rounds * turnsPerRound} each, without and with ${perSecond} refused requests a second:`);
  console.table(await floods().then(measureAll));
} finally {
  bot.kill('SIGTERM');
  await once(bot, 'exit');
  await sandbox.close();
  connector.close();
  rmSync(folder, { recursive: true, force: true });
}

async function floods(): Promise<readonly Flood[]> {
  const [known, stranger] = await Promise.all([loadSigningKey(await openFiles(folder), 'channel'), makeSigningKey()]);
  const claims = { iss: 'https://api.botframework.com', aud: registrations.bot.appId, serviceurl: 'http://127.0.0.1/', exp: Math.floor(Date.now() / 1000) + 3600 };
  const forged = async (kid: string) => `Bearer ${await new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid }).sign(stranger.privateKey)}`;
  const small = JSON.stringify({ type: 'message' });
  return [
    { name: 'no token', authorization: '', body: small },
    { name: 'no token, 200 KB', authorization: '', body: JSON.stringify({ type: 'x'.repeat(200_000) }) },
    { name: 'a key that nobody knows', authorization: await forged('unknown'), body: small },
    { name: 'a wrong signature', authorization: await forged(known.keyId), body: small },
  ];
}

async function measureAll(all: readonly Flood[]): Promise<Record<string, object>> {
  const rows: Record<string, object> = {};
  for (const flood of all) rows[flood.name] = await compare(flood);
  return rows;
}

async function compare(flood: Flood): Promise<object> {
  const quiet: number[] = [];
  const flooded: number[] = [];
  const answered = new Map<number, number>();
  for (let round = 0; round < rounds; round += 1) {
    quiet.push(...(await measureTurns()));
    const stop = startFlood(flood, answered);
    flooded.push(...(await measureTurns()));
    await stop();
  }
  const [p50, p95] = [at(quiet, 0.5), at(quiet, 0.95)];
  const [p50Flooded, p95Flooded] = [at(flooded, 0.5), at(flooded, 0.95)];
  return {
    'p50 ms': round1(p50), 'flooded p50': round1(p50Flooded), 'p50 ratio': round1(p50Flooded / p50),
    'p95 ms': round1(p95), 'flooded p95': round1(p95Flooded), 'p95 ratio': round1(p95Flooded / p95),
    refused: [...answered].map(([status, count]) => `${count} × ${status || 'cut off'}`).join(', '),
  };
}

/** One turn after another, each of a person who was not there before: nobody's limit is met. */
async function measureTurns(): Promise<number[]> {
  const taken: number[] = [];
  for (let turn = 0; turn < turnsPerRound; turn += 1) {
    const startedAt = performance.now();
    await takeTurn();
    taken.push(performance.now() - startedAt);
  }
  return taken;
}

async function takeTurn(): Promise<void> {
  const person = crypto.randomUUID();
  const answer = await fetch(`${sandbox.channelUrl}/api/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      type: 'message', text: 'status', id: person, channelId: 'msteams', locale: 'en-US', serviceUrl: originOf(connector),
      from: { id: `29:${person}`, name: 'Somebody', aadObjectId: person },
      recipient: { id: '28:bot', name: 'Lead Setup' },
      conversation: { id: `a:${person}`, conversationType: 'personal', tenantId: tenant.id },
      channelData: { tenant: { id: tenant.id } },
    }),
  });
  await answer.arrayBuffer();
  if (answer.status >= 300) throw new Error(`A turn was answered with ${answer.status}.`);
}

/** What is returned stops it. */
function startFlood({ authorization, body }: Flood, answered: Map<number, number>): () => Promise<void> {
  const workerData = { url: botUrl, authorization, body, perSecond };
  const thread = new Worker(new URL('parts/flood.ts', import.meta.url), { workerData });
  return async () => {
    // Both are waited for from the beginning: a thread's last message and its end may come as one.
    const ended = Promise.all([once(thread, 'message'), once(thread, 'exit')]);
    thread.postMessage('stop', []);
    const [message] = await ended;
    const [counts] = countsSchema.parse(message);
    for (const [status, count] of counts) answered.set(status, (answered.get(status) ?? 0) + count);
  };
}

async function startBot({ botEnvironment }: Sandbox): Promise<ChildProcess> {
  const settings = { ...botEnvironment, PATH: process.env['PATH'], PORT: String(botPort), HOST: '127.0.0.1', DATA_DIR: folder, LOG_LEVEL: 'info' };
  const child = spawn(process.execPath, ['src/index.ts'], { env: settings, stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (text: Buffer) => text.includes('"Ready"') && resolve());
    child.once('exit', (code) => reject(new Error(`The bot ended with ${code} before it was ready.`)));
  });
  return child;
}

async function listen(server: Server): Promise<Server> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function freePort(): Promise<number> {
  const server = await listen(createServer());
  const { port } = addressSchema.parse(server.address());
  server.close();
  return port;
}

function originOf(server: Server): string {
  return `http://127.0.0.1:${addressSchema.parse(server.address()).port}`;
}

function at(values: readonly number[], share: number): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length * share)] ?? 0;
}

function round1(value: number): number {
  return Math.round(value * 10) / 10;
}
