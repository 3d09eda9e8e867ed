import { z } from 'zod';

import { type Sentence, say, sentenceSchema } from './sentence.ts';

/** What Microsoft itself said: shown beside our own sentence, escaped, never interpreted by the domain. */
export const upstreamSchema = z.object({
  service: z.enum(['entra', 'graph', 'dataverse', 'discovery', 'solutionSource']),
  /** HTTP status, absent when no answer came. */
  status: z.number().int().optional(),
  /** Microsoft's own code, for example `0x80040220`, `Authorization_RequestDenied`, `AADSTS7000215`. */
  code: z.string().optional(),
  message: z.string(),
  /** Microsoft's correlation id, for support. */
  requestId: z.string().optional(),
});
export type Upstream = z.infer<typeof upstreamSchema>;

/** Every failure that a person may meet. `retryable`: the same click may succeed later without anything else changing. */
export const errorCatalogue = {
  'E-SIGN-IN': { key: 'error.signIn', retryable: true },
  'E-REFUSED': { key: 'error.refused', retryable: true },
  'E-NOT-FOUND': { key: 'error.notFound', retryable: true },
  'E-BUSY': { key: 'error.busy', retryable: true },
  'E-UNREACHABLE': { key: 'error.unreachable', retryable: true },
  'E-UNCLEAR': { key: 'error.unclear', retryable: true },
  'E-ANSWER': { key: 'error.answer', retryable: true },
  'E-SOL-FILE': { key: 'error.solutionFile', retryable: true },
  'E-SOL-HASH': { key: 'error.solutionHash', retryable: true },
  'E-SOL-INVALID': { key: 'error.solutionInvalid', retryable: true },
  'E-SOL-DEPENDENCY': { key: 'error.solutionDependency', retryable: true },
  'E-SOL-UNMANAGED': { key: 'error.solutionUnmanaged', retryable: true },
  'E-SOL-IMPORT': { key: 'error.solutionImport', retryable: true },
  'E-SOL-NOT-STARTED': { key: 'error.solutionNotStarted', retryable: true },
  'E-ROLE-MISSING': { key: 'error.roleMissing', retryable: true },
  'E-READ-BACK': { key: 'error.readBack', retryable: true },
  'E-PROOF-TIMEOUT': { key: 'error.proofTimeout', retryable: true },
  'E-REPLICATION': { key: 'error.replication', retryable: true },
  'E-INTERNAL': { key: 'error.internal', retryable: true },
} as const satisfies Record<string, { key: string; retryable: boolean }>;
export type ErrorCode = keyof typeof errorCatalogue;

/** A failure as a run stores it and a card shows it. */
export const failureSchema = z.object({
  code: z.custom<ErrorCode>((code) => typeof code === 'string' && code in errorCatalogue),
  sentence: sentenceSchema,
  upstream: upstreamSchema.optional(),
  /** Ties what the person sees to the log. */
  errorId: z.string(),
});
export type Failure = z.infer<typeof failureSchema>;

/** The one error type that crosses layers. Clients translate into it once; whoever catches it shows it, unknown errors become `E-INTERNAL`. */
export class SetupError extends Error {
  readonly code: ErrorCode;
  readonly values: Record<string, string | number>;
  readonly upstream: Upstream | undefined;

  constructor(
    code: ErrorCode,
    detail: { values?: Record<string, string | number>; upstream?: Upstream; cause?: unknown } = {},
  ) {
    super(detail.upstream ? `${code}: ${detail.upstream.message}` : code, { cause: detail.cause });
    this.name = 'SetupError';
    this.code = code;
    this.values = detail.values ?? {};
    this.upstream = detail.upstream;
  }

  get sentence(): Sentence {
    return say(errorCatalogue[this.code].key, this.values);
  }
}

/** Turns anything thrown into what a person may see; an unexpected error shows nothing of itself but its id. */
export function toFailure(error: unknown, errorId: string): Failure {
  const known = error instanceof SetupError ? error : new SetupError('E-INTERNAL', { cause: error });
  return {
    code: known.code,
    sentence: known.sentence,
    ...(known.upstream && { upstream: known.upstream }),
    errorId,
  };
}
