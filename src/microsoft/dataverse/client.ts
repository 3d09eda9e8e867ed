import { DynamicsWebApi } from 'dynamics-web-api';
import { z } from 'zod';

import { type ApiToken, sendAuthorised } from '../apiToken.ts';
import { claimsOfChallenge } from '../claims.ts';
import { type RequestTrace, tracedByNode } from '../correlation.ts';
import { networkFailure, type RequestFailure } from '../failure.ts';
import { limits, type MicrosoftRequest, type SendRequest } from '../request.ts';

export interface DataverseCall<T, Instead = never>
  extends Pick<MicrosoftRequest<T, Instead>, 'name' | 'kind' | 'answer' | 'instead' | 'timeoutMs'> {
  /** `common` belongs to every request of the library: token, time limit, headers. */
  readonly send: (api: DynamicsWebApi, common: CommonRequest) => Promise<unknown>;
}

export interface CommonRequest {
  readonly token: string;
  readonly signal: AbortSignal;
  readonly headers: Record<string, string>;
}

/**
 * The same for `callFunction`, which copies its request deeply and breaks the signal on the way (dynamics-web-api 2.5). Its time limit is on silence of
 * the connection; ours stands above it.
 */
export function forFunction({ token, headers }: CommonRequest): Omit<CommonRequest, 'signal'> & { timeout: number } {
  return { token, headers, timeout: limits.timeoutMs };
}

/** One request to an environment's Web API 9.2 with one account's token. */
export type CallDataverse = <T, Instead = never>(call: DataverseCall<T, Instead>) => Promise<T | Instead>;

/** The library neither retries nor keeps tokens; `origin` was checked against the cloud before. */
export function createDataverseClient(origin: string, send: SendRequest, token: ApiToken): CallDataverse {
  const api = new DynamicsWebApi({ serverUrl: origin, dataApi: { version: '9.2' } });
  return ({ send: sendWith, ...call }) =>
    sendAuthorised(send, token, (accessToken) => ({
      ...call,
      service: 'dataverse',
      send: (signal, trace) => tracedByNode(trace, () => sendWith(api, { token: accessToken, signal, headers: commonHeaders(trace) })),
      failureOf: dataverseFailure,
    }));
}

/** `If-None-Match: null` keeps answers out of caches (Microsoft's own advice); the client request id finds a request in their logs. */
function commonHeaders({ header: name, clientRequestId }: RequestTrace): Record<string, string> {
  return { 'User-Agent': 'LeadSetup', 'If-None-Match': 'null', [name]: clientRequestId };
}

const errorSchema = z.object({
  status: z.number(),
  code: z.string().optional(),
  message: z.string().catch(''),
  headers: z.record(z.string(), z.unknown()).catch({}),
});

/** The library throws an `Error` with the answer's status, code and headers, or node's own without a status. */
function dataverseFailure(error: unknown): RequestFailure {
  const answered = errorSchema.safeParse(error);
  if (!answered.success) return networkFailureOrThrow(error);
  const { status, code, message, headers: answer } = answered.data;
  return {
    kind: 'answered',
    status,
    code,
    message,
    requestId: header(answer, 'x-ms-service-request-id') ?? header(answer, 'req_id'),
    retryAfter: header(answer, 'retry-after'),
    claims: claimsOfChallenge(header(answer, 'www-authenticate')),
  };
}

/** Whatever has no code of node's is no lost connection but a mistake, here or in the library. */
function networkFailureOrThrow(error: unknown): RequestFailure {
  const failure = networkFailure(error);
  if (failure.code === undefined) throw error;
  return failure;
}

function header(answer: Record<string, unknown>, name: string): string | undefined {
  const value = answer[name];
  return typeof value === 'string' ? value : undefined;
}
