import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { intentionOf, intentions, languageAsked } from '../../src/locales/words.ts';
import { languages, readSentences, readWords } from '../../src/locales/written.ts';
import { leaves } from './leaves.ts';

const english = new Map(leaves(readSentences('en')));
const others = languages.filter((language) => language !== 'en');
/** Languages that have words of their own to type. */
const typedLanguages = languages.filter(readWords);

/** Names and marks that are the same in every language. */
const sameEverywhere = [
  /^(?:Code|Licence|Solution|Version|URL)$/u,
  /^(?:Microsoft (?:Entra|Graph)|Azure Key Vault|Dynamics 365 \(Dataverse\))$/u,
  /^(?:Application \{\{name\}\}|Solution \{\{name\}\}, version \{\{version\}\}|\{\{name\}\} \(test\)|\{\{domain\}\})$/u,
  /^\{\{\w+\}\}(?: · \{\{\w+\}\}| \(\{\{\w+\}\}\))$/u,
  /^https:\/\/\S+$/u,
];

/** `months` for `months_one` and `months_other`: which forms there are is a matter of the language. */
const plural = /_(?:zero|one|two|few|many|other)$/u;
const placeholders = (text: string) => [...new Set(text.match(/\{\{\w+\}\}/gu))].toSorted().join(' ');

it('is a file that lies in the folder, and at most another with the words that people type in it', () => {
  const files = readdirSync(join(__dirname, '../../src/locales')).filter((name) => name.endsWith('.json'));
  expect(files.toSorted()).toEqual([...languages.map((language) => `${language}.json`), ...typedLanguages.map((language) => `${language}.words.json`)].toSorted());
  expect(typedLanguages).toEqual(expect.arrayContaining(['en', 'fr']));
});

describe.each(languages)('the sentences in %s', (language) => {
  const sentences = new Map(leaves(readSentences(language)));

  it('have every plural form that the language knows', () => {
    const { pluralCategories } = new Intl.PluralRules(language).resolvedOptions();
    const counted = new Set([...sentences.keys()].filter((key) => plural.test(key)).map((key) => key.replace(plural, '')));
    for (const key of counted) {
      const forms = [...sentences.keys()].filter((each) => plural.test(each) && each.replace(plural, '') === key);
      expect(forms.toSorted()).toEqual(pluralCategories.map((form) => `${key}_${form}`).toSorted());
    }
  });

  it('are not empty, and have no space at an end or twice', () => {
    const odd = [...sentences].filter(([, text]) => text === '' || text !== text.trim() || /\s{2}/u.test(text));
    expect(odd).toEqual([]);
  });

  it('name only words that are understood, and buttons that there are', () => {
    const bold = [...sentences.values()].flatMap((text) => Array.from(text.matchAll(/\*\*(.+?)\*\*/gu), ([, words]) => `${words}`));
    const typed = bold.filter((words) => /^\p{Ll}/u.test(words));
    expect(typed.length).toBeGreaterThan(20);
    expect(typed.filter((words) => !intentionOf(words) && !languageAsked(words))).toEqual([]);
  });

  it('call every button that they mention by its title', () => {
    const mentioned = { retry: 'card.failure.kept', showValues: 'bot.revealByButton', checkAgain: 'card.prerequisites.blockedAdvice', entered: 'card.keyValues.visible', continue: 'card.continueOrRestart.continue', startAgain: 'card.continueOrRestart.restart' };
    for (const [button, sentence] of Object.entries(mentioned)) {
      expect(sentences.get(sentence)).toContain(`**${sentences.get(`card.button.${button}`)}**`);
    }
    expect(sentences.get('bot.signInWaits')).toContain(`**${sentences.get('bot.signInTitle')}**`);
  });
});

describe.each(others)('the translation into %s', (language) => {
  const translated = new Map(leaves(readSentences(language)));
  const single = (sentences: ReadonlyMap<string, string>) => [...new Set([...sentences.keys()].map((key) => key.replace(plural, '')))].toSorted();
  /** What an English sentence became; of a counted one, the form that every language has. */
  const pairs = [...english].map(([key, text]) => ({ key, text, translation: translated.get(key) }));

  it('lacks no sentence, and has none that English lacks', () => {
    expect(single(translated)).toEqual(single(english));
  });

  it('takes the same values', () => {
    const different = pairs.filter(({ text, translation = text }) => placeholders(text) !== placeholders(translation));
    expect(different).toEqual([]);
  });

  it('names the words of its own language, where it has some', () => {
    if (!typedLanguages.includes(language)) return;
    const words = (text: string | undefined) => text?.match(/\*\*\p{Ll}.+?\*\*/gu) ?? [];
    const borrowed = pairs.filter(({ text, translation }) => words(text).some((word) => translation?.includes(word)));
    expect(borrowed).toEqual([]);
  });

  it('left nothing in English', () => {
    const untranslated = pairs.filter(({ text, translation }) => translation === text && !sameEverywhere.some((same) => same.test(text)));
    expect(untranslated).toEqual([]);
  });
});

