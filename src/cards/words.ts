import { keysOfGroup, spokenLocale, type Translate } from '../locales/index.ts';
import { type Sentence, say } from '../setup/sentence.ts';
import { type CountryChoice, countryChoices, countryName } from './countries.ts';
import { escapeMarkdown, oneLine } from './escape.ts';

/** How a card speaks to one person: language, clock and escaping. */
export interface Words {
  /** Two or three letters, as Adaptive Cards want it. */
  readonly language: string;
  /** For text blocks and facts, which read Markdown: the values are escaped. */
  text(sentence: Sentence): string;
  /** For buttons, labels and choices, which show what they are given. */
  plain(sentence: Sentence): string;
  /** All sentences of a group, for the template of the same name. The values are those of the whole group. */
  group(name: string, values?: Sentence['values']): Record<string, string>;
  /** `14:02`, with its day when that is not today. Whoever shows it says of which clock, where that is not the person's. */
  time(instant: string): string;
  /** `22 November 2028`. */
  date(instant: string): string;
  /** `42%`, from 0–100. */
  percent(value: number): string;
  /** `France` for `FR`. */
  country(code: string): string;
  /** Every country with its name, in the order of the alphabet. */
  countries(): readonly CountryChoice[];
}

export interface Speaker {
  readonly t: Translate;
  readonly locale: string;
  readonly now: Date;
  /** IANA name of the person's time zone; without it times are in UTC and say so. */
  readonly timeZone?: string | undefined;
}

export function wordsFor({ t, locale: asked, now, timeZone }: Speaker): Words {
  const locale = spokenLocale(asked);
  const clock = { locale, now, timeZone: timeZone ?? 'UTC' };
  // A sentence of the domain may stand alone, so its times name their clock where that is not the person's.
  const alone = timeZone ? clock : { ...clock, timeZoneName: 'short' as const };
  const shown = (value: string, name: string) => (isInstant(value, name) ? timeOf(value, alone) : value);
  const text = (sentence: Sentence) => t(withValues(sentence, (value, name) => escapeMarkdown(shown(value, name))));
  return {
    language: new Intl.Locale(locale).language,
    text,
    plain: (sentence) => t(withValues(sentence, (value, name) => oneLine(shown(value, name)))),
    group: (name, values) =>
      Object.fromEntries(keysOfGroup(name).map((key) => [key, text(say(`${name}.${key}`, values))])),
    time: (instant) => timeOf(instant, clock),
    date: (instant) =>
      new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: clock.timeZone }).format(new Date(instant)),
    percent: (value) => new Intl.NumberFormat(locale, { style: 'percent' }).format(value / 100),
    country: (code) => countryName(code, locale),
    countries: () => countryChoices(locale),
  };
}

function withValues({ key, values = {} }: Sentence, clean: (text: string, name: string) => string): Sentence {
  const cleaned: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(values)) cleaned[name] = typeof value === 'string' ? clean(value, name) : value;
  return { key, values: cleaned };
}

/** Values that are times, by their names in the sentences: a person may be called like one. */
const namesOfTimes: readonly string[] = ['at', 'since', 'time', 'until'];

/** The domain has no clock of a person: its instants travel as ISO text, and are told as times. What a card has told as a time already is left as it is. */
function isInstant(value: string, name: string): boolean {
  return namesOfTimes.includes(name) && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/u.test(value);
}

interface PersonsClock {
  readonly locale: string;
  readonly now: Date;
  readonly timeZone: string;
  readonly timeZoneName?: 'short';
}

function timeOf(instant: string, { locale, now, ...zone }: PersonsClock): string {
  const at = new Date(instant);
  const day = new Intl.DateTimeFormat(locale, { dateStyle: 'short', timeZone: zone.timeZone });
  const isToday = day.format(at) === day.format(now);
  return new Intl.DateTimeFormat(locale, {
    ...(!isToday && { day: 'numeric', month: 'short' }),
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...zone,
  }).format(at);
}
