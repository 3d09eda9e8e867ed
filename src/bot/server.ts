import { randomUUID } from 'node:crypto';

import type { Activity, InvokeResponse } from 'botbuilder';
import { AuthenticationError } from 'botframework-connector';
import { createServer, type Next, plugins, type Request, type Response, type Server } from 'restify';

import type { Log } from '../log.ts';
import { activitySchema } from './activity.ts';
import type { ChannelToken } from './channelToken.ts';
import { keepConnection, limitHttp } from './httpLimits.ts';
import { refused, RefusalLog } from './refusals.ts';
import { addSecurityHeaders } from './securityHeaders.ts';

export interface ServerParts {
  /** Who sends a request; rejects with `AuthenticationError` when it is not the channel. */
  readonly authenticate: (authorization: string) => Promise<ChannelToken>;
  /** One activity of the channel; rejects with `AuthenticationError` when the token does not cover it. */
  readonly receive: (token: ChannelToken, activity: Activity) => Promise<InvokeResponse | undefined>;
  /** Whether turns can be taken now. */
  readonly isReady: () => boolean;
  /** Whether anything can be kept now. Turns are taken all the same: people are told why nothing is done. */
  readonly isWritable: () => boolean;
  readonly log: Log;
}

/** Teams itself sends no more than about 100 KB. */
const maxBodyBytes = 256 * 1024;
/** As long as an end takes at most. */
const retryAfterSeconds = '10';

/** The bot's HTTP side. Errors leave as `{ error }` and an id at most; what happened is in the log. */
export function createBotServer(parts: ServerParts): Server {
  const server = createServer({ name: 'lead-setup', handleUncaughtExceptions: false });
  limitHttp(server.server);
  addSecurityHeaders(server);
  server.on('restifyError', (_request: Request, _response: Response, error: HttpFault, done: () => void) => {
    const { code = 'InternalError' } = error.body ?? {};
    error.toJSON = () => ({ error: code });
    error.toString = () => code;
    done();
  });
  server.get('/healthz', async (_request, response) => void response.json(200, { status: 'ok' }));
  const isReady = (): boolean => parts.isReady() && parts.isWritable();
  server.get('/readyz', async (_request, response) =>
    isReady() ? void response.json(200, { status: 'ready' }) : void response.json(503, { status: 'not ready' }),
  );
  server.head('/readyz', async (_request, response) => void response.send(isReady() ? 200 : 503));
  for (const path of ['/api/messages', '/healthz']) server.head(path, async (_request, response) => void response.send(200));
  const readBody = [plugins.bodyReader({ maxBodySize: maxBodyBytes }), ...plugins.jsonBodyParser({ bodyReader: true, mapParams: false })];
  const authenticated = authenticateFirst(parts);
  server.post('/api/messages', authenticated.check, refusePacked, readBody, async (request: Request, response: Response) => authenticated.take(request, response));
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

/** The token is verified before the body is read, so that whoever is refused costs neither its reading nor its parsing. */
function authenticateFirst(parts: ServerParts) {
  const tokens = new WeakMap<Request, ChannelToken>();
  const refuse = createRefusal(parts.log);
  const admit = async (request: Request, response: Response): Promise<boolean> => {
    try {
      tokens.set(request, await parts.authenticate(request.headers.authorization ?? ''));
      keepConnection(response);
      return true;
    } catch (error) {
      refuse(response, error);
      return false;
    }
  };
  const check = async (request: Request, response: Response, next: Next): Promise<void> => {
    const isAdmitted = await admit(request, response);
    next(isAdmitted ? undefined : false);
  };
  return {
    check: (request: Request, response: Response, next: Next): void => void check(request, response, next),
    take: async (request: Request, response: Response): Promise<void> => {
      const token = tokens.get(request);
      if (!parts.isReady() || !token) return notReady(response);
      try {
        await takeActivity(parts, token, { request, response });
      } catch (error) {
        refuse(response, error);
      }
    },
  };
}

/** It starts, or it ends: whoever comes again finds it, or the one that takes its place. */
function notReady(response: Response): void {
  response.header('retry-after', retryAfterSeconds);
  response.header('connection', 'close');
  response.json(503, { error: 'NotReady' });
}

async function takeActivity(parts: ServerParts, token: ChannelToken, { request, response }: { request: Request; response: Response }): Promise<void> {
  const activity = activitySchema.safeParse(request.body);
  if (!activity.success) return void response.json(400, { error: 'NotAnActivity' });
  const answer = await parts.receive(token, activity.data);
  return void (answer?.body === undefined ? response.send(answer?.status ?? 200) : response.json(answer.status, answer.body));
}

function createRefusal(log: Log): (response: Response, error: unknown) => void {
  const refusals = new RefusalLog(log, refused.request);
  return (response, error) => {
    if (error instanceof AuthenticationError) {
      refusals.add(error.message);
      if (error.statusCode === 401) response.header('www-authenticate', 'Bearer');
      return void response.json(error.statusCode, { error: error.statusCode === 403 ? 'Forbidden' : 'Unauthorized' });
    }
    const errorId = randomUUID().slice(0, 8);
    log.error({ err: error, errorId }, 'A request failed');
    response.json(500, { error: 'InternalError', errorId });
  };
}
