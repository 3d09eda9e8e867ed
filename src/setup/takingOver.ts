import { withdrawn } from './asking.ts';
import { isRemovable } from './commands/cancel.ts';
import type { Command, Outcome } from './commands/command.ts';
import { putBack } from './drift/mending.ts';
import type { EnvironmentLock, RunStore } from './ports/stores.ts';
import type { Clock } from './ports/tools.ts';
import type { SetupRun } from './run.ts';
import { say } from './sentence.ts';

export interface TakingOverParts {
  readonly runs: RunStore;
  readonly clock: Clock;
  readonly wakeWorker: () => void;
}

/** Rights that were read longer ago may be gone. */
const rightsHoldForMs = 60 * 60_000;

/**
 * Somebody else's setup of this environment ends, for this one to go on: explicitly, and only by whoever may change the
 * environment themselves. What the other has made stays, and is recognised. It ends the setup
 * that was asked about, and no other that may hold the environment by now.
 */
export function takeOver(parts: TakingOverParts, { actor, data }: Command, run: SetupRun): Outcome {
  const lock = run.environment && parts.runs.lockOf(run);
  if (!lock || lock.runId === run.id) return { kind: 'refused', run, notice: say('notice.nothingToTakeOver') };
  if (data.confirmed && !areRightsFresh(parts, run)) return readRightsAgain(parts, run);
  if (!mayTakeOver(run)) return { kind: 'refused', run, notice: say('notice.takeOverNeedsAdministrator', { holder: lock.holder }) };
  if (!data.confirmed || (data.lockRunId ?? run.askedToTakeOver) !== lock.runId) return heldBy(parts, run, lock);
  endOther(parts, lock, { by: actor, removesKey: data.removeKey === 'true' });
  return take(parts, run);
}

/** Who holds the environment, since when, and the question whether to take it over, where that is possible. */
export function heldBy(parts: Pick<TakingOverParts, 'runs'>, before: SetupRun, { runId, holder, since }: EnvironmentLock): Outcome {
  const { runs } = parts;
  const run = askedAbout(parts, before, runId);
  const other = runs.load(runId);
  const keyName = other && isRemovable(other) ? other.facts.key?.displayName : undefined;
  return { kind: 'asked', run, question: { kind: 'takeOver', lockRunId: runId, holder, since, mayTakeOver: mayTakeOver(run), ...(keyName && { keyName }) } };
}

/** A typed word answers the question that was asked last. */
function askedAbout({ runs }: Pick<TakingOverParts, 'runs'>, run: SetupRun, lockRunId: string): SetupRun {
  if (run.askedToTakeOver === lockRunId) return run;
  const result = runs.commit({ run: { ...run, askedToTakeOver: lockRunId } });
  if (result.kind === 'written') return result.run;
  const now = runs.load(run.id);
  return now ? askedAbout({ runs }, now, lockRunId) : run;
}

function areRightsFresh({ clock }: TakingOverParts, { prerequisites }: SetupRun): boolean {
  return prerequisites.status === 'read' && clock.now().getTime() - Date.parse(prerequisites.at) < rightsHoldForMs;
}

/** First it is read again whether they are still a System Administrator; then they say again what they want. */
function readRightsAgain(parts: TakingOverParts, run: SetupRun): Outcome {
  const notice = say('notice.takeOverReadsRights');
  if (run.prerequisites.status === 'reading') return { kind: 'refused', run, notice };
  const now = parts.clock.now().toISOString();
  const reading: SetupRun = { ...run, prerequisites: { status: 'reading', since: now }, updatedAt: now };
  const result = parts.runs.commit({ run: reading, enqueue: [{ task: { kind: 'checkPrerequisites' } }] });
  if (result.kind !== 'written') return readRightsAgain(parts, parts.runs.load(run.id) ?? run);
  parts.wakeWorker();
  return { kind: 'moved', run: result.run, notice };
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
  if (other?.status !== 'active') return parts.runs.releaseLockOf(lock.runId);
  const now = parts.clock.now().toISOString();
  const result = parts.runs.commit({
    run: { ...endedBy(other, by, now), updatedAt: now },
    enqueue: [{ task: { kind: removesKey && isRemovable(other) ? 'removeKey' : 'conceal' } }],
    destroySecrets: true,
    lock: 'release',
    by,
  });
  if (result.kind === 'conflict') endOther(parts, lock, { by, removesKey });
  parts.wakeWorker();
}

/** One that was finished before stays so: only its putting right ends. */
function endedBy(other: SetupRun, by: SetupRun['startedBy'], now: string): SetupRun {
  if (other.mending) return putBack(other);
  return withdrawn({ ...other, status: 'cancelled', cancelledAt: now, takenOverBy: by });
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
