import type { Environment } from '../../src/setup/run.ts';
import { createWorker } from '../../src/setup/worker.ts';
import { environment } from '../storage/sqliteStorage.ts';
import { jobBench, leaseMs, silentMicrosoft, untilQuiet } from './jobBench.ts';

const late: Environment = { ...environment, name: 'Found too late' };

describe('A job that does not come back', () => {
  const { withOneJob, removeAll } = jobBench();
  afterEach(removeAll);
  /** The time for the job is over. */
  const overdue = ({ put }: ReturnType<typeof withOneJob>) => put.splice(0).forEach(({ work }) => work());

  test('is noticed after ten minutes, and taken over; what it still finds is not written', async () => {
    const { microsoft, waiting } = silentMicrosoft();
    const bench = withOneJob({ microsoft });
    const first = bench.worker.runDue();
    await untilQuiet();
    expect(bench.put.map(({ ms }) => ms)).toEqual([600_000]);
    overdue(bench);
    await untilQuiet();
    expect(bench.seen.logged).toEqual(['A job does not come back and is left to whoever takes it over']);
    waiting[1]!([environment]);
    await first;
    expect(bench.runs.load('run-1')?.offered).toEqual([environment]);
    waiting[0]!([late]);
    await untilQuiet();
    expect(bench.runs.load('run-1')?.offered).toEqual([environment]);
    expect(bench.seen.told).toEqual(['run-1']);
    expect(bench.seen.logged).toHaveLength(1);
  });

  test('for the third time is shown to the person, who may try again', async () => {
    const { microsoft, waiting } = silentMicrosoft();
    const bench = withOneJob({ microsoft });
    const working = bench.worker.runDue();
    for (let time = 0; time < 3; time += 1) {
      await untilQuiet();
      overdue(bench);
    }
    await working;
    expect(waiting).toHaveLength(3);
    expect(bench.runs.load('run-1')?.discovery).toMatchObject({ status: 'failed', failure: { code: 'E-INTERNAL', errorId: 'error-1' } });
    expect(bench.seen.told).toEqual(['run-1']);
    expect(bench.jobs.nextDue()).toBeUndefined();
  });

  test('leaves its place to other jobs', async () => {
    const { microsoft, waiting } = silentMicrosoft();
    const bench = withOneJob({ microsoft });
    const working = bench.worker.runDue();
    await untilQuiet();
    bench.jobs.claim(bench.clock.now().toISOString(), bench.clock.now().toISOString());
    overdue(bench);
    await untilQuiet();
    waiting.forEach((answer) => answer([]));
    await working;
    expect(bench.jobs.nextDue()).toBeUndefined();
  });

  test('does not hold up an end: it is handed back, and the next start goes on with it at once', async () => {
    const { microsoft, waiting } = silentMicrosoft();
    const bench = withOneJob({ microsoft });
    void bench.worker.runDue();
    await untilQuiet();
    const stopped = bench.worker.stop(6000);
    await untilQuiet();
    expect(bench.put.map(({ ms }) => ms)).toContain(6000);
    overdue(bench);
    await stopped;
    const next = bench.open();
    const begun = createWorker({ ...bench.parts, runs: next.runs, jobs: next.jobs, vault: next.secrets }).runDue();
    await untilQuiet();
    waiting[1]!([environment]);
    expect(await begun).toBe(1);
    waiting[0]!([late]);
    await untilQuiet();
    expect(next.runs.load('run-1')?.offered).toEqual([environment]);
  });
});

describe('A job whose lease ran out while it is still worked at', () => {
  const { withOneJob, removeAll } = jobBench();
  afterEach(removeAll);
  /** Two workers on one file, each with its own connection to it, the first of them held up. */
  const twoWorkers = () => {
    const { microsoft, waiting } = silentMicrosoft();
    const bench = withOneJob({ microsoft });
    const { runs, jobs, secrets: vault } = bench.open();
    const second = createWorker({ ...bench.parts, runs, jobs, vault });
    return { bench, second, waiting };
  };

  test('is done by the one who took it over, and by nobody else', async () => {
    const { bench, second, waiting } = twoWorkers();
    const first = bench.worker.runDue();
    await untilQuiet();
    bench.clock.advance(leaseMs);
    const takenOver = second.runDue();
    await untilQuiet();
    waiting[0]!([late]);
    await first;
    expect(bench.runs.load('run-1')?.discovery.status).toBe('reading');
    waiting[1]!([environment]);
    expect(await takenOver).toBe(1);
    expect(bench.runs.load('run-1')).toMatchObject({ discovery: { status: 'read' }, offered: [environment] });
    expect(bench.seen.told).toEqual(['run-1']);
    expect(bench.seen.logged).toEqual(['A job was taken over while it was still worked at']);
  });

  test('may still be finished by the first when nobody else has taken it', async () => {
    const { bench, second, waiting } = twoWorkers();
    const first = bench.worker.runDue();
    await untilQuiet();
    bench.clock.advance(leaseMs);
    waiting[0]!([environment]);
    await first;
    expect(bench.runs.load('run-1')?.offered).toEqual([environment]);
    expect(await second.runDue()).toBe(0);
  });
});
