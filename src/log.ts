import { types } from 'node:util';

import { type DestinationStream, type Logger, pino } from 'pino';

import { forTheLog, textForTheLog } from './redaction.ts';

export type Log = Logger;

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

type Given = [details: unknown, message?: string, ...values: unknown[]];

/** One JSON object a line, to standard output. Everything is copied by `forTheLog` first: secrets, tokens and what people and cards say are never written. */
export function createLog(level: LogLevel, destination: DestinationStream = standardOutput()): Log {
  const options = {
    level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    // What comes here is a copy already.
    serializers: { err: (error: unknown) => error },
    hooks: {
      logMethod(this: Logger, given: Parameters<Logger['info']>, write: Logger['info']) {
        write.apply(this, safe(given));
      },
    },
  };
  return pino(options, destination);
}

/**
 * Without whoever read the log the bot works on, and ends when it is told to. The library's own writer tries for ever to get rid of
 * its last lines where nobody reads them any more.
 */
function standardOutput(): DestinationStream {
  process.stdout.on('error', () => undefined);
  return process.stdout;
}

/** Without a message of ours the library would take the error's own, as it is. */
function safe([details, message, ...values]: readonly unknown[]): Given {
  const inserted = values.map((value) => forTheLog(value));
  // The library joins what is given after a message into it.
  if (typeof details === 'string') return [{}, textForTheLog(details), forTheLog(message), ...inserted];
  const copy = forTheLog(types.isNativeError(details) ? { err: details } : details);
  const isRecord = typeof copy === 'object' && copy !== null && !Array.isArray(copy);
  return [isRecord ? copy : { details: copy }, typeof message === 'string' ? textForTheLog(message) : '', ...inserted];
}
