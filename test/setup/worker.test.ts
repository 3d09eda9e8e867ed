import { DatabaseSync } from 'node:sqlite';

import { createWorker } from '../../src/setup/worker.ts';
import { jobBench, leaseMs } from './jobBench.ts';

describe('The worker', () => {
  const { withOneJob, removeAll } = jobBench();
  afterEach(removeAll);
  const nobodyThere = { tell: () => Promise.reject(new Error('Nobody there')) };

  test('does a job, tells the person, and is done with it', async () => {
    const { worker, runs, jobs, seen } = withOneJob();
    expect(await worker.runDue()).toBe(1);
    expect(runs.load('run-1')?.discovery.status).toBe('read');
    expect(seen).toMatchObject({ looked: 1, told: ['run-1'] });
    expect(jobs.nextDue()).toBeUndefined();
  });

  test('that could not tell tells again later, without doing the work again', async () => {
    const { parts, clock, seen } = withOneJob();
    await createWorker({ ...parts, teller: nobodyThere }).runDue();
    expect(await createWorker(parts).runDue()).toBe(0);
    clock.advance(leaseMs);
    expect(await createWorker(parts).runDue()).toBe(1);
    expect(seen).toMatchObject({ looked: 1, told: ['run-1'] });
  });

  test('tells when the channel has time again, not before and without keeping other work waiting', async () => {
    const { parts, clock, seen, runs } = withOneJob();
    await createWorker({ ...parts, teller: { tell: () => Promise.resolve({ kind: 'notNow', forMs: 600_000 }) } }).runDue();
    expect(seen).toMatchObject({ looked: 1, logged: ['The person is told later'] });
    clock.advance(599_000);
    const [job] = [{ task: { kind: 'discover' } as const }];
    runs.commit({ run: { ...runs.load('run-1')!, discovery: { status: 'reading', since: clock.now().toISOString() } }, enqueue: [job] });
    expect(await createWorker(parts).runDue()).toBe(1);
    expect(seen).toMatchObject({ looked: 2, told: ['run-1'] });
    clock.advance(1000);
    expect(await createWorker(parts).runDue()).toBe(1);
    expect(seen).toMatchObject({ looked: 2, told: ['run-1', 'run-1'] });
  });

  test.each(['queued', 'applied'])('keeps a job (%s) of a record that another build wrote, for the build that can read it', async (state) => {
    const { parts, runs, clock, seen } = withOneJob();
    if (state === 'applied') await createWorker({ ...parts, teller: nobodyThere }).runDue();
    clock.advance(leaseMs);
    const good = runs.load('run-1')!;
    runs.commit({ run: { ...good, schemaVersion: 99 as never } });
    for (let round = 0; round < 40; round += 1) {
      await createWorker({ ...parts, teller: { tell: () => Promise.resolve({ kind: 'told' }) } }).runDue();
      clock.advance(60_000);
    }
    expect(runs.load('run-1')).toBeUndefined();
    runs.commit({ run: { ...good, version: good.version + 1 } });
    expect(await createWorker(parts).runDue()).toBe(1);
    expect(seen).toMatchObject({ looked: 1, told: ['run-1'] });
    expect(runs.load('run-1')?.discovery.status).toBe('read');
  });

  test('is done with a job of a record that is gone', async () => {
    const { worker, jobs, file } = withOneJob();
    const database = new DatabaseSync(file);
    database.exec('pragma foreign_keys = off');
    database.exec('delete from runs');
    database.close();
    await worker.runDue();
    expect(jobs.nextDue()).toBeUndefined();
  });

  test('leaves a job alone that another worker has in hand', async () => {
    const { parts, seen } = withOneJob();
    const [first, second] = await Promise.all([createWorker(parts).runDue(), createWorker(parts).runDue()]);
    expect(first + second).toBe(1);
    expect(seen.looked).toBe(1);
  });

  test('takes over a job whose worker died in the middle', async () => {
    const { parts, jobs, clock, seen } = withOneJob();
    jobs.claim(clock.now().toISOString(), new Date(clock.now().getTime() + leaseMs).toISOString());
    expect(await createWorker(parts).runDue()).toBe(0);
    clock.advance(leaseMs);
    expect(await createWorker(parts).runDue()).toBe(1);
    expect(seen).toMatchObject({ looked: 1, told: ['run-1'] });
  });

  test('destroys what nobody fetched in time', async () => {
    const { worker, vault, clock } = withOneJob();
    vault.seal('run-1', 'key', 'a secret', clock.now().toISOString());
    await worker.runDue();
    clock.advance(-1);
    expect(vault.open('run-1', 'key', clock.now().toISOString())).toBeUndefined();
  });
});
