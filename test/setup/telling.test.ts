import type { Told } from '../../src/setup/setups.ts';
import { createWorker } from '../../src/setup/worker.ts';
import { jobBench } from './jobBench.ts';

const hourMs = 60 * 60_000;

describe('What a job came to', () => {
  const { withOneJob, removeAll } = jobBench();
  afterEach(removeAll);

  const refused = () => Promise.reject(new Error('500'));
  const busy = (): Promise<Told> => Promise.resolve({ kind: 'notNow', forMs: 20_000 });
  const gone = (): Promise<Told> => Promise.resolve({ kind: 'gone', error: new Error('403') });

  /** A worker whose channel answers so, and the instants at which it was asked, from the first on. */
  const away = (tell: () => Promise<Told>) => {
    const bench = withOneJob();
    const begunAt = bench.clock.now().getTime();
    const askedAt: number[] = [];
    const asked = () => {
      askedAt.push(bench.clock.now().getTime() - begunAt);
      return tell();
    };
    const worker = createWorker({ ...bench.parts, teller: { tell: asked } });
    /** Does what is due whenever something is, for so long or until nothing ever is. */
    const pass = async (ms: number) => {
      const until = bench.clock.now().getTime() + ms;
      await worker.runDue();
      for (let due = bench.jobs.nextDue(); due && Date.parse(due) <= until; due = bench.jobs.nextDue()) {
        bench.clock.advance(Date.parse(due) - bench.clock.now().getTime());
        await worker.runDue();
      }
    };
    return { ...bench, askedAt, pass };
  };

  test.each([['answers 500', refused], ['has no time', busy]])('is told when the channel is back that %s for a day', async (_how, tell) => {
    const { parts, pass, seen, jobs, clock } = away(tell);
    await pass(24 * hourMs);
    clock.advance(Date.parse(jobs.nextDue()!) - clock.now().getTime());
    await createWorker(parts).runDue();
    expect(seen).toMatchObject({ looked: 1, told: ['run-1'] });
    expect(jobs.nextDue()).toBeUndefined();
  });

  test('is tried to be told after pauses that grow up to ten minutes', async () => {
    const { askedAt, pass } = away(refused);
    await pass(hourMs);
    expect(askedAt.slice(0, 8).map((ms) => ms / 1000)).toEqual([0, 20, 60, 140, 300, 620, 1220, 1820]);
  });

  test('is not told any more when the channel does not come back, and the log says so', async () => {
    const { pass, seen, jobs } = away(refused);
    await pass(72 * hourMs);
    expect(jobs.nextDue()).toBeUndefined();
    expect(seen.logged.at(-1)).toBe('The person could not be told for a day, and is not told any more');
  });

  test('is not told for long to somebody who has left the chat, and the log says so', async () => {
    const { pass, seen, jobs } = away(gone);
    await pass(hourMs);
    expect(jobs.nextDue()).toBeUndefined();
    expect(seen.logged.at(-1)).toBe('The person has left the chat and is not told');
    expect(seen.logged).toHaveLength(6);
  });
});
