import type { SetupRun } from '../run.ts';
import type { Decide, Decision } from './decision.ts';

/** Asks first; then nothing more is changed, the sealed key is destroyed, and the environment is free again. */
export const cancel: Decide = (run, { command, now }) => {
  if (!command.data.confirmed) return { kind: 'confirmCancel' };
  return cancelled(run, now, command.data.removeKey === 'true');
};

/** The setup that is under way ends here; what it made stays. */
export const restart: Decide = (run, { now }) => ({ kind: 'restart', ended: cancelled(run, now, false) });

function cancelled(run: SetupRun, now: string, removeKey: boolean): Decision & { kind: 'move' } {
  return {
    kind: 'move',
    run: { ...run, status: 'cancelled', cancelledAt: now },
    enqueue: removeKey && run.facts.key ? [{ task: { kind: 'removeKey' } }] : [],
    destroySecrets: true,
    lock: 'release',
  };
}
