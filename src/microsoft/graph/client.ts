import {
  AuthenticationHandler, AuthenticationHandlerOptions, Client, type Context, GraphClientError, GraphError, type GraphRequest, type Middleware,
  TelemetryHandler,
} from '@microsoft/microsoft-graph-client';
import { z } from 'zod';

import type { GraphScope } from '../../setup/permissions.ts';
import { type ApiToken, sendAuthorised } from '../apiToken.ts';
import { claimsOfChallenge } from '../claims.ts';
import type { Cloud } from '../cloud.ts';
import type { RequestTrace } from '../correlation.ts';
import { networkFailure, type RequestFailure } from '../failure.ts';
import type { MicrosoftRequest, SendRequest } from '../request.ts';

export interface GraphCall<T, Instead = never> extends Pick<MicrosoftRequest<T, Instead>, 'name' | 'kind' | 'answer' | 'instead'> {
  /** The one delegated permission that it needs: a token is asked for with just that. */
  readonly scope: GraphScope;
  /** Below `/v1.0` or a whole next link, with ids already encoded. */
  readonly path: string;
  readonly send: (request: GraphRequest) => Promise<unknown>;
}

/** One request to Graph v1.0 with one person's token. */
export type CallGraph = <T, Instead = never>(call: GraphCall<T, Instead>) => Promise<T | Instead>;

export function createGraph(cloud: Cloud, send: SendRequest, tokenFor: (scope: GraphScope) => ApiToken): CallGraph {
  const client = createClient(cloud);
  return ({ path, scope, send: sendWith, ...call }) =>
    sendAuthorised(send, tokenFor(scope), (accessToken) => {
      const authentication = new AuthenticationHandlerOptions({ getAccessToken: () => Promise.resolve(accessToken) });
      return {
        ...call,
        service: 'graph',
        send: (signal, trace) =>
          sendWith(client.api(path).options({ signal }).header(trace.header, trace.clientRequestId).middlewareOptions([authentication, new TraceOptions(trace)])),
        failureOf: graphFailure,
      };
    });
}

/** A permission as a token is asked for with it. Entra answers with everything that is consented to, so that the same token serves others. */
export function graphScope({ graph }: Pick<Cloud, 'graph'>, scope: GraphScope): string {
  return graph.scope.replace(/[^/]*$/u, scope);
}

/**
 * The library's own chain would repeat a POST on 429, 503 and 504 (a second key!), so it is built here without its retry handler.
 * The authentication handler gives the token to Graph's host only; the telemetry handler keeps our `client-request-id` to it too.
 */
function createClient(cloud: Cloud): Client {
  const authentication = new AuthenticationHandler({ getAccessToken: () => Promise.reject(new Error('each request brings its token')) });
  const telemetry = new TelemetryHandler();
  authentication.setNext(telemetry);
  telemetry.setNext(new ConnectionHandler());
  const [, baseUrl = '', defaultVersion = ''] = /^(.*)\/([^/]+)$/.exec(cloud.graph.url) ?? [];
  return Client.initWithMiddleware({
    baseUrl,
    defaultVersion,
    customHosts: new Set([new URL(cloud.graph.url).hostname]),
    fetchOptions: { redirect: 'error', headers: { 'User-Agent': 'LeadSetup' } },
    middleware: authentication,
  });
}

/** Goes with a request down the library's chain. */
class TraceOptions {
  readonly trace: RequestTrace;

  constructor(trace: RequestTrace) {
    this.trace = trace;
  }
}

/** Ends the chain. The library would lose why a connection broke; a `GraphClientError` it lets through. */
class ConnectionHandler implements Middleware {
  async execute(context: Context): Promise<void> {
    try {
      const response = await fetch(context.request, context.options);
      const options = context.middlewareControl?.getMiddlewareOptions(TraceOptions);
      if (options instanceof TraceOptions) options.trace.answered((name) => response.headers.get(name));
      context.response = response;
    } catch (error) {
      const broken = new GraphClientError('no answer');
      broken.customError = error;
      throw broken;
    }
  }
}

function graphFailure(error: unknown): RequestFailure {
  if (error instanceof GraphClientError) return networkFailure(error.customError ?? error);
  // Below 400: the answer broke off in the middle or was no JSON.
  if (!(error instanceof GraphError) || error.statusCode < 400) return networkFailure(error);
  const headers = error.headers instanceof Headers ? error.headers : new Headers();
  return {
    kind: 'answered',
    status: error.statusCode,
    code: detailCode(error.body) ?? error.code ?? undefined,
    message: error.message,
    requestId: error.requestId ?? headers.get('request-id') ?? undefined,
    retryAfter: headers.get('retry-after') ?? undefined,
    claims: claimsOfChallenge(headers.get('www-authenticate')),
  };
}

const bodySchema = z.string().transform((text, context) => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    context.addIssue('no JSON');
    return z.NEVER;
  }
}).pipe(z.object({ details: z.array(z.object({ code: z.string() })) }));

/** Graph's own code is often only `Request_BadRequest`; the first detail says what it was. */
function detailCode(body: unknown): string | undefined {
  return bodySchema.safeParse(body).data?.details[0]?.code;
}
