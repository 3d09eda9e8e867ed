import { withdrawn } from '../asking.ts';
import { isNewKey, putBack } from '../drift/mending.ts';
import type { SetupRun } from '../run.ts';
import type { Decide, Decision } from './decision.ts';

/** Asks first; then nothing more is changed, what lies sealed is destroyed, and the environment is free again. */
export const cancel: Decide = (run, { command, now }) => {
  if (!command.data.confirmed) return { kind: 'question', question: { kind: 'cancel' } };
  return cancelled(run, now, command.data.removeKey === 'true');
};

/** The setup that is under way ends here; what it made stays, but for a key that nobody has ever seen. */
export const restart: Decide = (run, { now }) => ({ kind: 'restart', ended: cancelled(run, now, run.handover.revealedAt === undefined) });

/** Made here, and not in use since before. */
export function isRemovable(run: SetupRun): boolean {
  const { key } = run.facts;
  return key !== undefined && !key.isByHand && isNewKey(run);
}

function cancelled(run: SetupRun, now: string, removeKey: boolean): Decision & { kind: 'move' } {
  return {
    kind: 'move',
    run: run.mending ? putBack(run) : withdrawn({ ...run, status: 'cancelled', cancelledAt: now }),
    // Whoever scrolls back to the old card finds it ended, not asking.
    enqueue: [{ task: { kind: removeKey && isRemovable(run) ? 'removeKey' : 'conceal' } }],
    destroySecrets: true,
    lock: 'release',
  };
}
