import { z } from 'zod';

import type { Step } from './step.ts';

/** O1–O4b: the Microsoft 365 user that leads are written as. */
export const serviceUser: Step = {
  id: 'serviceUser',
  needs: [],
  inputs: z.object({ displayName: z.string(), userName: z.string(), domain: z.string(), usageLocation: z.string() }).strict(),
  defaults: { displayName: 'Marketplace Lead Writer', userName: 'marketplace-lead-writer', domain: '', usageLocation: '' },
  foresee: () => [],
  look: notYet,
  apply: notYet,
};

async function notYet(): Promise<never> {
  throw new Error('The Microsoft 365 path cannot be chosen yet');
}
