import type { BrowserLinks } from '../cards/browserLinks.ts';
import { type GroupCardInput, groupHelpCard, groupSentenceCard, groupSetUpCard, groupStatusCard, groupWelcomeCard, groupWordsCard } from '../cards/groupCards.ts';
import { askedCard } from '../cards/askedCard.ts';
import { questionCard } from '../cards/questionCards.ts';
import { historyCard } from '../cards/historyCard.ts';
import { helpCard, movedCard, welcomeCard } from '../cards/messageCards.ts';
import { revealTaskCard } from '../cards/revealTaskCard.ts';
import { setupCard } from '../cards/setupCard.ts';
import { wordsFor } from '../cards/words.ts';
import { createTranslator, languageOf, languagesIn, spokenLocale } from '../locales/index.ts';
import type { Log } from '../log.ts';
import type { Cloud } from '../microsoft/cloud.ts';
import type { Clock } from '../setup/ports/tools.ts';
import type { LanguageChoices } from '../storage/languageChoices.ts';
import { tenantOf } from './admission.ts';
import type { Cards, GroupCards, LanguageFor, Speaking } from './language.ts';

export interface LanguageParts {
  readonly cloud: Pick<Cloud, 'portals' | 'revealOnCard'>;
  readonly clock: Clock;
  readonly choices: Pick<LanguageChoices, 'find'>;
  /** Undefined in an installation without a public address. */
  readonly browserLinks?: BrowserLinks | undefined;
  readonly log: Log;
}

/** The project's cards and sentences, in the language that the person asked for, else in their client's. */
export function createLanguageFor(parts: LanguageParts): LanguageFor {
  const { cloud, clock } = parts;
  return (speaking: Speaking) => {
    const locale = localeOf(speaking.locale ?? 'en', chosenBy(speaking, parts));
    const t = createTranslator(locale);
    const speaker = () => ({ t, locale, now: clock.now(), timeZone: knownTimeZone(speaking.localTimezone) });
    const about = () => ({ ...speaker(), portals: cloud.portals, revealOnCard: cloud.revealOnCard, browserLinks: parts.browserLinks });
    const cards: Cards = {
      setup: (run, { notice, secret } = {}) => setupCard({ ...about(), run, notice, secret }),
      asked: (run, ask, { notice, secret } = {}) => askedCard({ ...about(), run, ask, notice, secret }),
      moved: () => movedCard(speaker()),
      question: (run, question) => questionCard({ ...about(), run }, question),
      revealTask: (run, secret, viewer) => revealTaskCard({ ...about(), run, secret, viewer }),
      history: (run, records, { isPart }) => historyCard({ ...speaker(), run, records, isPart }),
      help: () => helpCard(speaker()),
      welcome: () => welcomeCard(speaker()),
      inGroup: (botId) => groupCards({ ...speaker(), portals: cloud.portals, botId }),
    };
    // Messages read Markdown like cards do, and their instants are told in the person's own time.
    return { t: (sentence) => wordsFor(speaker()).text(sentence), plain: t, cards, choice: languagesIn(locale) };
  };
}

function groupCards(input: GroupCardInput): GroupCards {
  return {
    status: (run) => groupStatusCard({ ...input, run }),
    setUp: () => groupSetUpCard(input),
    help: () => groupHelpCard(input),
    words: () => groupWordsCard(input),
    sentence: (sentence) => groupSentenceCard(input, sentence),
    welcome: () => groupWelcomeCard(input),
  };
}

/** Whoever asked for French on a client that is set to fr-CA keeps the dates of fr-CA. */
function localeOf(claimed: string, chosen: string | undefined): string {
  const spoken = spokenLocale(claimed);
  return chosen === undefined || languageOf(spoken) === chosen ? spoken : chosen;
}

/** An apology for a storage that fails is written in a language too: then the client's claim holds. */
function chosenBy(speaking: Speaking, { choices, log }: LanguageParts): string | undefined {
  const tenantId = tenantOf(speaking);
  const objectId = speaking.from?.aadObjectId;
  if (!tenantId || !objectId) return undefined;
  try {
    return choices.find({ tenantId, objectId });
  } catch (error) {
    log.warn({ err: error }, 'The language that a person chose could not be read');
    return undefined;
  }
}

/** A client's claim; `Intl` throws for one that it does not know. */
function knownTimeZone(name: string | undefined): string | undefined {
  if (!name) return undefined;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}
