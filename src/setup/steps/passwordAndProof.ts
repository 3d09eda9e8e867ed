import { z } from 'zod';

import { say } from '../sentence.ts';
import type { Step } from './step.ts';

/** The password, as far as it is not known any more, and the proof. */
export const passwordAndProof: Step = {
  id: 'passwordAndProof',
  needs: ['userRole'],
  inputs: z.object({ proof: z.enum(['yes', 'no']) }).strict(),
  defaults: { proof: 'yes' },
  skipping: { inputs: { proof: 'no' }, consequence: say('passwordAndProof.skipConsequence') },
  foresee: () => [],
  look: notYet,
  apply: notYet,
};

async function notYet(): Promise<never> {
  throw new Error('The Microsoft 365 path cannot be chosen yet');
}
