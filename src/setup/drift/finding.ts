import { z } from 'zod';

import { failureSchema } from '../errors.ts';
import { sentenceSchema } from '../sentence.ts';
import { stepIdSchema } from '../stepIds.ts';

/** What a finished setup is made of, as far as it can be read again. */
export const partIds = ['solution', 'application', 'servicePrincipal', 'applicationUser', 'role', 'privileges', 'key', 'user', 'licence', 'environmentUser', 'password', 'testLead'] as const;
export type PartId = (typeof partIds)[number];

export const findingSchema = z.object({
  stepId: stepIdSchema,
  part: z.enum(partIds),
  /** `unknown`: it could not be read, which says nothing about how it is. */
  verdict: z.enum(['asItShouldBe', 'endsSoon', 'differs', 'unknown']),
  what: sentenceSchema,
  /** Why it could not be read, or what a person can do about it. */
  cure: sentenceSchema.optional(),
  /** The step would not put it right; only a person can. */
  isForPeople: z.boolean().optional(),
});
export type Finding = z.infer<typeof findingSchema>;
export type Found = Omit<Finding, 'stepId' | 'part'>;

/** A check of a finished setup. */
export const driftSchema = z.discriminatedUnion('status', [
  z.object({ status: z.literal('reading'), since: z.iso.datetime() }),
  z.object({ status: z.literal('read'), at: z.iso.datetime(), findings: z.array(findingSchema) }),
  /** Nothing could be read at all. */
  z.object({ status: z.literal('failed'), at: z.iso.datetime(), failure: failureSchema }),
  /** Microsoft wants a sign-in, a proof or a consent first: it is under way still. `findings`: what could be told without. */
  z.object({ status: z.literal('waiting'), at: z.iso.datetime(), failure: failureSchema, findings: z.array(findingSchema) }),
]);
export type Drift = z.infer<typeof driftSchema>;
/** What a check has come to. */
export type Checked = Exclude<Drift, { status: 'reading' }>;
