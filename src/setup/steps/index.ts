import type { StepId } from '../run.ts';
import { application } from './application.ts';
import { applicationUserAndRole } from './applicationUserAndRole.ts';
import { keyAndProof } from './keyAndProof.ts';
import { licence } from './licence.ts';
import { passwordAndProof } from './passwordAndProof.ts';
import { serviceUser } from './serviceUser.ts';
import { solution } from './solution.ts';
import type { Step } from './step.ts';
import { userRole } from './userRole.ts';

/** Every step by its id; which of them a way takes, and in which order, says `pathSteps`. */
export const steps: Readonly<Record<StepId, Step>> = {
  solution,
  application,
  applicationUserAndRole,
  keyAndProof,
  serviceUser,
  licence,
  userRole,
  passwordAndProof,
};
