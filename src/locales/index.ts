import { createInstance } from 'i18next';

import type { Sentence } from '../setup/sentence.ts';
import { languages, readSentences } from './written.ts';

/** Turns a sentence into the words of one language. Values are inserted as they are: whoever shows them escapes them. */
export type Translate = (sentence: Sentence) => string;

const fallbackLanguage = 'en';
const resources = Object.fromEntries(languages.map((language) => [language, { translation: readSentences(language) }]));

const sentences = createInstance();
void sentences.init({
  resources,
  initAsync: false,
  fallbackLng: fallbackLanguage,
  returnObjects: false,
  interpolation: { escapeValue: false },
  parseMissingKeyHandler: (key: string) => {
    throw new Error(`No sentence is written for "${key}"`);
  },
  missingInterpolationHandler: () => '…',
});

/** `locale` is what a client claims; an unknown one is answered in English. */
export function createTranslator(locale: string): Translate {
  const translate = sentences.getFixedT(spokenLocale(locale));
  return ({ key, values }) => translate(key, { ...values });
}

/** The locale for dates and numbers: the asked one where its language is written, else English. */
export function spokenLocale(locale: string): string {
  const [known] = supportedLocales(locale);
  return known && languages.includes(languageOf(known)) ? known : fallbackLanguage;
}

/** `fr` of `fr-CA`. */
export function languageOf(locale: string): string {
  return locale.split('-')[0] ?? locale;
}

/** All written languages in the words of one of them: `English and French`. */
export function languagesIn(locale: string): string {
  const names = new Intl.DisplayNames(locale, { type: 'language' });
  return new Intl.ListFormat(locale).format(languages.map((language) => names.of(language) ?? language));
}

function supportedLocales(locale: string): string[] {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(locale);
  } catch {
    return [];
  }
}

/** The keys directly under a group such as `card.handover`, without the group's own name. */
export function keysOfGroup(group: string): string[] {
  const found: unknown = sentences.getResource(fallbackLanguage, 'translation', group);
  if (!isGroup(found)) throw new Error(`No group of sentences is called "${group}"`);
  return Object.keys(found).filter((key) => typeof found[key] === 'string');
}

function isGroup(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