describe('the words that people type', () => {
  const all = typedLanguages.flatMap((language) =>
    Object.entries(wordsOf(language)).flatMap(([intention, list]) => list.map((word) => ({ intention, word }))),
  );

  it('are there for every intention in every language', () => {
    for (const language of typedLanguages) expect(Object.keys(wordsOf(language)).toSorted()).toEqual([...intentions, 'language', 'askWhom'].toSorted());
  });

  it('mean one thing, in whatever language', () => {
    // A name stands behind the others: alone they mean nothing of their own.
    const whole = all.filter(({ intention }) => intention !== 'askWhom');
    const meant = whole.map(({ word }) => ({ word, intention: intentionOf(word) ?? (languageAsked(word) ? 'language' : undefined) }));
    expect(meant).toEqual(whole.map(({ intention, word }) => ({ word, intention })));
  });

  it.each([
    ['configurer les prospects', 'start'],
    ['CONFIGURER LES PROSPECTS !', 'start'],
    ['état', 'status'],
    ['ETAT', 'status'],
    ['e\u0301tat', 'status'],
    ['Statut', 'status'],
    ['Vérifier\u00a0!', 'check'],
    ['verifier', 'check'],
    ['réessayer', 'retry'],
    ['Let the bot do it', 'retry'],
    ['Make a new key', 'retry'],
    ['Make a new password', 'retry'],
    ['Laisser faire le bot', 'retry'],
    ['Créer une nouvelle clé', 'retry'],
    ['Créer un nouveau mot de passe', 'retry'],
    ['Terminé.', 'done'],
    ['c’est fait', 'done'],
    ['oui, annuler', 'confirmCancel'],
    ['Bonjour', 'help'],
  ])('%s means %s', (text, intention) => {
    expect(intentionOf(text)).toBe(intention);
  });

  it.each([
    ['langue français', 'fr'],
    ['Langue Francais !', 'fr'],
    ['langue anglais', 'en'],
    ['language English', 'en'],
    ['language French.', 'fr'],
    ['language français', 'fr'],
    ['language fr', 'fr'],
    ['langue', undefined],
    ['language Klingon', undefined],
  ])('%s asks for %s', (text, language) => {
    expect(languageAsked(text)).toEqual({ language });
  });

  it.each(['languages', 'langues', 'français', 'set up leads', ''])('%j asks for no language', (text) => {
    expect(languageAsked(text)).toBeUndefined();
  });
});

/** Words that every English sentence of some length has, and that no French one has. */
const commonEnglish = /(?<![\p{L}-])(?:the|and|your|you|is|are|of|to|will|with|for|from|this|that|has|have|was|were|been|which|they|their|there|it|its|by|as|can|must|who|what|when|where|how|my|our|please|an|in|not)(?![\p{L}-])/iu;
/** Names that are English in every language. */
const englishNames = /\{\{\w+\}\}|https?:\/\/\S+/gu;

/** English, or English with something added. */
function isLeftInEnglish(text: string, translation: string): boolean {
  const bare = translation.replaceAll(englishNames, '');
  return commonEnglish.test(bare) || (/\p{L} \p{L}/u.test(text) && translation.includes(text));
}

describe('French', () => {
  const sentences = leaves(readSentences('fr'));
  const wrong = (pattern: RegExp) => sentences.filter(([, text]) => pattern.test(text.replaceAll(/https?:\/\/\S+/gu, '')));

  it('is French throughout, not English with a word added', () => {
    const half = sentences.filter(([key, text]) => !sameEverywhere.some((same) => same.test(text)) && isLeftInEnglish(english.get(key) ?? '', text));
    expect(half).toEqual([]);
  });

  it('would be noticed as English', () => {
    expect(isLeftInEnglish('Wait until the import has ended.', 'Wait until the import has ended, svp.')).toBe(true);
    expect(isLeftInEnglish('Look again', 'Look again svp')).toBe(true);
    expect(isLeftInEnglish('Look again', 'Chercher à nouveau')).toBe(false);
  });

  it('puts a no-break space before double punctuation and inside quotation marks', () => {
    expect(wrong(/[^\u00a0\u202f\s][:;?!»](?![\p{L}\d])/u).filter(([, text]) => !text.includes('**!**'))).toEqual([]);
    expect(wrong(/ [:;?!»%]/u)).toEqual([]);
    expect(wrong(/«(?!\u00a0)/u)).toEqual([]);
  });

  it('has its own apostrophes and quotation marks', () => {
    expect(wrong(/['"“”]/u)).toEqual([]);
  });

  it('says vous', () => {
    expect(wrong(/(?<![\p{L}-])(?:tu|toi|ton|ta|tes)(?!\p{L})/iu)).toEqual([]);
  });
});

function wordsOf(language: string): Record<string, string[]> {
  return readWords(language) as Record<string, string[]>;
}
