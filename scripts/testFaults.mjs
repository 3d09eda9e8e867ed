// `npm run test:faults`: every kind of fault at every change of a setup, of its undo and of putting it right, and at whatever is read, as a table for each way.
// `-- --sample 20 --seed 7` tries 20 of each way, the same for the same seed; `--way undo` only the ways whose file begins so,
// `--kind killed` only such kinds, `--request token` only requests that have this in their name.
import { parseArgs } from 'node:util';

const today = new Date().toISOString().slice(0, 10);
const { values } = parseArgs({
  options: {
    sample: { type: 'string' },
    seed: { type: 'string', default: today },
    way: { type: 'string', default: '' },
    kind: { type: 'string', default: '' },
    request: { type: 'string', default: '' },
  },
});
process.argv.length = 2;
process.env.FAULTS_KIND = values.kind;
process.env.FAULTS_REQUEST = values.request;
if (values.sample !== undefined) {
  process.env.FAULTS_SAMPLE = values.sample;
  process.env.FAULTS_SEED = values.seed;
  console.log(`A sample of ${values.sample} of each way, seed ${values.seed}.`);
}
process.argv.push(`test/faults/${values.way}`);
await import('./test.mjs');
