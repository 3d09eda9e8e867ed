import { setupCard } from '../../src/cards/setupCard.ts';
import { wordsFor } from '../../src/cards/words.ts';
import { createTranslator } from '../../src/locales/index.ts';
import { say } from '../../src/setup/sentence.ts';
import { portals } from './gallery.ts';
import { now, runsWith, shortTexts, type StateName } from './runs.ts';
import { strings } from './walk.ts';

const runs = runsWith(shortTexts);

/** With plain spaces, for reading. */
const plain = (text: string) => text.replaceAll(/\s/gu, ' ');
const speaker = (locale: string, timeZone?: string) => ({ t: createTranslator(locale), locale, now, timeZone });
const words = (locale: string, timeZone?: string) => wordsFor(speaker(locale, timeZone));
const shown = (state: StateName, locale: string, timeZone?: string) =>
  plain(strings(setupCard({ ...speaker(locale, timeZone), portals, revealOnCard: true, run: runs[state] })).join('\n'));

const february = '2027-02-20T08:30:00Z';
const today = '2026-11-22T14:02:00Z';
const tonight = '2026-11-22T19:00:00Z';

describe.each([
  ['en-US', { date: 'February 20, 2027', time: '14:02', withDay: 'Feb 20, 08:30', inParis: 'Feb 20, 09:30', inTokyo: 'Nov 23, 04:00', percent: '42%' }],
  ['en-GB', { date: '20 February 2027', time: '14:02', withDay: '20 Feb, 08:30', inParis: '20 Feb, 09:30', inTokyo: '23 Nov, 04:00', percent: '42%' }],
  ['fr-FR', { date: '20 février 2027', time: '14:02', withDay: '20 févr., 08:30', inParis: '20 févr., 09:30', inTokyo: '23 nov., 04:00', percent: '42 %' }],
  ['fr-CA', { date: '20 février 2027', time: '14 h 02', withDay: '20 févr., 08 h 30', inParis: '20 févr., 09 h 30', inTokyo: '23 nov., 04 h 00', percent: '42 %' }],
])('in %s', (locale, expected) => {
  it('a date is written as people write it there', () => {
    expect(plain(words(locale).date(february))).toBe(expected.date);
  });

  it('a time comes alone today, and with its day otherwise', () => {
    expect(plain(words(locale).time(today))).toBe(expected.time);
    expect(plain(words(locale).time(february))).toBe(expected.withDay);
  });

  it('a time and its day are those of the person’s clock', () => {
    expect(plain(words(locale, 'Europe/Paris').time(february))).toBe(expected.inParis);
    expect(plain(words(locale, 'Asia/Tokyo').time(tonight))).toBe(expected.inTokyo);
  });

  it('a percentage has its sign where it belongs', () => {
    expect(plain(words(locale).percent(42))).toBe(expected.percent);
  });
});

it('a date is that of the person’s clock', () => {
  const late = '2027-02-20T19:30:00Z';
  expect(['UTC', 'Asia/Tokyo'].map((zone) => words('fr-FR', zone).date(late))).toEqual(['20 février 2027', '21 février 2027']);
});

it('a time in a sentence names its clock where that is not the person’s', () => {
  const finished = (locale: string, timeZone?: string) => plain(words(locale, timeZone).text(say('card.groupStatus.finished', { at: '2026-11-22T14:09:00Z' })));
  expect(finished('fr-FR')).toBe('Elle est terminée (14:09 UTC).');
  expect(finished('fr-FR', 'Europe/Paris')).toBe('Elle est terminée (15:09).');
  expect(finished('en', 'Europe/Paris')).toBe('It is finished (15:09).');
});

it('a name that looks like a time stays a name', () => {
  const name = '2026-01-01T00:00:00Z';
  const { plain: said, text } = words('en');
  expect(said(say('card.button.letSee', { name }))).toContain(name);
  expect(text(say('history.what.takenOver', { person: name }))).toContain(name);
});

describe('on a card', () => {
  it.each<[StateName, string, RegExp]>([
    ['passwordHandover', 'fr-FR', /\b20 février 2027\b/u],
    ['passwordHandover', 'en-GB', /\b20 February 2027\b/u],
    ['finished', 'fr-FR', /\b21 novembre 2028\b/u],
    ['finished', 'en-US', /\bNovember 21, 2028\b/u],
    ['applicationPlanned', 'fr-FR', /\b42 % .*15:02/u],
    ['applicationPlanned', 'fr-CA', /\b42 % .*15 h 02/u],
    ['applicationPlanned', 'en-GB', /\b42% .*15:02/u],
    ['keyLapsed', 'fr-FR', /\b21 nov\., 15:02\b/u],
    ['keyLapsed', 'en-GB', /\b21 Nov, 15:02\b/u],
  ])('%s in %s is told with %s', (state, locale, told) => {
    expect(shown(state, locale, 'Europe/Paris')).toMatch(told);
  });

  it.each<StateName>(['passwordHandover', 'finished', 'keyLapsed', 'revealed'])('%s has no English month in French', (state) => {
    expect(shown(state, 'fr-FR')).not.toMatch(/January|February|March|April|May \d|June|July|August|September|October|November|December|\b(?:Nov|Feb|Dec)\b/u);
  });
});
