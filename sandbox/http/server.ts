import { createServer as createPlainServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Certificate } from '../certificate.ts';
import type { SandboxAnswer, SandboxRequest, SandboxService } from '../service.ts';
import { HttpRefusal, parseBody, readText } from './body.ts';

export interface Listener {
  /** `https://localhost:4443`; known once `listen` has resolved. */
  origin(): string;
  listen(port: number): Promise<void>;
  close(): Promise<void>;
}

const timeouts = { requestTimeout: 60_000, headersTimeout: 10_000, keepAliveTimeout: 30_000 } as const;

/** A service on a port of 127.0.0.1: over TLS with a certificate, else plain. */
export function createListener(service: SandboxService, certificate?: Certificate): Listener {
  const answer = (message: IncomingMessage, response: ServerResponse) => void respond(message, response, { service, origin });
  const server: Server =
    certificate === undefined
      ? createPlainServer(timeouts, answer)
      : createTlsServer({ ...timeouts, key: certificate.privateKey, cert: certificate.certificate }, answer);
  const cutOff = trackSockets(server);
  const origin = () => (certificate === undefined ? 'http://127.0.0.1' : 'https://localhost') + `:${portOf(server)}`;
  return {
    origin,
    listen: (port) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, '127.0.0.1', resolve);
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        cutOff();
      }),
  };
}

/** Every connection that is open, those whose TLS handshake is still going on among them: Node closes only the others. */
function trackSockets(server: Server): () => void {
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  return () => {
    for (const socket of open) socket.destroy();
  };
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The sandbox does not listen yet.');
  return address.port;
}

async function respond(message: IncomingMessage, response: ServerResponse, to: { service: SandboxService; origin: () => string }): Promise<void> {
  try {
    const answer = await to.service(await readRequest(message, to.origin()));
    send(response, answer);
  } catch (error) {
    const isCutOff = message.destroyed && !message.complete;
    if (!isCutOff) send(response, toRefusal(error));
  }
}

async function readRequest(message: IncomingMessage, origin: string): Promise<SandboxRequest> {
  const url = new URL(message.url ?? '/', origin);
  const headers = Object.fromEntries(Object.entries(message.headers).map(([name, value]) => [name, String(value)]));
  const body = parseBody(await readText(message), headers['content-type']);
  return { method: message.method ?? 'GET', path: decodePath(url.pathname), query: url.searchParams, headers, body, origin };
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new HttpRefusal(400, 'The address is not percent-encoded correctly.');
  }
}

function toRefusal(error: unknown): SandboxAnswer {
  if (error instanceof HttpRefusal) return { status: error.status, body: { error: { code: 'BadRequest', message: error.message } } };
  console.error('The sandbox failed on a request:', error);
  return { status: 500, body: { error: { code: 'InternalServerError', message: 'The sandbox failed on this request; see its log.' } } };
}

function send(response: ServerResponse, { status, headers, body, breaks }: SandboxAnswer): void {
  if (breaks !== undefined) return breakOff(response, status, breaks);
  const isRaw = typeof body === 'string' || Buffer.isBuffer(body);
  const payload = body === undefined ? undefined : isRaw ? body : JSON.stringify(body);
  const type = payload === undefined ? {} : { 'content-type': isRaw ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8' };
  const length = payload === undefined ? {} : { 'content-length': Buffer.byteLength(payload) };
  response.writeHead(status, { ...type, ...length, ...headers });
  response.end(payload);
}

function breakOff(response: ServerResponse, status: number, breaks: NonNullable<SandboxAnswer['breaks']>): void {
  if (breaks === 'never') return;
  if (breaks === 'unanswered') {
    response.destroy();
    return;
  }
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'content-length': 1000 });
  response.write('{', () => response.destroy());
}
