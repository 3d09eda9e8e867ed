import { existsSync, readdirSync, readFileSync } from 'node:fs';

import { z } from 'zod';

/** Sentences by their key, in groups. */
export interface Sentences {
  readonly [key: string]: string | Sentences;
}
const sentencesSchema: z.ZodType<Sentences> = z.record(z.string(), z.union([z.string(), z.lazy(() => sentencesSchema)]));

const folder = new URL('./', import.meta.url);

/** Every language that lies beside this file: `fr.json` is French, and `fr.words.json`, where there is one, what people may type in it. */
export const languages: readonly string[] = readdirSync(folder)
  .flatMap((name) => /^([a-z]{2,3})\.json$/u.exec(name)?.[1] ?? [])
  .toSorted();

export function readSentences(language: string): Sentences {
  return sentencesSchema.parse(readJson(`${language}.json`));
}

/** As it lies there: whoever knows the words checks them. Without a file of its own a language is typed in the words of the others: undefined. */
export function readWords(language: string): unknown {
  const name = `${language}.words.json`;
  return existsSync(new URL(name, folder)) ? readJson(name) : undefined;
}

function readJson(name: string): unknown {
  return JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
}
