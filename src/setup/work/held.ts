import type { HeldJob, JobStore } from '../ports/stores.ts';
import type { WorkParts } from './stepContext.ts';

/** Somebody else has the job now: whatever is still found out or made here is not written. */
export class JobLost extends Error {
  constructor() {
    super('The job was handed to another worker meanwhile.');
    this.name = 'JobLost';
  }
}

/** The same parts, whose every write is one while the job is held, or throws `JobLost`. */
export function whileHeld(parts: WorkParts & { readonly jobs: Pick<JobStore, 'whileHeld'> }, job: HeldJob): WorkParts {
  const { runs, vault, jobs } = parts;
  const held = <T>(write: () => T): T => {
    const written = jobs.whileHeld(job, write);
    if (written.kind === 'lost') throw new JobLost();
    return written.result;
  };
  return {
    ...parts,
    runs: {
      load: (runId) => runs.load(runId),
      ofEnvironment: (tenantId, url) => runs.ofEnvironment(tenantId, url),
      sharing: (run) => runs.sharing(run),
      timesAsked: (person, since) => runs.timesAsked(person, since),
      commit: (commit) => held(() => runs.commit(commit)),
    },
    vault: {
      seal: (...given) => held(() => vault.seal(...given)),
      open: (...given) => vault.open(...given),
      destroy: (...given) => held(() => vault.destroy(...given)),
    },
  };
}
