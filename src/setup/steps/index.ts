import type { StepId } from '../run.ts';
import { application } from './application.ts';
import { applicationUserAndRole } from './applicationUserAndRole.ts';
import { keyAndProof } from './keyAndProof.ts';
import { solution } from './solution.ts';
import type { Step } from './step.ts';

/** Every step by its id, in the order of the procedure. */
export const steps: Readonly<Record<StepId, Step>> = { solution, application, applicationUserAndRole, keyAndProof };
