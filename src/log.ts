import { type DestinationStream, type Logger, pino } from 'pino';

export type Log = Logger;

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Names under which something secret, or what a person typed, could stand. */
const hidden = ['authorization', 'token', 'accessToken', 'secret', 'clientSecret', 'password', 'key', 'value', 'text', 'attachments', 'card'];
const depths = ['', '*.', '*.*.'];
/** What an error may say of itself: libraries hang whole requests, with their headers, on theirs. */
const shown = ['name', 'code', 'statusCode', 'stack'] as const;
const deepestCause = 4;

/** One JSON object a line. Secrets, tokens and what people and cards say are never written. */
export function createLog(level: LogLevel, destination?: DestinationStream): Log {
  const options = {
    level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    redact: { paths: depths.flatMap((depth) => hidden.map((name) => depth + name)), censor: '[hidden]' },
    serializers: { err: (error: unknown) => describeError(error) },
  };
  return destination ? pino(options, destination) : pino(options);
}

function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return { name: typeof error };
  // The dialog library wraps errors and loses their stack.
  const inner = 'error' in error && error.error instanceof Error ? error.error : error;
  const described = Object.fromEntries(shown.filter((name) => name in inner).map((name) => [name, Reflect.get(inner, name)]));
  return { ...described, ...(inner.cause !== undefined && depth < deepestCause && { cause: describeError(inner.cause, depth + 1) }) };
}
