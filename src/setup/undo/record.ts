import { z } from 'zod';

import { failureSchema } from '../errors.ts';
import { personSchema } from '../person.ts';
import { instant, progressSchema } from '../progress.ts';
import { sentenceSchema } from '../sentence.ts';

const takenBackSchema = z.object({
  /** What, and what becomes of it: true before and after. */
  sentence: sentenceSchema,
  /** Method and path of the request that does it, as the journal names it. */
  request: z.string(),
});
export type TakenBack = z.infer<typeof takenBackSchema>;

export const undoPlanSchema = z.object({
  /** In the order in which it is done: what was made last goes first. */
  changes: z.array(takenBackSchema),
  /** What stays of what this setup has made or changed, and why. */
  stays: z.array(sentenceSchema),
  /** What goes along with it, or stops: to be seen before it is approved. */
  notices: z.array(sentenceSchema),
});
export type UndoPlan = z.infer<typeof undoPlanSchema>;

const approvalSchema = z.object({
  plan: undoPlanSchema,
  /** See `undoHash`. */
  planHash: z.string(),
  approvedBy: personSchema,
  approvedAt: instant,
});

const stateSchema = z.discriminatedUnion('status', [
  z.object({ status: z.literal('planning'), since: instant, /** Why it is asked again; goes on into the plan. */ notice: sentenceSchema.optional() }),
  z.object({ status: z.literal('planned'), plan: undoPlanSchema, planHash: z.string(), at: instant, notice: sentenceSchema.optional() }),
  approvalSchema.extend({
    status: z.literal('undoing'),
    /** A change has been sent: from then on it is only gone on with what was approved. */
    begun: z.boolean(),
    progress: progressSchema.optional(),
  }),
  z.object({ status: z.literal('failed'), at: instant, failure: failureSchema, /** Present when it failed after approval: a retry goes on with it. */ approval: approvalSchema.extend({ begun: z.boolean() }).optional() }),
  z.object({ status: z.literal('stopped'), at: instant }),
  z.object({ status: z.literal('undone'), at: instant, stays: z.array(sentenceSchema), /** Absent when there was nothing to take back. */ approvedBy: personSchema.optional() }),
]);
export type UndoApproval = z.infer<typeof approvalSchema>;
export type UndoState = z.infer<typeof stateSchema>;

/**
 * Taking back what a setup has made. While it is under way the setup is active again; afterwards, or when it is stopped, it is what it was before.
 */
export const undoSchema = z.object({
  endedAs: z.enum(['finished', 'cancelled']),
  state: stateSchema,
  /** What is gone by now, in order. */
  taken: z.array(takenBackSchema),
});
export type Undo = z.infer<typeof undoSchema>;
