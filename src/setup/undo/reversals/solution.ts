import { SetupError } from '../../errors.ts';
import { pausedMs } from '../../pause.ts';
import type { InstalledSolution } from '../../ports/microsoft.ts';
import type { Facts } from '../../run.ts';
import { type Sentence, say } from '../../sentence.ts';
import { compareVersions } from '../../solutionVersion.ts';
import { longestSearchMs, startRequest } from '../../steps/solution.ts';
import { hasSent, otherUser } from '../madeByRun.ts';
import { nothing, type Reversal, staying, type Taking, type UndoContext } from '../reversal.ts';

const request = 'DELETE dataverse /solutions({id})';
const longestUninstallMs = 30 * 60_000;

type Solution = NonNullable<Facts['solution']>;

/** Uninstalled, where this setup has installed it, nobody else uses it, and it was not there in an older version. */
export async function solution(context: UndoContext): Promise<Reversal> {
  const { facts } = context.run();
  const known = facts.solution;
  if (known?.origin !== 'made' || !hasSent(context.run(), startRequest)) return nothing;
  const installed = await dataverseOf(context).installedSolution(known.uniqueName);
  if (!installed?.isManaged) return (await refuseOpenImport(context, known), nothing);
  const reason = await reasonToStay(context, known, installed);
  if (reason) return staying(reason);
  const isNewer = compareVersions(installed.version, known.version) > 0;
  return {
    ...nothing,
    takings: [uninstalling(context, installed, { name: known.friendlyName, version: installed.version })],
    notices: isNewer ? [say('undo.solutionNewer', { name: known.friendlyName, version: installed.version, made: known.version })] : [],
  };
}

/** It may end any time, and would be there after everything else is gone. */
async function refuseOpenImport(context: UndoContext, known: Solution): Promise<void> {
  if (known.solutionId) return;
  const isKnown = known.operationId !== undefined || known.importJobId !== undefined;
  const lost = isKnown ? undefined : lostStartOf(context, known);
  if (await (lost ? isLostOneRunning(context, known, lost) : isRunning(context, known))) throw new SetupError('E-IMPORT-OPEN');
}

type LostStart = NonNullable<Solution['lostStart']>;

/** Not answered, or stopped before it was looked for to the end. */
function lostStartOf(context: UndoContext, { lostStart, importJobsBefore: jobsBefore, importedBy: by }: Solution): LostStart | undefined {
  const begun = context.run().journal.findLast((entry) => entry.request === startRequest);
  return jobsBefore && by && begun ? { jobsBefore, by, at: begun.intendedAt } : lostStart;
}

async function isRunning(context: UndoContext, { operationId, importJobId }: Solution): Promise<boolean> {
  const job = importJobId ? await dataverseOf(context).importJob(importJobId) : undefined;
  const operation = operationId ? await dataverseOf(context).importOperation(operationId) : undefined;
  return operation ? operation.outcome === 'running' : job !== undefined && !job.hasEnded;
}

/** Its start was not answered: it runs as a job that was not there before, or waits for its turn and has none yet. */
async function isLostOneRunning(context: UndoContext, { uniqueName }: Solution, { jobsBefore, by, at }: LostStart): Promise<boolean> {
  const dataverse = dataverseOf(context);
  const ours = (await dataverse.importJobsOf(uniqueName, by)).filter((id) => !jobsBefore.includes(id));
  if (ours.length === 0) return Math.abs(context.clock.now().getTime() - Date.parse(at)) < longestSearchMs;
  const jobs = await Promise.all(ours.map((id) => dataverse.importJob(id)));
  return jobs.some((job) => job !== undefined && !job.hasEnded);
}

async function reasonToStay(context: UndoContext, known: Solution, { solutionId }: InstalledSolution): Promise<Sentence | undefined> {
  const name = known.friendlyName;
  if (known.versionBefore !== undefined) return say('undo.solutionUpdated', { name, before: known.versionBefore });
  const other = otherUser(context, ({ facts, environment }) => environment?.url === context.environment.url && facts.solution?.uniqueName === known.uniqueName && hasRole(facts));
  if (other) return say('undo.solutionUsed', { name, person: other.startedBy.name });
  const holders = await othersWithItsRoles(context, solutionId);
  if (holders.length > 0) return say('undo.solutionRoleHeld', { name, holders: [...new Set(holders)].join(', ') });
  const dependents = await dataverseOf(context).dependentsOf(known.uniqueName);
  return dependents > 0 ? say('undo.solutionNeeded', { name, count: dependents }) : undefined;
}

function hasRole({ applicationUser, dataverseUser }: Facts): boolean {
  return applicationUser !== undefined || dataverseUser?.roleId !== undefined;
}

/** Leads may be written as anybody who holds the role. */
async function othersWithItsRoles(context: UndoContext, solutionId: string): Promise<string[]> {
  const { applicationUser, dataverseUser } = context.run().facts;
  const own = [applicationUser?.systemUserId, dataverseUser?.systemUserId];
  const holders = await dataverseOf(context).holdersOfSolutionRoles(solutionId);
  return holders.filter(({ id }) => !own.includes(id)).map(({ name }) => name);
}

function uninstalling(context: UndoContext, { solutionId, uniqueName }: InstalledSolution, values: { name: string; version: string }): Taking {
  return {
    sentence: say('undo.solution', values),
    request,
    take: async () => {
      try {
        await context.changing(request, () => dataverseOf(context).uninstallSolution(solutionId));
      } catch (error) {
        if (!(error instanceof SetupError) || !['E-UNCLEAR', 'E-BUSY'].includes(error.code)) throw error;
        return { kind: 'waiting', sentence: say('undo.uninstalling'), againAfterMs: pausedMs(error, { usualMs: 15_000, now: context.clock.now() }), limitMs: longestUninstallMs, onLimit: error.code };
      }
      if (await dataverseOf(context).installedSolution(uniqueName)) throw new SetupError('E-READ-BACK', { values: { what: values.name } });
      return { kind: 'done' };
    },
  };
}

function dataverseOf({ microsoft, actor, environment }: UndoContext) {
  return microsoft.dataverse(actor, environment);
}
