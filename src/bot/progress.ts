import { createHash } from 'node:crypto';

import { type SetupRun, stepIdSchema } from '../setup/run.ts';
import { currentSection } from '../setup/sections.ts';

/** What a person would call a change: two runs with the same mark differ at most in how far something has got. */
export function markOf(run: SetupRun): string {
  const { version: _version, updatedAt: _updatedAt, journal: _journal, facts: _facts, steps, ...rest } = run;
  const bare = Object.entries(steps).map(([id, state]) =>
    state.status === 'applying' ? [id, state.status, state.planHash] : [id, state],
  );
  return createHash('sha256').update(JSON.stringify([rest, bare])).digest('base64url');
}

export function isInProgress({ steps }: SetupRun): boolean {
  return Object.values(steps).some(({ status }) => status === 'applying');
}

/** Whether the open part of the card asks the person for something, so that they may be reading or typing on it. */
export function isAsking(run: SetupRun): boolean {
  const step = stepIdSchema.safeParse(currentSection(run));
  return step.success && !['waiting', 'planning', 'applying'].includes(run.steps[step.data].status);
}
