import { z } from 'zod';

import { type Sentence, say, sentenceSchema } from './sentence.ts';

/** What Microsoft itself said: shown beside our own sentence, escaped, never interpreted by the domain. */
export const upstreamSchema = z.object({
  service: z.enum(['entra', 'graph', 'dataverse', 'discovery', 'powerPlatform', 'keyVault', 'solutionSource']),
  /** HTTP status, absent when no answer came. */
  status: z.number().int().optional(),
  /** Microsoft's own code, for example `0x80040220`, `Authorization_RequestDenied`, `AADSTS7000215`. */
  code: z.string().optional(),
  message: z.string(),
  /** Where nothing was said, or nothing that can be used: what was noticed instead, in the place of `message`. */
  noticed: sentenceSchema.optional(),
  /** Microsoft's correlation id, for support. */
  requestId: z.string().optional(),
  /** Ours, under which Microsoft's logs have it too. */
  clientRequestId: z.string().optional(),
});
export type Upstream = z.infer<typeof upstreamSchema>;

/** Every failure that a person may meet. */
export const errorCatalogue = {
  'E-SIGN-IN': { key: 'error.signIn' },
  'E-CLAIMS': { key: 'error.claims' },
  'E-CONSENT': { key: 'error.consent' },
  'E-OTHER-ACCOUNT': { key: 'error.otherAccount' },
  'E-GUEST': { key: 'error.guest' },
  'E-REFUSED': { key: 'error.refused' },
  'E-NOT-MEMBER': { key: 'error.notMember' },
  'E-FOREIGN': { key: 'error.foreign' },
  'E-NOT-FOUND': { key: 'error.notFound' },
  'E-BUSY': { key: 'error.busy' },
  'E-UNREACHABLE': { key: 'error.unreachable' },
  'E-HELD': { key: 'error.held' },
  'E-UNCLEAR': { key: 'error.unclear' },
  'E-ANSWER': { key: 'error.answer' },
  'E-SOL-FILE': { key: 'error.solutionFile' },
  'E-SOL-HASH': { key: 'error.solutionHash' },
  'E-SOL-UNREADABLE': { key: 'error.solutionUnreadable' },
  'E-SOL-DIFFERS': { key: 'error.solutionDiffers' },
  'E-SOL-INVALID': { key: 'error.solutionInvalid' },
  'E-SOL-DEPENDENCY': { key: 'error.solutionDependency' },
  'E-SOL-NOT-MANAGED': { key: 'error.solutionNotManaged' },
  'E-SOL-UNMANAGED': { key: 'error.solutionUnmanaged' },
  'E-SOL-PUBLISHER': { key: 'error.solutionPublisher' },
  'E-SOL-TAKEN': { key: 'error.solutionTaken' },
  'E-SOL-IMPORT': { key: 'error.solutionImport' },
  'E-SOL-TOO-LONG': { key: 'error.solutionTooLong' },
  'E-SOL-NEEDED': { key: 'error.solutionNeeded' },
  'E-SOL-NOT-STARTED': { key: 'error.solutionNotStarted' },
  'E-IMPORT-OPEN': { key: 'error.importOpen' },
  'E-ROLE-LOCKED': { key: 'error.roleLocked' },
  'E-ROLE-MISSING': { key: 'error.roleMissing' },
  'E-KEY-LIFETIME': { key: 'error.keyLifetime' },
  'E-KEY-FORBIDDEN': { key: 'error.keyForbidden' },
  'E-VAULT-REFUSED': { key: 'error.vaultRefused' },
  'E-VAULT-MISSING': { key: 'error.vaultMissing' },
  'E-VAULT-NAME': { key: 'error.vaultName' },
  'E-READ-BACK': { key: 'error.readBack' },
  'E-NO-LICENCE': { key: 'error.noLicence' },
  'E-NOT-LICENSED': { key: 'error.notLicensed' },
  'E-USER-MISSING': { key: 'error.userMissing' },
  'E-PROOF-TIMEOUT': { key: 'error.proofTimeout' },
  'E-REPLICATION': { key: 'error.replication' },
  'E-INTERNAL': { key: 'error.internal' },
} as const satisfies Record<string, { key: string }>;
export type ErrorCode = keyof typeof errorCatalogue;

/** Entra's claims challenges are some hundred characters long; what is longer is none. */
export const longestClaims = 4_000;

/** A failure as a run stores it and a card shows it. */
export const failureSchema = z.object({
  code: z.custom<ErrorCode>((code) => typeof code === 'string' && code in errorCatalogue),
  sentence: sentenceSchema,
  upstream: upstreamSchema.optional(),
  /** Only with `E-CLAIMS`: what Entra wants proven at the next sign-in, as it said it. */
  claims: z.string().max(longestClaims).optional(),
  /** Only with `E-CLAIMS`: object id of the person who can prove it; absent in records of before. */
  person: z.string().optional(),
  /** Ties what the person sees to the log. */
  errorId: z.string(),
});
export type Failure = z.infer<typeof failureSchema>;

/** Only another sign-in helps: Microsoft does not take the one that there is, or it is of another account. */
export function isSignInRefused({ code }: Pick<Failure, 'code'>): boolean {
  return code === 'E-SIGN-IN' || code === 'E-OTHER-ACCOUNT';
}

/** The person has to sign in, to prove or to consent to something first: the way things go, and nothing has failed. */
export function isUpToPerson({ code }: Pick<Failure, 'code'>): boolean {
  return isSignInRefused({ code }) || code === 'E-CLAIMS' || code === 'E-CONSENT';
}

/** The one error type that crosses layers. Clients translate into it once; whoever catches it shows it, unknown errors become `E-INTERNAL`. */
export class SetupError extends Error {
  readonly code: ErrorCode;
  readonly values: Record<string, string | number>;
  readonly upstream: Upstream | undefined;
  /** The change that failed may have been made: its answer was lost, or not understood. */
  readonly mayBeDone: boolean;
  /** What the person would have to prove, see `failureSchema`; kept with `E-CLAIMS` only. */
  readonly claims: string | undefined;
  /** Object id of the person who can prove it. */
  readonly person: string | undefined;

  constructor(
    code: ErrorCode,
    detail: { values?: Record<string, string | number>; upstream?: Upstream; mayBeDone?: boolean; claims?: string; person?: string; cause?: unknown } = {},
  ) {
    super(detail.upstream ? `${code}: ${detail.upstream.message || detail.upstream.noticed?.key}` : code, { cause: detail.cause });
    this.name = 'SetupError';
    this.code = code;
    this.values = detail.values ?? {};
    this.upstream = detail.upstream;
    this.mayBeDone = detail.mayBeDone ?? code === 'E-UNCLEAR';
    this.claims = detail.claims;
    this.person = detail.person;
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
    ...(known.code === 'E-CLAIMS' && { claims: known.claims, person: known.person }),
    errorId,
  };
}
