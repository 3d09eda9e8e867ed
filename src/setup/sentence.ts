import { z } from 'zod';

/**
 * Something a person will read, still without a language: a key of `src/locales/*.json` and the values it takes.
 * Values are plain text from people or from Microsoft; whoever shows the sentence escapes them.
 */
export const sentenceSchema = z.object({
  key: z.string(),
  values: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
});
export type Sentence = z.infer<typeof sentenceSchema>;

export function say(key: string, values?: Record<string, string | number>): Sentence {
  return values ? { key, values } : { key };
}
