import type { SetupRun } from '../run.ts';
import { addRequest, removeRequest } from '../steps/keyAndProof.ts';
import { JobLost } from './held.ts';
import { tidying, type WorkParts } from './stepContext.ts';
import type { Worked } from './stepping.ts';

const lookAgainMs = 20_000;
/** Longer than a request is waited for: what has no outcome by then died with its process. */
const longestRequestMs = 3 * 60_000;

/**
 * Removes every key under this run's name, also one whose answer was lost, and comes back while one may still be on its way. One that Microsoft does not
 * let us remove stays in the run's facts, and so on the card, with how to remove it by hand.
 */
export async function removeKey(parts: WorkParts, run: SetupRun, errorId: string): Promise<Worked> {
  const { clock, log } = parts;
  const now = clock.now().getTime();
  try {
    await removeAll(parts, run);
  } catch (error) {
    if (error instanceof JobLost) throw error;
    log.error({ err: error, errorId, runId: run.id }, 'A key could not be removed');
    return { rewrite: (current) => ({ run: current }) };
  }
  // As it was before the look: what was concluded during it may have come too late for it.
  if (mayStillCome(run, now)) return { rewrite: (current) => ({ run: current }), againAt: new Date(now + lookAgainMs).toISOString() };
  return { rewrite: withoutKey };
}

async function removeAll(parts: WorkParts, run: SetupRun): Promise<void> {
  const { application, key } = run.facts;
  if (!application || !key || key.isByHand) return;
  // Whoever took the environment over has asked for it, with their own rights.
  const by = run.takenOverBy ?? run.startedBy;
  const directory = parts.microsoft.directory(by);
  const keys = (await directory.application(application.objectId))?.keys ?? [];
  for (const { keyId } of keys.filter(({ displayName }) => displayName === key.displayName)) {
    await tidying(parts, run.id, { stepId: 'keyAndProof', request: removeRequest, by }, () => directory.removeKey(application.objectId, keyId));
  }
}

/** Asked for, and neither answered nor given up: Entra may be making it. */
function mayStillCome({ journal }: SetupRun, now: number): boolean {
  return journal.some(({ request, outcome, intendedAt }) => request === addRequest && !outcome && Math.abs(now - Date.parse(intendedAt)) < longestRequestMs);
}

function withoutKey(run: SetupRun): { run: SetupRun } | undefined {
  if (!run.facts.key || run.facts.key.isByHand) return undefined;
  const { key: _removed, ...facts } = run.facts;
  return { run: { ...run, facts } };
}
