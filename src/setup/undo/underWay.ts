import type { SetupRun } from '../run.ts';
import type { Undo, UndoState } from './record.ts';

/** A setup that is active only for what it has made to be taken back. */
export type Undoing = SetupRun & { readonly undo: Undo };

export function isUndoing(run: SetupRun): run is Undoing {
  return run.status === 'active' && run.undo !== undefined;
}

/** What it has made is gone, as far as it could be. */
export function isUndone({ undo }: Pick<SetupRun, 'undo'>): boolean {
  return undo?.state.status === 'undone';
}

export function withUndo(run: Undoing, state: UndoState): Undoing {
  return { ...run, undo: { ...run.undo, state } };
}

/** Over, whatever came of it: the setup is what it was before. */
export function ended(run: Undoing): SetupRun {
  return { ...run, status: run.undo.endedAs };
}
