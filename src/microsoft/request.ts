import pRetry from 'p-retry';
import { z } from 'zod';

import { type ErrorCode, SetupError, type Upstream } from '../setup/errors.ts';
import { say } from '../setup/sentence.ts';
import { newTrace, type RequestTrace } from './correlation.ts';
import { networkFailure, OutOfTime, type RequestFailure, upstreamOf } from './failure.ts';

/**
 * How often a request may be sent. `read` changes nothing. `repeatable` is a write that comes to the same when it is done twice (an upsert,
 * a delete, a row under a chosen id). `once` is every other write.
 */
export type RequestKind = 'read' | 'repeatable' | 'once';

export interface MicrosoftRequest<T, Instead = never> {
  readonly service: Upstream['service'];
  /** Method and path as people and journals name it, for example `POST /applications`. */
  readonly name: string;
  readonly kind: RequestKind;
  readonly timeoutMs?: number;
  /** What the answer must look like. */
  readonly answer: z.ZodType<T>;
  /** Sends the trace's id along, and tells it of the answer's headers. */
  send(signal: AbortSignal, trace: RequestTrace): Promise<unknown>;
  failureOf(error: unknown): RequestFailure;
  /** Failures that are answers, for example a 404 of something that may be missing. */
  readonly instead?: (failure: RequestFailure) => { value: Instead } | undefined;
}

/** Time as this layer needs it; tests put in their own and wait for nothing. */
export interface Timing {
  now(): Date;
  sleep(milliseconds: number): Promise<void>;
  /** Aborts when the time is over. */
  deadline(milliseconds: number): AbortSignal;
}

export interface RequestLog {
  info(details: object, message: string): void;
}

/** Sends a request under the rules of `retryRules` and turns whatever goes wrong into a `SetupError`. */
export type SendRequest = <T, Instead = never>(request: MicrosoftRequest<T, Instead>) => Promise<T | Instead>;

interface RetryRule {
  readonly on: number | RequestFailure['kind'];
  readonly kinds: readonly RequestKind[];
  readonly because: string;
}

/** What is worth the same request again. Everything else is final at once. */
export const retryRules: readonly RetryRule[] = [
  { on: 429, kinds: ['read', 'repeatable', 'once'], because: 'Refused for its rate before anything was done; Retry-After says when to come back.' },
  { on: 'unsent', kinds: ['read', 'repeatable', 'once'], because: 'The connection was never made, so nothing was done.' },
  { on: 502, kinds: ['read', 'repeatable'], because: 'A gateway lost the service for a moment.' },
  { on: 503, kinds: ['read', 'repeatable'], because: 'The service is restarting or overloaded; it often says for how long.' },
  { on: 504, kinds: ['read', 'repeatable'], because: 'A gateway waited in vain; doing it again comes to the same.' },
  { on: 'cut', kinds: ['read', 'repeatable'], because: 'The answer was lost on the way; doing it again comes to the same.' },
];

export const limits = {
  attempts: 4,
  timeoutMs: 30_000,
  /** Longer than this nobody waits on a card: the person is told when to come back. */
  longestWaitMs: 30_000,
  /** No further attempt begins later than this after the first one began. */
  totalMs: 90_000,
  firstWaitMs: 1_000,
} as const;

const realTiming: Timing = {
  now: () => new Date(),
  sleep: (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); }),
  deadline: (milliseconds) => AbortSignal.timeout(milliseconds),
};

export function createSender(options: { timing?: Partial<Timing>; log?: RequestLog } = {}): SendRequest {
  const timing = { ...realTiming, ...options.timing };
  return async <T, Instead>(request: MicrosoftRequest<T, Instead>) => {
    try {
      return await repeat(request, timing, options.log);
    } catch (error) {
      if (!(error instanceof FailedAttempt)) throw error;
      const instead = request.instead?.(error.failure);
      if (instead) return instead.value;
      throw translate(request, error.failure, timing.now());
    }
  };
}

/** For a write whose answer is not looked at. */
export const nothing = z.unknown().transform(() => undefined);

/** The value to go on with when a failure passes the test. */
export function when<V>(test: (failure: RequestFailure) => boolean, value: V): (failure: RequestFailure) => { value: V } | undefined {
  return (failure) => (test(failure) ? { value } : undefined);
}

export function isNotFound(failure: RequestFailure): boolean {
  return failure.status === 404;
}

class FailedAttempt extends Error {
  readonly failure: RequestFailure;

  constructor(failure: RequestFailure) {
    super(failure.message);
    this.failure = failure;
  }
}

async function repeat<T>(request: MicrosoftRequest<T, unknown>, timing: Timing, log: RequestLog | undefined): Promise<T> {
  const startedAt = timing.now().getTime();
  const trace = newTrace(request.service);
  const before = { mayBeDone: false };
  return await pRetry((attempt) => tryOnce(request, { timing, log, attempt, trace, before }), {
    retries: limits.attempts - 1,
    minTimeout: 0,
    shouldRetry: async ({ error, attemptNumber }) => {
      if (!(error instanceof FailedAttempt) || !mayRepeat(request.kind, error.failure)) return false;
      const wait = waitBefore(attemptNumber, error.failure, timing.now());
      const isOver = timing.now().getTime() - startedAt + wait > limits.totalMs;
      if (wait > limits.longestWaitMs || isOver) return false;
      await timing.sleep(wait);
      return true;
    },
  });
}

interface Attempt {
  readonly timing: Timing;
  readonly log: RequestLog | undefined;
  readonly attempt: number;
  readonly trace: RequestTrace;
  /** What the attempts of before may have left. */
  readonly before: { mayBeDone: boolean };
}

