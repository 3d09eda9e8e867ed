import { hasChangedAccount } from '../actingAs.ts';
import { readPrerequisites } from '../checks/index.ts';
import type { Environment, SetupRun } from '../run.ts';
import { failureOf } from './failing.ts';
import { refuseGuest } from './guests.ts';
import type { WorkParts } from './stepContext.ts';
import type { Rewrite } from './writing.ts';

/** Looks for the person's environments. */
export async function discover(parts: WorkParts, run: SetupRun, errorId: string): Promise<Rewrite> {
  const { microsoft, clock } = parts;
  try {
    await refuseGuest(parts, run.startedBy);
    const offered = (await microsoft.environments(run.startedBy)).toSorted(testFirst);
    const at = clock.now().toISOString();
    return whileDiscovering(run, (now) => ({ ...now, offered, discovery: { status: 'read', at } }));
  } catch (error) {
    const failure = failureOf(parts, error, { errorId, runId: run.id, doing: 'discover' });
    const at = clock.now().toISOString();
    return whileDiscovering(run, (now) => ({ ...now, discovery: { status: 'failed', at, failure } }));
  }
}

/** What was read with the rights of an account that is not used any more is worth nothing. */
function whileDiscovering({ startedBy }: SetupRun, change: (run: SetupRun) => SetupRun): Rewrite {
  return (now) => (hasChangedAccount(startedBy, now.startedBy) ? undefined : { run: change(now) });
}

/** A first setup is best tried where nothing can be lost. */
function testFirst(a: Environment, b: Environment): number {
  if (a.isTest !== b.isTest) return a.isTest ? -1 : 1;
  return a.name.localeCompare(b.name);
}

/** Reads what the person may do in the environment that was chosen. */
export async function checkPrerequisites(parts: WorkParts, run: SetupRun, errorId: string): Promise<Rewrite> {
  const { microsoft, clock } = parts;
  const { environment } = run;
  if (!environment) return () => undefined;
  try {
    await refuseGuest(parts, run.startedBy);
    const { results, facts } = await readPrerequisites(microsoft, run.startedBy, environment);
    const at = clock.now().toISOString();
    return whileReading(run, (now) => ({ ...now, checks: results, facts: { ...now.facts, ...facts }, prerequisites: { status: 'read', at } }));
  } catch (error) {
    const failure = failureOf(parts, error, { errorId, runId: run.id, doing: 'checkPrerequisites' });
    const at = clock.now().toISOString();
    return whileReading(run, (now) => ({ ...now, prerequisites: { status: 'failed', at, failure } }));
  }
}

/** What was read of an environment that somebody has turned away from meanwhile, or as another account, is worth nothing. */
function whileReading(before: SetupRun, change: (run: SetupRun) => SetupRun): Rewrite {
  return (now) => {
    const isMeant = now.environment?.url === before.environment?.url && now.prerequisites.status === 'reading';
    return isMeant && !hasChangedAccount(before.startedBy, now.startedBy) ? { run: change(now) } : undefined;
  };
}
