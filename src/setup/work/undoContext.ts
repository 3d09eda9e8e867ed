import type { SetupRun, StepId } from '../run.ts';
import { Stopped } from '../steps/step.ts';
import type { UndoContext } from '../undo/reversal.ts';
import { isUndoing, withUndo } from '../undo/underWay.ts';
import { carryOut, sentBy, type WorkParts } from './stepContext.ts';
import { rewrite } from './writing.ts';

/** What the taking back of one step works with: every change goes straight into the journal of the stored run. */
export function undoContext(parts: WorkParts, run: SetupRun, stepId: StepId): UndoContext {
  const { environment } = run;
  if (!environment) throw new Error('Nothing is taken back before an environment was chosen');
  return {
    run: () => parts.runs.load(run.id) ?? run,
    environment,
    actor: run.startedBy,
    microsoft: parts.microsoft,
    clock: parts.clock,
    otherRuns: () => parts.runs.sharing(run),
    changing: async (request, change) => await carryOut(parts, { runId: run.id, entryId: intend(parts, run, { stepId, request }) }, change),
  };
}

/** Only what is approved and has not been stopped is sent; from here on it counts as begun. The lock of a setup that nobody wrote to for a day may have gone to another. */
function intend({ runs, clock, ids }: WorkParts, { id: runId, undo }: SetupRun, what: { readonly stepId: StepId; readonly request: string }): string {
  const id = ids.short();
  const written = rewrite(runs, clock, runId, (run) => {
    if (!isUndoing(run) || run.undo.state.status !== 'undoing') return undefined;
    const { state } = run.undo;
    // Stopped and approved anew meanwhile: that has work of its own.
    if (undo?.state.status !== 'undoing' || undo.state.approvedAt !== state.approvedAt || undo.state.planHash !== state.planHash) return undefined;
    const entry = { id, ...what, intendedAt: clock.now().toISOString(), ...sentBy(state.approvedBy) };
    return { run: { ...withUndo(run, { ...state, begun: true }), journal: [...run.journal, entry] }, lock: 'acquire' };
  });
  if (!written) throw new Stopped();
  return id;
}
