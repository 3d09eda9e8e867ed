import { z } from 'zod';

import { stepIds } from './stepIds.ts';

/** What a proof in the browser lets go on; `partnerCenter`: looking for somebody who may see the values; `check`: of a finished setup. */
export const proofAboutSchema = z.enum(['discovery', 'prerequisites', 'partnerCenter', 'undo', 'check', ...stepIds]);
export type ProofAbout = z.infer<typeof proofAboutSchema>;
