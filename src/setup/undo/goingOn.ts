import { hasChangedAccount } from '../actingAs.ts';
import { type Failure, isSignInRefused } from '../errors.ts';
import { pauseUntil } from '../pause.ts';
import type { Commit, NewJob } from '../ports/stores.ts';
import type { SetupRun } from '../run.ts';
import { type Sentence, say } from '../sentence.ts';
import type { UndoState } from './record.ts';
import { type Undoing, withUndo } from './underWay.ts';

export interface GoneOn extends Pick<Commit, 'lock'> {
  readonly run: SetupRun;
  readonly enqueue: readonly NewJob[];
}

/** The tenant is read anew, and what is still there asked for. */
export function plannedAnew(run: Undoing, since: string, notice?: Sentence): GoneOn {
  return { run: withUndo(run, { status: 'planning', since, ...(notice && { notice }) }), enqueue: [{ task: { kind: 'planUndo' } }] };
}

/** What failed goes on with the approval that it has; without one, or for another account than it was given as, it is read anew. */
export function tried(run: Undoing, now: string): GoneOn {
  const { state } = run.undo;
  const approval = state.status === 'failed' ? state.approval : undefined;
  if (!approval || hasChangedAccount(approval.approvedBy, run.startedBy)) return plannedAnew(run, now);
  const until = state.status === 'failed' ? pauseUntil(state.failure, now) : undefined;
  const progress = until && { sentence: say('card.step.pausedUntil', { until }), since: now };
  return { run: withUndo(run, { status: 'undoing', ...approval, ...(progress && { progress }) }), enqueue: [{ task: { kind: 'undo' }, ...(until && { notBefore: until }) }], lock: 'acquire' };
}

/** It keeps its approval: a retry goes on with it. */
export function failedUndo({ status: _status, progress: _progress, ...approval }: UndoState & { status: 'undoing' }, what: { readonly failure: Failure; readonly at: string }): UndoState {
  return { status: 'failed', ...what, approval };
}

/** The person has signed in: what waited for that goes on. */
export function goneOnSignedIn(run: Undoing, now: string): GoneOn {
  const { state } = run.undo;
  if (state.status === 'planning') return { run, enqueue: [{ task: { kind: 'planUndo' } }] };
  return state.status === 'failed' && isSignInRefused(state.failure) ? tried(run, now) : { run, enqueue: [] };
}
