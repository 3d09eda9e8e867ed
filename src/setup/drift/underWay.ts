import type { SetupRun } from '../run.ts';

/** A finished setup is being read again, or waits for that: it is under way for its sign-in only, and nothing in it can be changed. */
export function isBeingChecked({ status, drift }: Pick<SetupRun, 'status' | 'drift'>): boolean {
  return status === 'active' && (drift?.status === 'reading' || drift?.status === 'waiting');
}

/** What was taken back is not looked for. */
export function isCheckable({ status, undo }: Pick<SetupRun, 'status' | 'undo'>): boolean {
  return status === 'finished' && !undo;
}
