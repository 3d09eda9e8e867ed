import { z } from 'zod';

import { sentenceSchema } from './sentence.ts';

export const changeSchema = z.object({
  sentence: sentenceSchema,
  /** The request that makes the change, as the journal will name it: method and path, no ids that differ between two plans. */
  request: z.string(),
  canBeUndone: z.boolean(),
});
export type Change = z.infer<typeof changeSchema>;

export const planSchema = z.object({
  /** One sentence: what will happen. */
  summary: sentenceSchema,
  /** One sentence: whether and how it can be taken back. */
  reversal: sentenceSchema,
  /** What the person must see before approving: side effects, reuse of what was there. */
  notices: z.array(sentenceSchema),
  /** Label and value pairs that identify what is about to be used or made. */
  facts: z.array(z.object({ label: sentenceSchema, value: z.string() })),
  changes: z.array(changeSchema),
  /** Ids of what the plan names, by kind: approved with it and not shown. What is sent is this, whatever else is there by then. */
  ids: z.record(z.string(), z.string()).optional(),
  /** It uses or changes something that this setup did not make: never approved by itself. */
  usesWhatWasThere: z.boolean().optional(),
  /** More than this step is there for, and what it could do: approved only with a tick of its own, and never together with others. */
  toTick: z.array(sentenceSchema).min(1).optional(),
});
export type Plan = z.infer<typeof planSchema>;

export const inputsSchema = z.record(z.string(), z.string());
export type Inputs = z.infer<typeof inputsSchema>;

/** What an input may be chosen from, as the tenant has it now: by input name. Not part of what is approved; the chosen value is. */
export const choicesSchema = z.record(z.string(), z.array(z.object({ value: z.string(), title: sentenceSchema })));
export type Choices = z.infer<typeof choicesSchema>;
