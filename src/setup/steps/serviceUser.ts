import { z } from 'zod';

import type { Step } from './step.ts';

/** O1–O4b: the Microsoft 365 user that leads are written as. */
export const serviceUser: Step = {
  id: 'serviceUser',
  needs: [],
  inputs: z
    .object({
      displayName: z.string().trim().min(1).max(120),
      /** What stands before the @. Entra allows no accents there; a dot may not end it. */
      userName: z.string().trim().max(64).regex(/^[a-z0-9](?:[a-z0-9._-]*[a-z0-9_-])?$/iu),
      /** Empty: the default domain of the organization if users sign in at Microsoft there, else the first such domain. */
      domain: z.string().trim().toLowerCase().max(48).regex(/^(?:|[a-z0-9-]+(?:\.[a-z0-9-]+)+)$/u),
      /** ISO 3166, two letters. Empty: the country of the organization. */
      usageLocation: z.string().trim().toUpperCase().regex(/^(?:|[A-Z]{2})$/u),
      /** Whole user name of a user that a person has made themselves; it is used as it is, and the other inputs are not looked at. */
      adoptedName: z.string().trim().max(113).regex(/^(?:|[^\s@]+@[^\s@]+)$/u),
    })
    .strict(),
  defaults: { displayName: 'Marketplace Lead Writer', userName: 'marketplace-lead-writer', domain: '', usageLocation: '', adoptedName: '' },
  foresee: () => [],
  look: notYet,
  apply: notYet,
};

async function notYet(): Promise<never> {
  throw new Error('The Microsoft 365 path cannot be chosen yet');
}
