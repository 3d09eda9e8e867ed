import { createHash } from 'node:crypto';

import { actorOf } from './asking.ts';
import type { Plan, SetupRun, StepId } from './run.ts';

/** Where a plan is for, and what with. */
type Planned = Pick<SetupRun, 'startedBy' | 'environment' | 'inputs' | 'steps' | 'asks'>;

/**
 * What an approval is bound to: the organization and its environment, the step, its inputs, everything the plan says, and another account
 * than their own that a person acts as. Equal plans have equal hashes.
 */
export function planHash(run: Planned, stepId: StepId, plan: Plan): string {
  const { startedBy, environment, inputs } = run;
  const { actingAs } = actorOf(run, stepId);
  return hashOf([startedBy.tenantId, environment?.url, stepId, inputs[stepId], plan, ...(actingAs ? [actingAs.objectId] : [])]);
}

/** The same for equal contents, in whatever order their properties come. */
export function hashOf(contents: unknown): string {
  return createHash('sha256').update(JSON.stringify(sorted(contents))).digest('base64url');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  const keys = Object.keys(value).toSorted();
  return Object.fromEntries(keys.map((key) => [key, sorted(Reflect.get(value, key))]));
}
