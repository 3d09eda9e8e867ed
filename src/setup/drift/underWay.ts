import type { SetupRun } from '../run.ts';

/** A finished setup is being read again: it is under way for its sign-in only, and nothing in it can be changed. */
export function isBeingChecked({ status, drift }: Pick<SetupRun, 'status' | 'drift'>): boolean {
  return status === 'active' && drift?.status === 'reading';
}
