import { continueOrRestartCard, cancelCard } from '../cards/questionCards.ts';
import { helpCard, movedCard, welcomeCard } from '../cards/messageCards.ts';
import { revealTaskCard } from '../cards/revealTaskCard.ts';
import { setupCard } from '../cards/setupCard.ts';
import { wordsFor } from '../cards/words.ts';
import { createTranslator } from '../locales/index.ts';
import type { Cloud } from '../microsoft/cloud.ts';
import type { Clock } from '../setup/ports/tools.ts';
import type { Cards, LanguageFor, Speaking } from './language.ts';

export interface LanguageParts {
  readonly cloud: Pick<Cloud, 'portals' | 'revealOnCard'>;
  readonly clock: Clock;
}

/** The project's cards and sentences, for whoever speaks. */
export function createLanguageFor({ cloud, clock }: LanguageParts): LanguageFor {
  return ({ locale = 'en', localTimezone }: Speaking) => {
    const t = createTranslator(locale);
    const speaker = () => ({ t, locale, now: clock.now(), timeZone: knownTimeZone(localTimezone) });
    const about = () => ({ ...speaker(), portals: cloud.portals, revealOnCard: cloud.revealOnCard });
    const cards: Cards = {
      setup: (run, { notice, secret } = {}) => setupCard({ ...about(), run, notice, secret }),
      moved: () => movedCard(speaker()),
      continueOrRestart: (run) => continueOrRestartCard({ ...about(), run }),
      cancel: (run) => cancelCard({ ...about(), run }),
      revealTask: (run, secret) => revealTaskCard({ ...about(), run, secret }),
      help: () => helpCard(speaker()),
      welcome: () => welcomeCard(speaker()),
    };
    // Messages read Markdown like cards do, and their instants are told in the person's own time.
    return { t: (sentence) => wordsFor(speaker()).text(sentence), cards };
  };
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
