import type { SetupRun, StepId } from '../../run.ts';
import { stepsOf } from '../../sections.ts';
import { say } from '../../sentence.ts';
import type { UndoPlan } from '../record.ts';
import type { Reverse, Reversal } from '../reversal.ts';
import { application } from './application.ts';
import { applicationUserAndRole } from './applicationUser.ts';
import { keyAndProof } from './key.ts';
import { licence, passwordAndProof, serviceUser, userRole } from './serviceUser.ts';
import { solution } from './solution.ts';

/** How each step is taken back, by its id. */
const reversals: Readonly<Record<StepId, Reverse>> = {
  solution,
  application,
  applicationUserAndRole,
  keyAndProof,
  serviceUser,
  licence,
  userRole,
  passwordAndProof,
};

export interface StepReversal {
  readonly stepId: StepId;
  readonly reverse: Reverse;
}

/** What was made last goes first. */
export function inReverse(run: SetupRun): StepReversal[] {
  return stepsOf(run).toReversed().map((stepId) => ({ stepId, reverse: reversals[stepId] }));
}

/** What all of them would change, as it is put before a person. */
export function planOf(run: SetupRun, parts: readonly Reversal[]): UndoPlan {
  const changes = parts.flatMap(({ takings }) => takings).map(({ sentence, request }) => ({ sentence, request }));
  return {
    changes,
    stays: [...parts.flatMap((part) => part.stays), ...(changes.some(({ sentence }) => sentence.key === 'undo.solution') ? [say('undo.publisher')] : [])],
    notices: [...(wasHandedOver(run) ? [say('undo.leadsStop')] : []), ...parts.flatMap(({ notices }) => notices)],
  };
}

/** Partner Center may be using it. */
function wasHandedOver({ handover, facts }: SetupRun): boolean {
  return handover.revealedAt !== undefined || handover.enteredAt !== undefined || facts.vaultSecret?.version !== undefined;
}
