import { z } from 'zod';

import { sentenceSchema } from './sentence.ts';

/** Instants are ISO 8601 in UTC, always from the injected clock. */
export const instant = z.iso.datetime();

export const progressSchema = z.object({
  sentence: sentenceSchema,
  /** 0–100 where Microsoft tells; absent where only waiting is known. */
  percent: z.number().min(0).max(100).optional(),
  since: instant,
  /** The wait that this is of, and since when it takes altogether. */
  wait: z.object({ name: z.string(), since: instant }).optional(),
});
export type Progress = z.infer<typeof progressSchema>;
