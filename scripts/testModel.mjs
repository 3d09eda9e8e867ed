// `npm run test:model`: random games of messages, clicks, restarts, faults and jumps of the clock against the real bot and the sandbox, held against a small
// model. `-- --seed N --path P` plays one again, as a failure has printed it; `--steps N` for another length than ten thousand commands.
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { seed: { type: 'string' }, path: { type: 'string' }, steps: { type: 'string', default: '10000' } } });
process.env.MODEL_STEPS = values.steps;
process.env.MODEL_SEED = values.seed ?? String(Date.now() % 2 ** 31);
if (values.path) process.env.MODEL_PATH = values.path;
process.argv.splice(2, Infinity, 'test/model');
await import('./test.mjs');
