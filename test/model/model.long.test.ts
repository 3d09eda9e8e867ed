import { playGames } from './game.ts';
import { Stage } from './play.ts';

/** A sample, always the same; `npm run test:model` plays others, for longer, and again what failed. */
const steps = Number(process.env['MODEL_STEPS'] ?? 60);
const seed = Number(process.env['MODEL_SEED'] ?? 20_261_122);
const path = process.env['MODEL_PATH'];

describe('Whatever messages, clicks, restarts, faults and jumps of the clock come together', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.build();
  }, 60_000);
  afterAll(() => stage?.close());

  test(`each change happens once, as approved, and the setup comes to its end (seed ${seed})`, async () => {
    const played = await playGames(stage, { steps, seed, ...(path !== undefined && { path }) });
    process.stdout.write(`${played} commands, seed ${seed}\n`);
    expect(played).toBeGreaterThanOrEqual(path === undefined ? steps : 0);
  }, steps * 5_000 + 120_000);
});
