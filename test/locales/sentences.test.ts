import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { setupCard } from '../../src/cards/setupCard.ts';
import en from '../../src/locales/en.json' with { type: 'json' };
import { createTranslator, spokenLocale } from '../../src/locales/index.ts';
import { languages, readSentences } from '../../src/locales/written.ts';
import { errorCatalogue, upstreamSchema } from '../../src/setup/errors.ts';
import { say } from '../../src/setup/sentence.ts';
import { gallery, portals } from '../cards/gallery.ts';
import { now, runsWith, shortTexts } from '../cards/runs.ts';
import { strings } from '../cards/walk.ts';
import { leaves } from './leaves.ts';

const t = createTranslator('en-US');
const root = join(__dirname, '../..');

describe('a sentence', () => {
  it('takes its values as they are, and nothing in them as a sentence', () => {
    expect(t(say('card.environment.test', { name: '<$t(card.button.retry)> {{name}}' }))).toBe('<$t(card.button.retry)> {{name}} (test)');
  });

  it('counts', () => {
    expect(t(say('card.stepInputs.monthsCount', { count: 1 }))).toBe('1 month');
    expect(t(say('card.stepInputs.monthsCount', { count: 24 }))).toBe('24 months');
    const french = createTranslator('fr-CA');
    expect([0, 1, 24, 1_000_000].map((count) => french(say('card.stepInputs.monthsCount', { count })).replace('\u00a0', ' '))).toEqual([
      '0 mois',
      '1 mois',
      '24 mois',
      '1000000 de mois',
    ]);
  });

  it.each([
    ['en', 'unmanaged', 'A 1 as an unmanaged solution instead of B 2 as a managed one'],
    ['en', 'managed', 'A 1 as a managed solution instead of B 2 as an unmanaged one'],
    ['fr', 'unmanaged', 'A 1 comme solution non gérée au lieu de B 2 comme solution gérée'],
    ['fr', 'managed', 'A 1 comme solution gérée au lieu de B 2 comme solution non gérée'],
  ])('says in words of %s what a file is taken for: %s', (language, context, words) => {
    expect(createTranslator(language)(say('error.solutionDiffers', { staged: 'A 1', read: 'B 2', context }))).toContain(words);
  });

  it('must be written', () => {
    expect(() => t(say('card.noSuchSentence'))).toThrow('No sentence is written for "card.noSuchSentence"');
    expect(() => t(say('card.button'))).toThrow('No sentence is written for');
  });
});

describe('a locale', () => {
  it.each([
    ['en-GB', 'en-GB'],
    ['xx-not-a-locale!', 'en'],
    ['', 'en'],
    ['ja-JP', 'en'],
    ['fr', 'fr'],
    ['fr-FR', 'fr-FR'],
    ['fr-CA', 'fr-CA'],
  ])('%s is spoken as %s', (asked, spoken) => {
    expect(spokenLocale(asked)).toBe(spoken);
  });
});

describe('every sentence is used', () => {
  it('of the errors: one for each in the catalogue', () => {
    const wanted = Object.values(errorCatalogue).map(({ key }) => key);
    const known = leaves(en.error, 'error').map(([key]) => key.replace(/_(?:managed|unmanaged)$/u, ''));
    expect([...new Set(known)].toSorted()).toEqual([...new Set(wanted)].toSorted());
  });

  it.each(languages)('of the cards: each can be read on one of them, in %s', (language) => {
    const shown = strings([...gallery(shortTexts, language).map(({ card }) => card), ...failureCards(language)]).join('\n');
    const unseen = leaves(readSentences(language)['card'], 'card')
      .filter(([key]) => !/_(?:one|many)$/u.test(key))
      .filter(([, text]) => !text.split(/\{\{\w+\}\}/u).every((fragment) => shown.includes(fragment)));
    expect(unseen.map(([key]) => key)).toEqual([]);
  });
});

describe('the code and the sentences fit together', () => {
  const source = globSync('src/**/*.ts', { cwd: root }).map((file) => readFileSync(new URL(file, `file://${root}/`), 'utf8')).join('\n');
  const written = leaves(en).map(([key]) => key);

  it('whatever is said is written', () => {
    const said = Array.from(source.matchAll(/\b(?:say|refuse)\(\s*'([\w.]+)'/gu), ([, key]) => key);
    expect(said.length).toBeGreaterThan(50);
    expect(said.filter((key) => !written.includes(`${key}`) && !written.includes(`${key}_other`))).toEqual([]);
  });

  it('whatever the bot could say, it says somewhere', () => {
    const own = leaves(en.bot, 'bot').map(([key]) => key.replace(/_(?:one|many|other)$/u, ''));
    const unsaid = own.filter((key) => !source.includes(`'${key}'`) && !source.includes(`\`${key.replace(/\.\w+$/u, '')}.\${`));
    expect(unsaid).toEqual([]);
  });
});

function failureCards(locale: string) {
  const { solutionFailed: run } = runsWith(shortTexts);
  const answers = [{ message: 'no' }, { message: '', noticed: say('noticed.cut') }];
  return answers.flatMap((answer) => upstreamSchema.shape.service.options.map((service) => ({ service, ...answer }))).map((upstream) => {
    const failure = { code: 'E-REFUSED', sentence: say('error.refused'), errorId: 'x', upstream } as const;
    const failed = { ...run, steps: { ...run.steps, solution: { status: 'failed', at: run.startedAt, failure } as const } };
    return setupCard({ run: failed, t: createTranslator(locale), locale, now, portals, revealOnCard: true });
  });
}
