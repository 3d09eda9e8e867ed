import { randomUUID } from 'node:crypto';

import { type Application, startApplication } from './application.ts';
import { ConfigurationError, readConfiguration } from './configuration.ts';
import { createLog, type Log } from './log.ts';

const exitWithinMs = 10_000;

async function main(): Promise<void> {
  const configuration = readConfiguration(process.env);
  const log = createLog(configuration.logLevel);
  guard(log);
  const application = await startApplication(configuration, { log });
  endOnSignal(application, log);
  // Not sooner: whoever reads it may tell the bot to end.
  log.info({ url: application.url, cloud: application.cloud }, 'Ready');
}

/** The first signal ends it in order, a second one at once. */
function endOnSignal(application: Application, log: Log): void {
  let isEnding = false;
  const end = (signal: NodeJS.Signals): void => {
    if (isEnding) process.exit(1);
    isEnding = true;
    log.info({ signal }, 'Ending');
    void endInOrder(application, log);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, end);
}

async function endInOrder(application: Application, log: Log): Promise<void> {
  setTimeout(() => process.exit(1), exitWithinMs).unref();
  try {
    await application.stop();
    process.exit(0);
  } catch (error) {
    log.fatal({ err: error }, 'The bot did not stop in order');
    process.exit(1);
  }
}

/**
 * A promise that nobody waited for has left nothing half written, since every decision is one transaction: the bot goes on.
 * After an exception that nobody caught nothing is certain: it ends, and whoever runs it starts it again.
 */
function guard(log: Log): void {
  process.on('unhandledRejection', (error) => {
    log.error({ err: error, errorId: randomUUID().slice(0, 8) }, 'A promise was rejected and nobody was waiting for it');
  });
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error, errorId: randomUUID().slice(0, 8) }, 'An exception was not caught');
    process.exit(1);
  });
}

try {
  await main();
} catch (error) {
  const lines = error instanceof ConfigurationError ? error.mistakes : [error instanceof Error ? error.message : String(error)];
  for (const line of lines) console.error(line);
  process.exitCode = 1;
}
