import { createWorker } from '../../src/setup/worker.ts';
import { aRun } from '../storage/sqliteStorage.ts';
import { jobBench, leaseMs } from './jobBench.ts';

const hourMs = 60 * 60_000;

describe('A clock that is set back', () => {
  const { withOneJob, removeAll } = jobBench();
  afterEach(removeAll);
  const later = (bench: ReturnType<typeof withOneJob>, ms: number) => new Date(bench.clock.now().getTime() + ms).toISOString();
  /** Does what is due, and says of which runs. */
  const work = async (bench: ReturnType<typeof withOneJob>) => {
    await createWorker(bench.parts).runDue();
    return bench.seen.told.splice(0);
  };

  test('leaves no job of a worker that died to wait for as long', async () => {
    const bench = withOneJob();
    bench.jobs.followClock(later(bench, 0));
    bench.jobs.claim(later(bench, 0), later(bench, leaseMs));
    bench.clock.advance(-24 * hourMs);
    expect(await work(bench)).toEqual([]);
    bench.clock.advance(leaseMs);
    expect(await work(bench)).toEqual(['run-1']);
    expect(bench.seen.logged).toEqual(['The clock was set back, and what is due with it']);
  });

  test('lets what is due in a minute be due in a minute, also for the next process', async () => {
    const bench = withOneJob();
    await work(bench);
    bench.runs.create(aRun({ id: 'run-2', signedIn: true, discovery: { status: 'reading', since: later(bench, 0) } }), [{ task: { kind: 'discover' }, notBefore: later(bench, 60_000) }]);
    bench.clock.advance(-24 * hourMs);
    expect(await work(bench)).toEqual([]);
    bench.clock.advance(60_000);
    expect(await work(bench)).toEqual(['run-2']);
  });

  test('keeps no secret and no lock for longer', async () => {
    const bench = withOneJob();
    const environment = { url: 'https://contoso.crm.example', name: 'Contoso', isTest: false };
    await work(bench);
    const run = { ...bench.runs.load('run-1')!, environment };
    bench.runs.commit({ run, lock: 'acquire' });
    bench.vault.seal('run-1', 'key', 'a secret', later(bench, 24 * hourMs));
    bench.clock.advance(-100 * hourMs);
    await work(bench);
    const { runs, secrets } = bench.open();
    expect([runs.lockOf(run)?.since, secrets.open('run-1', 'key', later(bench, 0))]).toEqual([later(bench, 0), 'a secret']);
    bench.clock.advance(24 * hourMs);
    await work(bench);
    expect([runs.lockOf(run), secrets.open('run-1', 'key', '2026-01-01T00:00:00.000Z')]).toEqual([undefined, undefined]);
  });

  test('by less than a minute, or set forward, changes nothing', async () => {
    const bench = withOneJob();
    await work(bench);
    for (const ms of [-50_000, 50_000, 100 * hourMs]) {
      bench.clock.advance(ms);
      await work(bench);
    }
    expect(bench.seen.logged).toEqual([]);
  });
});
