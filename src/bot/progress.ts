import { createHash } from 'node:crypto';

import { type SetupRun, stepIdSchema } from '../setup/run.ts';
import { isUndoing } from '../setup/undo/underWay.ts';
import { currentSection } from '../setup/sections.ts';

/** What a person would call a change: two runs with the same mark differ at most in how far something has got. */
export function markOf(run: SetupRun): string {
  const { version: _version, updatedAt: _updatedAt, journal: _journal, facts: _facts, steps, undo, ...rest } = run;
  const bare = Object.entries(steps).map(([id, state]) =>
    state.status === 'applying' ? [id, state.status, state.planHash] : [id, state],
  );
  return createHash('sha256').update(JSON.stringify([rest, bare, bareUndo(undo)])).digest('base64url');
}

/** How much is gone is mere progress. */
function bareUndo(undo: SetupRun['undo']): unknown {
  return undo?.state.status === 'undoing' ? [undo.state.status, undo.state.planHash] : undo;
}

export function isInProgress({ steps, undo }: SetupRun): boolean {
  return undo?.state.status === 'undoing' || Object.values(steps).some(({ status }) => status === 'applying');
}

/** Whether the open part of the card asks the person for something, so that they may be reading or typing on it. */
export function isAsking(run: SetupRun): boolean {
  if (isUndoing(run)) return run.undo.state.status === 'planned' || run.undo.state.status === 'failed';
  const step = stepIdSchema.safeParse(currentSection(run));
  return step.success && !['waiting', 'planning', 'applying'].includes(run.steps[step.data].status);
}
