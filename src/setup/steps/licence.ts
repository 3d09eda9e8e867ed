import { z } from 'zod';

import { say } from '../sentence.ts';
import type { Step } from './step.ts';

/** O4c: the licence, which is billed, and the user's way into the environment. */
export const licence: Step = {
  id: 'licence',
  needs: ['serviceUser'],
  /** Empty: the best of those that are free. `none`: no licence is given by the bot. */
  inputs: z.object({ skuId: z.union([z.literal(''), z.literal('none'), z.guid()]) }).strict(),
  defaults: { skuId: '' },
  isAskedAlone: true,
  skipping: { inputs: { skuId: 'none' }, consequence: say('licence.skipConsequence') },
  foresee: () => [],
  look: notYet,
  apply: notYet,
};

async function notYet(): Promise<never> {
  throw new Error('The Microsoft 365 path cannot be chosen yet');
}
