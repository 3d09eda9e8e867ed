import { z } from 'zod';

import { fold } from '../folding.ts';
import { languages, readWords } from './written.ts';

/** What a typed word can mean. */
export const intentions = [
  'start',
  'status',
  'help',
  'signOut',
  'approve',
  'ask',
  'withdraw',
  'decline',
  'takeOver',
  'confirmTakeOver',
  'back',
  'check',
  'mend',
  'retry',
  'continue',
  'restart',
  'reveal',
  'done',
  'cancel',
  'confirmCancel',
  'undo',
  'confirmUndo',
  'refresh',
  'ways',
  'manual',
  'skip',
  'wholePlan',
  'approveAll',
  'pause',
  'history',
  'actAs',
  'actAsMyself',
  'chooseEntra',
  'chooseMicrosoft365',
] as const;
export type Intention = (typeof intentions)[number];

/** `language` is followed by the name of one, `askWhom` by the name or address of a person. */
const wordsSchema = z.record(z.enum([...intentions, 'language', 'askWhom']), z.array(z.string().min(1)));

/** Words of every language are understood, whatever the client says it speaks. */
const wordsOfAll = languages.map(readWords).filter((words) => words !== undefined).map((words) => wordsSchema.parse(words));

const meanings = new Map(
  wordsOfAll.flatMap((words) =>
    intentions.flatMap((intention) => words[intention].map((spelling) => [fold(spelling), intention] as const)),
  ),
);
/** Those of several words first: *ask for Priya* is not about somebody called *for Priya*. */
const askingWords = wordsOfAll.flatMap((words) => words.askWhom.map(fold)).toSorted((a, b) => b.length - a.length);
const languageWords = wordsOfAll.flatMap((words) => words.language.map(fold));

/** `French`, `français` and `fr`: every written language, named in all of them. */
const languageNames = new Map(
  languages.flatMap((language) => [
    [language, language] as const,
    ...languages.map((speaker) => [fold(new Intl.DisplayNames(speaker, { type: 'language' }).of(language) ?? language), language] as const),
  ]),
);

/** The intention behind a whole message, or undefined when it is none of the known words. Case, accents, spacing and final dots do not matter. */
export function intentionOf(text: string): Intention | undefined {
  const plain = fold(text);
  return meanings.get(plain) ?? meanings.get(withoutEnd(plain));
}

/** `language French`: which one, as far as it is written here; undefined when the message is about something else. */
export function languageAsked(text: string): { readonly language: string | undefined } | undefined {
  const plain = withoutEnd(fold(text));
  const word = languageWords.find((each) => plain === each || plain.startsWith(`${each} `));
  if (word === undefined) return undefined;
  return { language: languageNames.get(plain.slice(word.length).trim()) };
}

/** `ask Priya`: the name or address behind the word, as it was typed. */
export function personAsked(text: string): string | undefined {
  const spaced = withoutEnd(text.replaceAll(/\s+/gu, ' ').trim());
  const word = askingWords.find((each) => fold(spaced).startsWith(`${each} `));
  return word === undefined ? undefined : spaced.split(' ').slice(word.split(' ').length).join(' ');
}

function withoutEnd(plain: string): string {
  return plain.replace(/[\s.!…?]+$/u, '');
}
