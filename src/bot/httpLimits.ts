import type { Server as HttpServer, IncomingMessage, ServerResponse } from 'node:http';
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
/** Of a connection that is kept: longer than load balancers keep theirs, so that it is they who close it. */
const keepAliveMs = 65_000;
const maxRequestsOfConnection = 1_000;

/** Answers after which the other side would have its connection kept. */
const wanted = new WeakSet<ServerResponse>();

/** Whoever sent this request is known: their connection is for the next one too, if they want that. */
export function keepConnection(response: ServerResponse): void {
  response.shouldKeepAlive = wanted.has(response);
}

/**
 * Bounds what connections may cost. Node looks at its own time limits every thirty seconds only, which lets whoever sends a byte now and
 * then keep a connection for most of a minute: here each has its own end. And a connection ends with its first answer, unless `keepConnection`
 * is called before that: else a thousand strangers with one request each would keep everybody out.
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
  const limitRequest = (request: IncomingMessage, response: ServerResponse): void => {
    closeAfterwards(response);
    callOffs.get(request.socket)?.();
    request.once('end', cutAfter(request.socket, bodyMs));
    response.once('finish', () => {
      if (!request.complete) request.once('end', cutAfter(request.socket, lingerMs));
    });
  };
  server.prependListener('request', limitRequest);
  // Whoever asks before sending a body comes this way instead, where somebody listens to it.
  if (server.listenerCount('checkContinue') > 0) server.prependListener('checkContinue', limitRequest);
}

function closeAfterwards(response: ServerResponse): void {
  if (response.shouldKeepAlive) wanted.add(response);
  response.shouldKeepAlive = false;
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
