// `npm run test:faults`: every kind of fault at every change that a setup makes, as a table for each way. `-- --sample 20 --seed 7` tries 20 of each way, the same for the same seed.
import { parseArgs } from 'node:util';

const today = new Date().toISOString().slice(0, 10);
const { values } = parseArgs({ options: { sample: { type: 'string' }, seed: { type: 'string', default: today } } });
process.argv.length = 2;
if (values.sample !== undefined) {
  process.env.FAULTS_SAMPLE = values.sample;
  process.env.FAULTS_SEED = values.seed;
  console.log(`A sample of ${values.sample} of each way, seed ${values.seed}.`);
}
process.argv.push('test/faults/');
await import('./test.mjs');
