import { randomUUID } from 'node:crypto';

import type { Activity, InvokeResponse } from 'botbuilder';
import { AuthenticationError } from 'botframework-connector';
import { createServer, type Next, plugins, type Request, type Response, type Server } from 'restify';
import { z } from 'zod';

import type { Log } from '../log.ts';

export interface ServerParts {
  /** One activity of the channel; rejects with `AuthenticationError` when it is not the channel's. */
  readonly receive: (authorization: string, activity: Activity) => Promise<InvokeResponse | undefined>;
  /** Whether turns can be taken now. */
  readonly isReady: () => boolean;
  readonly log: Log;
}

/** Teams itself sends no more than about 100 KB. */
const maxBodyBytes = 256 * 1024;
const requestTimeoutMs = 30_000;
const headersTimeoutMs = 10_000;

/** What every activity of Bot Framework has; the rest is looked at where it is used. */
const activitySchema = z.custom<Activity>((body) => envelopeSchema.safeParse(body).success);
const envelopeSchema = z.object({
  type: z.string().min(1),
  channelId: z.string().min(1),
  serviceUrl: z.string().min(1),
  conversation: z.object({ id: z.string().min(1) }),
  from: z.object({ id: z.string().min(1) }),
  recipient: z.object({ id: z.string().min(1) }),
});

/** The bot's HTTP side. Errors leave as `{ error }` and an id at most; what happened is in the log. */
export function createBotServer(parts: ServerParts): Server {
  const server = createServer({ name: 'lead-setup', handleUncaughtExceptions: false });
  server.server.requestTimeout = requestTimeoutMs;
  server.server.headersTimeout = headersTimeoutMs;
  server.on('restifyError', (_request: Request, _response: Response, error: HttpFault, done: () => void) => {
    const { code = 'InternalError' } = error.body ?? {};
    error.toJSON = () => ({ error: code });
    error.toString = () => code;
    done();
  });
  server.get('/healthz', async (_request, response) => void response.json(200, { status: 'ok' }));
  server.get('/readyz', async (_request, response) =>
    parts.isReady() ? void response.json(200, { status: 'ready' }) : void response.json(503, { status: 'not ready' }),
  );
  for (const path of ['/api/messages', '/healthz', '/readyz']) server.head(path, async (_request, response) => void response.send(200));
  const readBody = [plugins.bodyReader({ maxBodySize: maxBodyBytes }), ...plugins.jsonBodyParser({ bodyReader: true, mapParams: false })];
  server.post('/api/messages', refusePacked, readBody, async (request: Request, response: Response) => takeActivity(parts, request, response));
  return server;
}

/** The limit counts what is sent, not what it unpacks to; the channel sends plain bodies. */
function refusePacked(request: Request, response: Response, next: Next): void {
  if (request.headers['content-encoding'] === undefined) return next();
  response.json(415, { error: 'UnsupportedEncoding' });
  next(false);
}

interface HttpFault extends Error {
  body?: { code?: string };
  toJSON: () => unknown;
}

async function takeActivity(parts: ServerParts, request: Request, response: Response): Promise<void> {
  if (!parts.isReady()) return void response.json(503, { error: 'NotReady' });
  const activity = activitySchema.safeParse(request.body);
  if (!activity.success) return void response.json(400, { error: 'NotAnActivity' });
  try {
    const answer = await parts.receive(request.headers.authorization ?? '', activity.data);
    return void (answer?.body === undefined ? response.send(answer?.status ?? 200) : response.json(answer.status, answer.body));
  } catch (error) {
    return refuse(parts.log, response, error);
  }
}

function refuse(log: Log, response: Response, error: unknown): void {
  if (error instanceof AuthenticationError) {
    log.warn({ err: error }, 'A request without the channel’s authority was refused');
    return void response.json(401, { error: 'Unauthorized' });
  }
  const errorId = randomUUID().slice(0, 8);
  log.error({ err: error, errorId }, 'A request failed');
  response.json(500, { error: 'InternalError', errorId });
}