async function tryOnce<T>(request: MicrosoftRequest<T, unknown>, { timing, log, attempt, trace, before }: Attempt): Promise<T> {
  const { clientRequestId } = trace;
  const about = { service: request.service, request: request.name, attempt, clientRequestId };
  const startedAt = timing.now().getTime();
  try {
    const answer = await inTime(request, timing, trace);
    log?.info({ ...about, ms: timing.now().getTime() - startedAt }, 'answered by Microsoft');
    return readAnswer(request, answer);
  } catch (error) {
    if (error instanceof SetupError) throw error;
    const failure = error instanceof OutOfTime ? networkFailure(error) : request.failureOf(error);
    const { status, code, requestId } = failure;
    log?.info({ ...about, status, code, requestId, ms: timing.now().getTime() - startedAt }, 'not answered as hoped by Microsoft');
    const { mayBeDone } = before;
    before.mayBeDone ||= request.kind !== 'read' && isUnclear(failure);
    throw new FailedAttempt({ ...failure, mayBeDone, clientRequestId });
  }
}

/** The clients leave a promise open when an answer breaks off in the middle, so the time limit does not rely on them. */
async function inTime(request: MicrosoftRequest<unknown, unknown>, timing: Timing, trace: RequestTrace): Promise<unknown> {
  const timeoutMs = request.timeoutMs ?? limits.timeoutMs;
  const signal = timing.deadline(timeoutMs);
  const late = new Promise<never>((_resolve, reject) => {
    const giveUp = (): void => reject(new OutOfTime(timeoutMs));
    signal.addEventListener('abort', giveUp, { once: true });
    if (signal.aborted) giveUp();
  });
  return await Promise.race([late, request.send(signal, trace)]);
}

function readAnswer<T>(request: MicrosoftRequest<T, unknown>, answer: unknown): T {
  const checked = request.answer.safeParse(answer);
  if (checked.success) return checked.data;
  const details = checked.error.issues.map(({ path, message: problem }) => `${path.join('.') || 'answer'}: ${problem}`).join('; ');
  // Whatever was asked has been done; a write that cannot be repeated has to be looked up.
  const failure: RequestFailure = { kind: 'answered', message: '', mayBeDone: true, noticed: say('noticed.notUnderstood', { details }) };
  throw failed(request, request.kind === 'once' ? 'E-UNCLEAR' : 'E-ANSWER', failure);
}

function mayRepeat(kind: RequestKind, failure: RequestFailure): boolean {
  const matches = (on: RetryRule['on']): boolean => (failure.kind === 'answered' ? on === failure.status : on === failure.kind);
  return retryRules.some((rule) => matches(rule.on) && rule.kinds.includes(kind));
}

function waitBefore(attempt: number, failure: RequestFailure, now: Date): number {
  return retryAfterMs(failure.retryAfter, now) ?? limits.firstWaitMs * 2 ** (attempt - 1);
}

/** Reads `Retry-After`: seconds, or a date. RFC 9110, section 10.2.3. */
export function retryAfterMs(header: string | undefined, now: Date): number | undefined {
  if (header === undefined || header.trim() === '') return undefined;
  const seconds = Number(header);
  const milliseconds = Number.isNaN(seconds) ? Date.parse(header) - now.getTime() : seconds * 1000;
  return Number.isNaN(milliseconds) ? undefined : Math.max(0, milliseconds);
}

function translate(request: MicrosoftRequest<unknown, unknown>, failure: RequestFailure, now: Date): SetupError {
  const code = errorCodeOf(request.kind, failure);
  if (code !== 'E-BUSY') return failed(request, code, failure);
  const wait = retryAfterMs(failure.retryAfter, now) ?? limits.longestWaitMs;
  return failed(request, code, failure, { until: new Date(now.getTime() + wait).toISOString() });
}

function errorCodeOf(kind: RequestKind, failure: RequestFailure): ErrorCode {
  if (kind === 'once' && isUnclear(failure)) return 'E-UNCLEAR';
  if (failure.kind !== 'answered') return 'E-UNREACHABLE';
  const { status = 0 } = failure;
  if (status === 429 || status === 503) return 'E-BUSY';
  if (status === 502 || status === 504) return 'E-UNREACHABLE';
  if (status === 404) return 'E-NOT-FOUND';
  return status >= 400 && status < 500 ? 'E-REFUSED' : 'E-ANSWER';
}

/** It may have been done: the server failed in the middle of it, or its answer never arrived. */
function isUnclear({ kind, status = 0 }: RequestFailure): boolean {
  return kind === 'cut' || (kind === 'answered' && status >= 500);
}

/** Names, which are the same in every language. A solution file that fails is told as `E-SOL-FILE`, without one. */
const serviceNames: Record<Upstream['service'], string> = {
  entra: 'Microsoft Entra',
  graph: 'Microsoft Graph',
  dataverse: 'Dataverse',
  discovery: 'Dynamics 365',
  powerPlatform: 'Power Platform',
  keyVault: 'Azure Key Vault',
  solutionSource: 'HTTPS',
};

function failed(
  { service, name, kind }: MicrosoftRequest<unknown, unknown>,
  code: ErrorCode,
  failure: RequestFailure,
  more: Record<string, string> = {},
): SetupError {
  const { claims } = failure;
  const values = { what: name, service: serviceNames[service], ...more };
  const mayBeDone = kind !== 'read' && (failure.mayBeDone === true || isUnclear(failure));
  return new SetupError(code, { values, upstream: upstreamOf(service, failure), mayBeDone, ...(claims !== undefined && { claims }) });
}
