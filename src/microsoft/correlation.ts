import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { subscribe } from 'node:diagnostics_channel';
import { ClientRequest, IncomingMessage } from 'node:http';

import { z } from 'zod';

import type { Upstream } from '../setup/errors.ts';

/** One logical request, however often it is sent: by these ids Microsoft's support finds it. */
export interface RequestTrace {
  /** The header that the API knows our own id by, and the id: the same at every attempt. */
  readonly header: string;
  readonly clientRequestId: string;
  /** To be called with the headers of every answer, good or bad. */
  answered(header: (name: string) => string | null | undefined): void;
}

/** Where services put their own id of a request: Graph; Dataverse, also under its older name; Power Platform and Azure. */
const serviceHeaders = ['request-id', 'x-ms-service-request-id', 'req_id', 'x-ms-request-id', 'x-ms-correlation-id'] as const;
/** Entra and Graph have a name of their own for the id that the client chooses. */
const clientHeaders: Partial<Record<Upstream['service'], string>> = { entra: 'client-request-id', graph: 'client-request-id' };

/** What may be an id, or Dataverse's two with a comma; a header that holds anything else is not kept. */
const idSchema = z.string().regex(/^[\w.:,-]{1,128}$/u);

const collectors = new AsyncLocalStorage<string[]>();

/** While `work` runs, the ids of every request that it sends are added to `requestIds` as `header=id`: ours when it is sent, Microsoft's with each answer. */
export async function collectRequestIds<T>(requestIds: string[], work: () => Promise<T>): Promise<T> {
  return await collectors.run(requestIds, work);
}

/** Tokens are asked for by every kind of work: their requests are in the log only. */
export function newTrace(service: Upstream['service']): RequestTrace {
  const collector = service === 'entra' ? undefined : collectors.getStore();
  const header = clientHeaders[service] ?? 'x-ms-client-request-id';
  const clientRequestId = randomUUID();
  collector?.push(`${header}=${clientRequestId}`);
  return {
    header,
    clientRequestId,
    answered: (valueOf) => {
      const name = serviceHeaders.find((one) => idSchema.safeParse(valueOf(one)).success);
      if (name) collector?.push(`${name}=${valueOf(name)}`);
    },
  };
}

const underWay = new Map<string, RequestTrace>();
const answerSchema = z.object({ request: z.instanceof(ClientRequest), response: z.instanceof(IncomingMessage) });

/** For a client library that shows no headers of good answers and sends with node:https: they are read where node announces them. */
export async function tracedByNode<T>(trace: RequestTrace, send: () => Promise<T>): Promise<T> {
  underWay.set(trace.clientRequestId, trace);
  try {
    return await send();
  } finally {
    underWay.delete(trace.clientRequestId);
  }
}

subscribe('http.client.response.finish', (message) => {
  const answer = answerSchema.safeParse(message);
  if (!answer.success) return;
  const { request, response } = answer.data;
  const sent = request.getHeader('x-ms-client-request-id');
  const trace = typeof sent === 'string' ? underWay.get(sent) : undefined;
  trace?.answered((name) => response.headersDistinct[name]?.[0]);
});
