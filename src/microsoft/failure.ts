import { z } from 'zod';

import type { Upstream } from '../setup/errors.ts';
import { type Sentence, say } from '../setup/sentence.ts';

/** What went wrong with one request, in one shape for every client library. Holds nothing of the request: no header, no body, no token. */
export interface RequestFailure {
  /** `answered`: Microsoft said so. `unsent`: no connection was made, so nothing was done. `cut`: sent, and no whole answer came. */
  readonly kind: 'answered' | 'unsent' | 'cut';
  readonly status?: number | undefined;
  readonly code?: string | undefined;
  readonly message: string;
  /** An earlier attempt of the same request may have been carried out: what is there now may be its own. */
  readonly mayBeDone?: boolean;
  /** Ours, where the message is not Microsoft's. */
  readonly noticed?: Sentence | undefined;
  readonly requestId?: string | undefined;
  /** Ours, as it was sent along. */
  readonly clientRequestId?: string | undefined;
  /** The header as it came: seconds or a date. */
  readonly retryAfter?: string | undefined;
  /** What the person would have to prove at their next sign-in, as Entra or the API asked for it: JSON, see `claims.ts`. */
  readonly claims?: string | undefined;
}

/** The connection never came about: the name did not resolve, nobody listened, the address is none of the public network's, or the certificate was not trusted. */
const unsentCodes = new Set([
  'ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT',
  'ERR_ADDRESS_REFUSED', 'CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'ERR_TLS_CERT_ALTNAME_INVALID',
]);

const errorSchema = z.object({ code: z.string().optional().catch(undefined), cause: z.unknown().optional() }).catch({ code: undefined, cause: undefined });

/** Raised by us when an answer takes too long; the request is aborted, and may have been carried out all the same. */
export class OutOfTime extends Error {
  readonly code = 'ETIMEDOUT';
  readonly seconds: number;

  constructor(timeoutMs: number) {
    super('no answer in time');
    this.name = 'OutOfTime';
    this.seconds = Math.round(timeoutMs / 1000);
  }
}

/** A failure without an answer, read from what fetch (`TypeError` with a cause), node:https or a pipeline threw. */
export function networkFailure(error: unknown): RequestFailure {
  const code = codeOf(error);
  return {
    kind: code !== undefined && unsentCodes.has(code) ? 'unsent' : 'cut',
    code,
    message: '',
    noticed: noticedIn(error, code),
  };
}

function noticedIn(error: unknown, code: string | undefined): Sentence {
  if (error instanceof OutOfTime) return say('noticed.late', { seconds: error.seconds });
  return code === undefined ? say('noticed.cut') : say('noticed.noAnswer', { code });
}

export function upstreamOf(service: Upstream['service'], failure: RequestFailure): Upstream {
  return {
    service,
    ...(failure.status !== undefined && { status: failure.status }),
    ...(failure.code !== undefined && { code: failure.code }),
    message: failure.noticed ? '' : readable(failure),
    ...(failure.noticed && { noticed: failure.noticed }),
    ...(failure.requestId !== undefined && { requestId: failure.requestId }),
    ...(failure.clientRequestId !== undefined && { clientRequestId: failure.clientRequestId }),
  };
}

const longestMessage = 600;

/** Microsoft's words, without a gateway's HTML page and without anything that looks like a token. */
function readable({ message, status }: RequestFailure): string {
  const text = message.trim();
  if (text === '' || text.startsWith('<')) return `HTTP ${status ?? 'error'}`;
  return text.replaceAll(/\beyJ[\w-]+(?:\.[\w-]+)+/g, '…').slice(0, longestMessage);
}

/** The outermost code: fetch hides it in a chain of causes. */
function codeOf(error: unknown): string | undefined {
  const { code, cause } = errorSchema.parse(error);
  return code ?? (cause === undefined ? undefined : codeOf(cause));
}
