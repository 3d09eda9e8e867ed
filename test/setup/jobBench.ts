import type { Microsoft } from '../../src/setup/ports/microsoft.ts';
import { createWorker, type WorkerParts } from '../../src/setup/worker.ts';
import { aRun, stoppedClock, temporaryStorage } from '../storage/sqliteStorage.ts';

export const leaseMs = 20_000;

/** Workers on files of their own. */
export function jobBench() {
  const stores: ReturnType<typeof temporaryStorage>[] = [];

  /** A run with one job, whose work is to look for environments. */
  const withOneJob = (given: Partial<WorkerParts> = {}) => {
    const clock = stoppedClock();
    const place = temporaryStorage(clock);
    stores.push(place);
    const { runs, jobs, people, secrets: vault } = place.open();
    runs.create(aRun({ signedIn: true, discovery: { status: 'reading', since: clock.now().toISOString() } }), [{ task: { kind: 'discover' } }]);
    const seen = { looked: 0, told: [] as string[], logged: [] as string[] };
    const directory = () => ({ isGuest: () => Promise.resolve(false) });
    const microsoft = { directory, environments: () => Promise.resolve((seen.looked += 1, [])) } as unknown as Microsoft;
    const put: { work: () => void; ms: number }[] = [];
    const parts: WorkerParts = {
      runs,
      jobs,
      vault,
      people,
      microsoft,
      clock,
      solutionSource: { read: () => Promise.resolve(undefined) },
      ids: { short: () => 'error-1', guid: () => 'guid-1' },
      teller: { tell: (runId) => Promise.resolve((seen.told.push(runId), { kind: 'told' })) },
      log: { error: (_detail, message) => void seen.logged.push(message), warn: (_detail, message) => void seen.logged.push(message) },
      later: (work, ms) => {
        const entry = { work, ms };
        put.push(entry);
        return () => void put.splice(0, put.length, ...put.filter((one) => one !== entry));
      },
      ...given,
    };
    return { clock, file: place.file, runs, jobs, vault, seen, parts, put, open: place.open, worker: createWorker(parts) };
  };
  return { withOneJob, removeAll: () => stores.splice(0).forEach(({ remove }) => remove()) };
}

/** Microsoft that answers each question only when a test says so. */
export function silentMicrosoft() {
  const waiting: ((environments: readonly unknown[]) => void)[] = [];
  const environments = () => new Promise<readonly unknown[]>((resolve) => void waiting.push(resolve));
  const microsoft = { directory: () => ({ isGuest: () => Promise.resolve(false) }), environments } as unknown as Microsoft;
  return { microsoft, waiting };
}

/** Lets everything that can go on go on. */
export async function untilQuiet(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => { setImmediate(resolve); });
}
