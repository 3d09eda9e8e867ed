import { withoutAllAtOnce } from '../allAtOnce.ts';
import { withdrawn } from '../asking.ts';
import { putBack } from '../drift/mending.ts';
import { isAtWork } from '../lookingBack.ts';
import type { Person, SetupRun } from '../run.ts';
import { stepsOf } from '../sections.ts';
import type { Undoing } from '../undo/underWay.ts';
import { type Decide, type Decision, refuse } from './decision.ts';

/**
 * What a setup has made is taken back: read and planned first, approved like everything else. Of a setup that has ended; or of one that a step has failed in,
 * which ends by it, so that is asked first.
 */
export const undo: Decide = (run, { command, isOtherUnderWay, now }) => {
  if (!run.environment || run.journal.length === 0) return refuse('notice.nothingToUndo');
  if (run.status !== 'active' && isOtherUnderWay?.()) return refuse('notice.otherUnderWay');
  if (run.status !== 'active') return begun(run, { endedAs: run.status, by: command.actor, now });
  if (isAtWork(run)) return refuse('notice.undoLater');
  if (!stepsOf(run).some((id) => run.steps[id].status === 'failed')) return refuse('notice.undoCancelFirst');
  if (!command.data.confirmed) return { kind: 'question', question: { kind: 'undo' } };
  // What was being put right had been finished before.
  if (run.mending) return begun({ ...putBack(run), status: 'active' }, { endedAs: 'finished', by: command.actor, now });
  return begun(run, { endedAs: 'cancelled', by: command.actor, now });
};

/** The sign-in of the setup was let go of when it ended, and that of another account with it: it begins with a sign-in, and is planned after that. */
function begun(before: SetupRun, { endedAs, by, now }: { endedAs: Undoing['undo']['endedAs']; by: Person; now: string }): Decision {
  const { signedOutAt: _wish, signInEndedAt: _end, pausedAt: _paused, allAtOnceEndedAt: _told, drift: _seen, mending: _over, ...run } = withdrawn(withoutAllAtOnce(before));
  const isSignedIn = before.status === 'active' && before.signedIn;
  return {
    kind: 'move',
    run: {
      ...run,
      status: 'active',
      startedBy: before.status === 'active' ? before.startedBy : by,
      signedIn: isSignedIn,
      ...(endedAs === 'cancelled' && !run.cancelledAt && { cancelledAt: now }),
      undo: { endedAs, taken: run.undo?.taken ?? [], state: { status: 'planning', since: now } },
    },
    enqueue: isSignedIn ? [{ task: { kind: 'planUndo' } }] : [],
    destroySecrets: true,
    // What is approved takes it.
    lock: 'release',
  };
}
