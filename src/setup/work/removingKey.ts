import { isDeepStrictEqual } from 'node:util';

import type { SetupRun } from '../run.ts';
import { addRequest, removeRequest } from '../steps/keyAndProof.ts';
import { JobLost } from './held.ts';
import { tidying, type WorkParts } from './stepContext.ts';
import type { Worked } from './stepping.ts';

const lookAgainMs = 20_000;
/** Longer than a request is waited for, and than Entra needs to list a key: what has not turned up by then is not there. */
const longestMs = 3 * 60_000;

/**
 * Removes every key under this run's name, also one whose answer was lost, and comes back while one may still be on its way. One that Microsoft does not
 * let us remove stays in the run's facts, and so on the card, with how to remove it by hand.
 */
export async function removeKey(parts: WorkParts, run: SetupRun, errorId: string): Promise<Worked> {
  const { clock, log } = parts;
  const now = clock.now().getTime();
  if (!isToGo(run)) return { rewrite: () => undefined };
  let isFound: boolean;
  try {
    isFound = await removeAll(parts, run);
  } catch (error) {
    if (error instanceof JobLost) throw error;
    log.error({ err: error, errorId, runId: run.id }, 'A key could not be removed');
    return { rewrite: (current) => ({ run: current }) };
  }
  // As it was before the look: what was concluded during it may have come too late for it.
  if (mayStillCome(run, { now, isFound })) return { rewrite: (current) => ({ run: current }), againAt: new Date(now + lookAgainMs).toISOString() };
  return { rewrite: (current) => withoutKey(current, run) };
}

/** Nothing of a setup that has made another key since: that one is in use, or will be. */
function isToGo({ status, facts: { application, key } }: SetupRun): boolean {
  return application !== undefined && key !== undefined && !key.isByHand && (status === 'cancelled' || key.isUnused === true);
}

/** Answers with whether the application listed any. */
async function removeAll(parts: WorkParts, run: SetupRun): Promise<boolean> {
  const { application, key } = run.facts;
  if (!application || !key) return false;
  // Whoever took the environment over has asked for it, with their own rights.
  const by = run.takenOverBy ?? run.startedBy;
  const directory = parts.microsoft.directory(by);
  const keys = (await directory.application(application.objectId))?.keys ?? [];
  const listed = keys.filter(({ displayName }) => displayName === key.displayName).map(({ keyId }) => keyId);
  for (const keyId of new Set([...listed, ...(key.keyId ? [key.keyId] : [])])) {
    await tidying(parts, run.id, { stepId: 'keyAndProof', request: removeRequest, by }, () => directory.removeKey(application.objectId, keyId));
  }
  return listed.length > 0;
}

/** Entra may be making it; or, where it never answered and nothing was found, not list it yet. */
function mayStillCome({ journal }: SetupRun, { now, isFound }: { now: number; isFound: boolean }): boolean {
  const asked = journal.filter(({ request, intendedAt }) => request === addRequest && Math.abs(now - Date.parse(intendedAt)) < longestMs);
  return asked.some(({ outcome }) => !outcome || (outcome.result === 'unclear' && !isFound));
}

/** The key that was removed; not one that has come to be known meanwhile. */
function withoutKey(run: SetupRun, before: SetupRun): { run: SetupRun } | undefined {
  if (!isDeepStrictEqual(run.facts.key, before.facts.key)) return undefined;
  const { key: _removed, ...facts } = run.facts;
  return { run: { ...run, facts } };
}
