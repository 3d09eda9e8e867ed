import { hasChangedAccount } from '../actingAs.ts';
import { withDrift } from '../drift/checking.ts';
import type { Checked, Finding, Found } from '../drift/finding.ts';
import { partsOf } from '../drift/index.ts';
import type { Part } from '../drift/part.ts';
import { isBeingChecked } from '../drift/underWay.ts';
import { type ErrorCode, type Failure, isUpToPerson } from '../errors.ts';
import type { SetupRun, StepId } from '../run.ts';
import { stepsOf } from '../sections.ts';
import { type Sentence, say } from '../sentence.ts';
import { failureOf } from './failing.ts';
import { refuseGuest } from './guests.ts';
import { stepContext, type WorkParts } from './stepContext.ts';
import type { Rewrite } from './writing.ts';

/** Reads everything that a finished setup used and made, changes nothing, and ends with what differs, or waits for what Microsoft wants of the person first. */
export async function check(parts: WorkParts, run: SetupRun, errorId: string): Promise<Rewrite> {
  const drift = isBeingChecked(run) ? await read(parts, run, errorId) : undefined;
  return (now) => (drift && isSameCheck(run, now) ? { run: withDrift(now, drift), by: now.startedBy } : undefined);
}

/** Stopped meanwhile, or stopped and begun again, or with the rights of another account: that one has its own job. */
function isSameCheck(before: SetupRun, now: SetupRun): boolean {
  return isBeingChecked(now) && !hasChangedAccount(before.startedBy, now.startedBy) && JSON.stringify(now.drift) === JSON.stringify(before.drift);
}

async function read(parts: WorkParts, run: SetupRun, errorId: string): Promise<Checked> {
  try {
    await refuseGuest(parts, run.startedBy);
    const looked: Looked[] = [];
    // One step after the other, as they build on one another.
    for (const stepId of stepsOf(run)) looked.push(...(await readStep(parts, { run, stepId, errorId })));
    return cameTo(looked, atNow(parts));
  } catch (error) {
    const failure = failureOf(parts, error, { errorId, runId: run.id, doing: 'check' });
    const at = atNow(parts);
    return isUpToPerson(failure) ? { status: 'waiting', at, failure, findings: [] } : { status: 'failed', at, failure };
  }
}

function atNow({ clock }: WorkParts): string {
  return clock.now().toISOString();
}

/** What is known of a part, and what kept it from being read. */
interface Looked {
  readonly finding: Finding;
  readonly failure?: Failure;
}

/** What one part needs of the person others need as well: it is asked for before everything is told. */
function cameTo(looked: readonly Looked[], at: string): Checked {
  const findings = looked.map(({ finding }) => finding);
  const needed = looked.find(({ failure }) => failure && isUpToPerson(failure))?.failure;
  return needed ? { status: 'waiting', at, failure: needed, findings } : { status: 'read', at, findings };
}

const withoutRight: readonly ErrorCode[] = ['E-REFUSED', 'E-NOT-MEMBER', 'E-FOREIGN'];

/** Without the words for a step: there is nothing here to be tried again by itself. */
function whyUnknown(failure: Failure): Sentence {
  if (withoutRight.includes(failure.code)) return say('drift.withoutRight');
  return say(isUpToPerson(failure) ? 'drift.withoutProof' : 'drift.withoutAnswer', { mark: `${failure.code} ${failure.errorId}` });
}

interface Reading {
  readonly run: SetupRun;
  readonly stepId: StepId;
  readonly errorId: string;
}

async function readStep(parts: WorkParts, reading: Reading): Promise<Looked[]> {
  const looked = await Promise.all(partsOf[reading.stepId].map((part) => readPart(parts, reading, part)));
  return looked.filter((one) => one !== undefined);
}

/** What cannot be read is not known; everything else is told all the same. */
async function readPart(parts: WorkParts, { run, stepId, errorId }: Reading, part: Part): Promise<Looked | undefined> {
  const asFinding = (found: Found): Finding => ({ stepId, part: part.id, ...found });
  try {
    const found = await part.read(stepContext(parts, run, stepId));
    return found && { finding: asFinding(found) };
  } catch (error) {
    const failure = failureOf(parts, error, { errorId, runId: run.id, doing: `check ${part.id}` });
    return { finding: asFinding({ verdict: 'unknown', what: say(`drift.unknown.${part.id}`), cure: whyUnknown(failure) }), failure };
  }
}
