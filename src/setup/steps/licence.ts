import { z } from 'zod';

import type { Step } from './step.ts';

/** O4c: the licence, which is billed, and the user's way into the environment. */
export const licence: Step = {
  id: 'licence',
  needs: ['serviceUser'],
  inputs: z.object({ skuId: z.string() }).strict(),
  defaults: { skuId: '' },
  foresee: () => [],
  look: notYet,
  apply: notYet,
};

async function notYet(): Promise<never> {
  throw new Error('The Microsoft 365 path cannot be chosen yet');
}
