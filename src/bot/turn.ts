import type { SetupTurn } from '../dialogs/setupTurn.ts';
import { say } from '../setup/sentence.ts';
import type { Setups } from '../setup/setups.ts';
import type { Language } from './language.ts';

/** One turn as the dialogs see it. */
export function createTurn(setups: Setups, { t }: Language): SetupTurn {
  const wanted = new Set<string>();
  return {
    load: (runId) => setups.load(runId),
    askedSignedIn: (runId, askId) => setups.askedSignedIn(runId, askId),
    signedIn: (runId) => void setups.signedIn(runId),
    showCard: (runId) => void wanted.add(runId),
    cardIsWanted: (runId) => wanted.has(runId),
    sentence: (key) => t(say(key)),
  };
}
