import { z } from 'zod';
import { explainIssues } from './explainIssues.ts';
import { startSandbox } from './start.ts';

const port = z.coerce.number().int().min(0).max(65_529);
const environmentSchema = z.object({
  SANDBOX_PORT: port.default(4443),
  CHANNEL_PORT: port.default(3979),
  BOT_ENDPOINT: z.url().default('http://127.0.0.1:3978/api/messages'),
  DATA_DIR: z.string().min(1).default('.data'),
});

/** `npm run sandbox`: runs until it is interrupted. */
async function main(): Promise<void> {
  const environment = environmentSchema.parse(process.env);
  const sandbox = await startSandbox({
    port: environment.SANDBOX_PORT,
    channelPort: environment.CHANNEL_PORT,
    botEndpoint: environment.BOT_ENDPOINT,
    dataDir: environment.DATA_DIR,
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void sandbox.close());
  console.log(`Sandbox ready: ${sandbox.url} (channel ${sandbox.channelUrl}, bot ${environment.BOT_ENDPOINT})`);
}

function explain(error: unknown): string {
  if (error instanceof z.ZodError) return explainIssues(error);
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'EADDRINUSE' && 'port' in error) return `The sandbox cannot start: port ${String(error.port)} is in use. Set SANDBOX_PORT or CHANNEL_PORT, or end what uses it.`;
  return `The sandbox cannot start: ${error.message}`;
}

try {
  await main();
} catch (error) {
  console.error(explain(error));
  process.exitCode = 1;
}
