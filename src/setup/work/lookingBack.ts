import { isDeepStrictEqual } from 'node:util';

import { type ErrorCode, SetupError } from '../errors.ts';
import { doneSteps, isAtWork, withLost } from '../lookingBack.ts';
import type { SetupRun, StepId } from '../run.ts';
import { steps } from '../steps/index.ts';
import type { StepContext } from '../steps/step.ts';
import { failureOf } from './failing.ts';
import { stepContext, type WorkParts } from './stepContext.ts';
import type { Rewrite } from './writing.ts';

/** Compares what was done with the tenant, which others change too. Only reads; what cannot be read proves nothing. */
export async function lookBack(parts: WorkParts, run: SetupRun, errorId: string): Promise<Rewrite> {
  if (isAtWork(run)) return () => undefined;
  try {
    const looked = await Promise.all(doneSteps(run).map(async (id) => ({ id, isStill: await isStillDone(stepContext(parts, run, id), id) })));
    const lost = looked.filter(({ isStill }) => !isStill).map(({ id }) => id);
    return (now) => (isUnchanged(run, now) ? withLost(now, lost, parts.clock.now().toISOString()) : undefined);
  } catch (error) {
    const { code } = failureOf(parts, error, { errorId, runId: run.id, doing: 'lookBack' });
    // A sign-in that is gone is asked for anew; anything else is looked at another time.
    return (now) => (code === 'E-SIGN-IN' && now.status === 'active' ? { run: { ...now, signedIn: false } } : undefined);
  }
}

/** Whoever looks may not see it, which says nothing about whether it is there. */
const unseen: readonly ErrorCode[] = ['E-REFUSED', 'E-NOT-MEMBER', 'E-FOREIGN'];

async function isStillDone(context: StepContext, id: StepId): Promise<boolean> {
  try {
    return await steps[id].isStillDone(context);
  } catch (error) {
    if (error instanceof SetupError && unseen.includes(error.code)) return true;
    throw error;
  }
}

/** Whoever acted meanwhile knows more than this look. */
function isUnchanged(run: SetupRun, now: SetupRun): boolean {
  return now.status === 'active' && isDeepStrictEqual(now.steps, run.steps) && isDeepStrictEqual(now.inputs, run.inputs);
}
