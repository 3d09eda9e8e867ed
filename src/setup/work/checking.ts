import { hasChangedAccount } from '../actingAs.ts';
import { withDrift } from '../drift/checking.ts';
import type { Drift, Finding, Found } from '../drift/finding.ts';
import { partsOf } from '../drift/index.ts';
import type { Part } from '../drift/part.ts';
import { isBeingChecked } from '../drift/underWay.ts';
import type { ErrorCode, Failure } from '../errors.ts';
import type { SetupRun, StepId } from '../run.ts';
import { stepsOf } from '../sections.ts';
import { type Sentence, say } from '../sentence.ts';
import { failureOf } from './failing.ts';
import { refuseGuest } from './guests.ts';
import { stepContext, type WorkParts } from './stepContext.ts';
import type { Rewrite } from './writing.ts';

/** Reads everything that a finished setup used and made, changes nothing, and ends with what differs. */
export async function check(parts: WorkParts, run: SetupRun, errorId: string): Promise<Rewrite> {
  const drift = isBeingChecked(run) ? await read(parts, run, errorId) : undefined;
  return (now) => (drift && isSameCheck(run, now) ? { run: withDrift(now, drift), by: now.startedBy } : undefined);
}

/** Stopped meanwhile, or stopped and begun again, or with the rights of another account: that one has its own job. */
function isSameCheck(before: SetupRun, now: SetupRun): boolean {
  return isBeingChecked(now) && !hasChangedAccount(before.startedBy, now.startedBy) && JSON.stringify(now.drift) === JSON.stringify(before.drift);
}

async function read(parts: WorkParts, run: SetupRun, errorId: string): Promise<Exclude<Drift, { status: 'reading' }>> {
  try {
    await refuseGuest(parts, run.startedBy);
    const findings: Finding[] = [];
    // One step after the other, as they build on one another.
    for (const stepId of stepsOf(run)) findings.push(...(await readStep(parts, { run, stepId, errorId })));
    return { status: 'read', at: parts.clock.now().toISOString(), findings };
  } catch (error) {
    const failure = failureOf(parts, error, { errorId, runId: run.id, doing: 'check' });
    return { status: 'failed', at: parts.clock.now().toISOString(), failure };
  }
}

const withoutRight: readonly ErrorCode[] = ['E-REFUSED', 'E-NOT-MEMBER', 'E-FOREIGN'];
const withoutProof: readonly ErrorCode[] = ['E-CLAIMS', 'E-CONSENT', 'E-SIGN-IN'];

/** Without the words for a step: there is nothing here to be tried again by itself. */
function whyUnknown({ code, errorId }: Failure): Sentence {
  if (withoutRight.includes(code)) return say('drift.withoutRight');
  return say(withoutProof.includes(code) ? 'drift.withoutProof' : 'drift.withoutAnswer', { mark: `${code} ${errorId}` });
}

interface Reading {
  readonly run: SetupRun;
  readonly stepId: StepId;
  readonly errorId: string;
}

async function readStep(parts: WorkParts, reading: Reading): Promise<Finding[]> {
  const found = await Promise.all(partsOf[reading.stepId].map(async (part) => ({ part, found: await readPart(parts, reading, part) })));
  return found.flatMap((one) => (one.found ? [{ stepId: reading.stepId, part: one.part.id, ...one.found }] : []));
}

/** What cannot be read is not known; everything else is told all the same. */
async function readPart(parts: WorkParts, { run, stepId, errorId }: Reading, part: Part): Promise<Found | undefined> {
  try {
    return await part.read(stepContext(parts, run, stepId));
  } catch (error) {
    const failure = failureOf(parts, error, { errorId, runId: run.id, doing: `check ${part.id}` });
    return { verdict: 'unknown', what: say(`drift.unknown.${part.id}`), cure: whyUnknown(failure) };
  }
}
