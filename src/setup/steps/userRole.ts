import { z } from 'zod';

import type { Step } from './step.ts';

/** R1–R5 for a Microsoft 365 user. */
export const userRole: Step = {
  id: 'userRole',
  needs: ['solution', 'licence'],
  inputs: z.object({}).strict(),
  defaults: {},
  foresee: () => [],
  look: notYet,
  apply: notYet,
};

async function notYet(): Promise<never> {
  throw new Error('The Microsoft 365 path cannot be chosen yet');
}
