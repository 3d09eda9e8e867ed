import type { Job } from '../ports/stores.ts';
import type { Clock } from '../ports/tools.ts';
import type { SetupRun } from '../run.ts';
import { isUndoing } from '../undo/underWay.ts';
import { check } from './checking.ts';
import { findPerson } from './findingPerson.ts';
import { lookBack } from './lookingBack.ts';
import { checkPrerequisites, discover } from './reading.ts';
import { removeKey } from './removingKey.ts';
import type { WorkParts } from './stepContext.ts';
import { apply, plan, type Worked } from './stepping.ts';
import { planUndo, undo } from './undoing.ts';
import { rewrite } from './writing.ts';

/** What became of a job: tell the person now, tell and come back later, or nothing to tell. */
export type Performed = { readonly kind: 'applied' } | { readonly kind: 'again' } | { readonly kind: 'nothing' };

/**
 * Does one job and writes its result together with the job's own next state, so that neither is ever without the other.
 * May be done twice: every kind of work looks before it changes anything.
 */
export async function perform(parts: WorkParts, job: Job, errorId: string): Promise<Performed> {
  const run = parts.runs.load(job.runId);
  if (!run || !isToBeDone(run, job)) return { kind: 'nothing' };
  const worked = await work(parts, { run, job, errorId });
  const next = worked.againAt
    ? ({ id: job.id, to: 'queued', notBefore: worked.againAt } as const)
    : ({ id: job.id, to: 'applied' } as const);
  const written = rewrite(parts.runs, parts.clock, job.runId, (now) => {
    if (isTakenBack(now, job)) return { run: now, job: { id: job.id, to: 'applied' } };
    const commit = worked.rewrite(now);
    return commit && { ...commit, job: goesOn(commit.run, job) ? next : { id: job.id, to: 'applied' } };
  });
  if (!written) return { kind: 'nothing' };
  return worked.againAt && goesOn(written, job) ? { kind: 'again' } : { kind: 'applied' };
}

/** A setup that is being taken back has nothing else to do. */
function isToBeDone(run: SetupRun, job: Job): boolean {
  if (outlivesTheSetup(job)) return true;
  return run.status === 'active' && isUndoing(run) === isAboutUndo(job);
}

/** Since the job was begun: what it comes to concerns nobody any more. */
function isTakenBack(run: SetupRun, job: Job): boolean {
  return isUndoing(run) && !isAboutUndo(job) && !outlivesTheSetup(job);
}

function isAboutUndo({ task }: Job): boolean {
  return task.kind === 'planUndo' || task.kind === 'undo';
}

/** Tidying up after a setup goes on when it has ended; everything else stops with it. */
function outlivesTheSetup({ task }: Job): boolean {
  return ['conceal', 'redraw', 'removeKey'].includes(task.kind);
}

/** A step that stopped waiting (its limit was reached) is not come back to. */
function goesOn(run: SetupRun, { task }: Job): boolean {
  if (task.kind === 'removeKey' || task.kind === 'conceal') return true;
  if (task.kind === 'undo') return isUndoing(run) && run.undo.state.status === 'undoing';
  return task.kind === 'apply' && run.steps[task.stepId].status === 'applying';
}

/** Nothing to write but that the cards are drawn anew, without the key. */
const asItIs: Worked = { rewrite: (run) => ({ run }) };

/** Another key was shown since, and has its own fifteen minutes. */
function againWhenOver({ status, handover: { revealUntil } }: SetupRun, clock: Clock): Pick<Worked, 'againAt'> {
  return status === 'active' && revealUntil !== undefined && clock.now().toISOString() < revealUntil ? { againAt: revealUntil } : {};
}

async function work(parts: WorkParts, { run, job, errorId }: { run: SetupRun; job: Job; errorId: string }): Promise<Worked> {
  const { task } = job;
  switch (task.kind) {
    case 'discover':
      return { rewrite: await discover(parts, run, errorId) };
    case 'checkPrerequisites':
      return { rewrite: await checkPrerequisites(parts, run, errorId) };
    case 'plan':
      return plan(parts, { run, stepId: task.stepId, errorId });
    case 'apply':
      return apply(parts, { run, stepId: task.stepId, errorId });
    case 'findPerson':
      return { rewrite: await findPerson(parts, run, errorId) };
    case 'planUndo':
      return planUndo(parts, { run, errorId });
    case 'undo':
      return undo(parts, { run, errorId });
    case 'check':
      return { rewrite: await check(parts, run, errorId) };
    case 'lookBack':
      return { rewrite: await lookBack(parts, run, errorId) };
    case 'conceal':
      return { ...asItIs, ...againWhenOver(run, parts.clock) };
    case 'redraw':
      return asItIs;
    case 'removeKey':
      return removeKey(parts, run, errorId);
  }
}
