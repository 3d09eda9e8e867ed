import type { Server as HttpServer } from 'node:http';
import type { Socket } from 'node:net';

export interface HttpTimes {
  /** From the opening of a connection to the end of its first request's headers. */
  readonly headersMs: number;
  /** From a request's headers to the end of its body. */
  readonly bodyMs: number;
  /** How much longer a body may go on that was answered before its end, so that its sender still reads the answer. */
  readonly lingerMs: number;
}

const times: HttpTimes = { headersMs: 10_000, bodyMs: 20_000, lingerMs: 1_000 };

/** Far more than the channel opens; beyond it connections are closed at once instead of taking memory. */
const maxConnections = 1_000;
/** The channel sends about twenty. Node itself refuses more than 16 KiB of them with 431. */
const maxHeaders = 100;
/** Longer than load balancers keep a connection, so that it is they who close it. */
const keepAliveMs = 65_000;
const maxRequestsOfConnection = 1_000;

/**
 * Bounds what connections may cost. Node looks at its own time limits every thirty seconds only, which lets whoever sends a byte now and
 * then keep a connection for most of a minute: here each has its own end.
 */
export function limitHttp(server: HttpServer, { headersMs, bodyMs, lingerMs }: HttpTimes = times): void {
  server.maxConnections = maxConnections;
  server.maxHeadersCount = maxHeaders;
  server.headersTimeout = headersMs;
  server.requestTimeout = headersMs + bodyMs;
  server.keepAliveTimeout = keepAliveMs;
  server.maxRequestsPerSocket = maxRequestsOfConnection;
  const callOffs = new WeakMap<Socket, () => void>();
  server.on('connection', (socket) => callOffs.set(socket, cutAfter(socket, headersMs)));
  server.prependListener('request', (request, response) => {
    callOffs.get(request.socket)?.();
    request.once('end', cutAfter(request.socket, bodyMs));
    response.once('finish', () => {
      if (!request.complete) request.once('end', cutAfter(request.socket, lingerMs));
    });
  });
}

function cutAfter(socket: Socket, ms: number): () => void {
  const timer = setTimeout(() => socket.destroy(), ms).unref();
  const callOff = (): void => clearTimeout(timer);
  socket.once('close', callOff);
  return () => {
    callOff();
    socket.removeListener('close', callOff);
  };
}
