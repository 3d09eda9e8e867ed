import { withdrawn } from './asking.ts';
import type { Command, Outcome } from './commands/command.ts';
import type { EnvironmentLock, RunStore } from './ports/stores.ts';
import type { Clock } from './ports/tools.ts';
import type { SetupRun } from './run.ts';
import { say } from './sentence.ts';

export interface TakingOverParts {
  readonly runs: RunStore;
  readonly clock: Clock;
  readonly wakeWorker: () => void;
}

/**
 * Somebody else's setup of this environment ends, for this one to go on: explicitly, and only by whoever may change the
 * environment themselves. What the other has made stays, and is recognised.
 */
export function takeOver(parts: TakingOverParts, { actor, data }: Command, run: SetupRun): Outcome {
  const lock = run.environment && parts.runs.lockOf(run);
  if (!lock || lock.runId === run.id) return { kind: 'refused', run, notice: say('notice.nothingToTakeOver') };
  if (!mayTakeOver(run)) return { kind: 'refused', run, notice: say('notice.takeOverNeedsAdministrator', { holder: lock.holder }) };
  if (!data.confirmed) return heldBy(parts, run, lock);
  endOther(parts, lock, { by: actor, removesKey: data.removeKey === 'true' });
  return take(parts, run);
}

/** Who holds the environment, since when, and the question whether to take it over, where that is possible. */
export function heldBy({ runs }: Pick<TakingOverParts, 'runs'>, run: SetupRun, { runId, holder, since }: EnvironmentLock): Outcome {
  const key = runs.load(runId)?.facts.key;
  const keyName = key && !key.isByHand ? key.displayName : undefined;
  return { kind: 'asked', run, question: { kind: 'takeOver', holder, since, mayTakeOver: mayTakeOver(run), ...(keyName && { keyName }) } };
}

/** A System Administrator of the environment, as the prerequisites have found. */
function mayTakeOver({ checks }: SetupRun): boolean {
  return checks.some(({ code, verdict }) => code === 'PRE-001' && verdict === 'passed');
}

interface Ending {
  readonly by: SetupRun['startedBy'];
  readonly removesKey: boolean;
}

/** A step of theirs in hand stops before its next change. */
function endOther(parts: TakingOverParts, lock: EnvironmentLock, { by, removesKey }: Ending): void {
  const other = parts.runs.load(lock.runId);
  if (other?.status !== 'active') return;
  const now = parts.clock.now().toISOString();
  const result = parts.runs.commit({
    run: withdrawn({ ...other, status: 'cancelled', cancelledAt: now, updatedAt: now, takenOverBy: by }),
    enqueue: [{ task: { kind: removesKey && other.facts.key && !other.facts.key.isByHand ? 'removeKey' : 'conceal' } }],
    destroySecrets: true,
    lock: 'release',
  });
  if (result.kind === 'conflict') endOther(parts, lock, { by, removesKey });
  parts.wakeWorker();
}

function take(parts: TakingOverParts, run: SetupRun): Outcome {
  const now = parts.runs.load(run.id) ?? run;
  const result = parts.runs.commit({ run: { ...now, updatedAt: parts.clock.now().toISOString() }, lock: 'acquire' });
  switch (result.kind) {
    case 'written':
      return { kind: 'moved', run: result.run, notice: say('notice.takenOver') };
    case 'conflict':
      return take(parts, run);
    case 'locked':
      // A third person was faster.
      return heldBy(parts, now, result.lock);
  }
}
