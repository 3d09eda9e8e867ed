import en from './en.words.json' with { type: 'json' };

/** What a typed word can mean. */
const intentions = [
  'start',
  'status',
  'help',
  'approve',
  'check',
  'retry',
  'continue',
  'restart',
  'reveal',
  'done',
  'cancel',
  'confirmCancel',
  'refresh',
  'chooseEntra',
  'chooseMicrosoft365',
] as const;
export type Intention = (typeof intentions)[number];

/** A language more is a file more. Words of every language are understood, whatever the client says it speaks. */
const languages: readonly Record<Intention, readonly string[]>[] = [en];

const meanings = new Map(
  languages.flatMap((words) => intentions.flatMap((intention) => words[intention].map((spelling) => [spelling, intention] as const))),
);

/** The intention behind a whole message, or undefined when it is none of the known words. Case, spacing and final dots do not matter. */
export function intentionOf(text: string): Intention | undefined {
  const plain = text.normalize('NFKC').trim().toLowerCase().replaceAll('’', "'").replace(/\s+/gu, ' ');
  return meanings.get(plain) ?? meanings.get(plain.replace(/[\s.!…?]+$/u, ''));
}
