/** `npm run cards`: every card in every state, language, theme and width, from the templates that the bot uses. Only this machine can open it. */
import { readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { Worker } from 'node:worker_threads';

import type { Exhibit } from '../gallery.ts';
import { galleryPage, type Wanted, wantedSchema } from './page.ts';

const scripts: Readonly<Record<string, string | URL>> = {
  '/adaptivecards.min.js': createRequire(import.meta.url).resolve('adaptivecards/dist/adaptivecards.min.js'),
  '/draw.js': new URL('draw.js', import.meta.url),
};

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  const script = scripts[pathname];
  if (script) answer(response, 200, 'text/javascript', readFileSync(script));
  else if (pathname === '/') void show(wantedSchema.parse(Object.fromEntries(searchParams)), response);
  else answer(response, 404, 'text/plain', 'Not here');
});
const port = Number(process.env['CARDS_PORT'] ?? 3980);
server.once('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EADDRINUSE') throw error;
  console.error(`Port ${port} is taken: name another one in CARDS_PORT, or end what listens there.`);
  process.exitCode = 1;
});
server.listen(port, '127.0.0.1', () => {
  console.log(`Every card: http://127.0.0.1:${(server.address() as AddressInfo).port}\nReload the page after a change. Ctrl-C ends it.`);
});

/** A card that cannot be made is what this page is opened for: it says why. */
async function show(wanted: Wanted, response: ServerResponse): Promise<void> {
  try {
    answer(response, 200, 'text/html; charset=utf-8', galleryPage(wanted, await exhibitsAnew(wanted)));
  } catch (error) {
    answer(response, 500, 'text/plain; charset=utf-8', error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
}

function exhibitsAnew(wanted: Wanted): Promise<Exhibit[]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('exhibits.ts', import.meta.url), { workerData: wanted });
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('No cards were made')));
  });
}

function answer(response: ServerResponse, status: number, type: string, body: string | Buffer): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
}
