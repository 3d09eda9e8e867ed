import { SetupError } from '../errors.ts';
import type { Commit, RunStore } from '../ports/stores.ts';
import type { Clock } from '../ports/tools.ts';
import type { SetupRun } from '../run.ts';

/** What a change of a run brings along; undefined instead of it: the run has moved on and nothing is written. */
export type Rewrite = (run: SetupRun) => Commit | undefined;

/**
 * Reads, changes and writes a run until nobody wrote in between; the work already done at Microsoft stands.
 *
 * @returns the run as written, or undefined when the rewrite declined or the run is gone
 * @throws SetupError E-HELD when the change wants the environment's lock and another setup has it
 */
export function rewrite(runs: Pick<RunStore, 'load' | 'commit'>, clock: Clock, runId: string, change: Rewrite): SetupRun | undefined {
  for (;;) {
    const run = runs.load(runId);
    const commit = run && change(run);
    if (!commit) return undefined;
    const result = runs.commit({ ...commit, run: { ...commit.run, updatedAt: clock.now().toISOString() } });
    if (result.kind === 'written') return result.run;
    if (result.kind === 'locked') throw new SetupError('E-HELD', { values: { holder: result.lock.holder, since: result.lock.since } });
  }
}
