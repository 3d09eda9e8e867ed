import { isDeepStrictEqual } from 'node:util';

import { isLapsed } from '../allAtOnce.ts';
import { hasChangedAccount } from '../actingAs.ts';
import { SetupError } from '../errors.ts';
import type { Commit } from '../ports/stores.ts';
import type { SetupRun } from '../run.ts';
import { type Sentence, say } from '../sentence.ts';
import { type Applied, Stopped } from '../steps/step.ts';
import type { TakenBack, UndoPlan, UndoState } from '../undo/record.ts';
import type { Reversal } from '../undo/reversal.ts';
import { inReverse, planOf } from '../undo/reversals/index.ts';
import { failedUndo } from '../undo/goingOn.ts';
import { undoHash } from '../undo/undoHash.ts';
import { ended, isUndoing, type Undoing, withUndo } from '../undo/underWay.ts';
import { failureOf } from './failing.ts';
import { refuseGuest } from './guests.ts';
import type { WorkParts } from './stepContext.ts';
import type { Worked } from './stepping.ts';
import { undoContext } from './undoContext.ts';
import { waitingSince } from './waitingSince.ts';
import { type Rewrite, rewrite } from './writing.ts';

type In<Status extends UndoState['status']> = UndoState & { status: Status };

interface Work {
  readonly run: SetupRun;
  readonly errorId: string;
}

/** Reads the tenant for what is still there of what the setup has made, and puts its taking back before the person. */
export async function planUndo(parts: WorkParts, { run, errorId }: Work): Promise<Worked> {
  try {
    await refuseGuest(parts, run.startedBy);
    const plan = planOf(run, await readAll(parts, run));
    return { rewrite: whilePlanning(run, (now, { notice }) => asked(parts, now, { plan, notice })) };
  } catch (error) {
    const failure = failureOf(parts, error, { errorId, runId: run.id, doing: 'planUndo' });
    return { rewrite: whilePlanning(run, (now) => ({ run: withUndo(now, { status: 'failed', at: nowOf(parts), failure }) })) };
  }
}

/** One after the other: each of them reads much, and Dataverse takes 52 requests of a person at a time. */
async function readAll(parts: WorkParts, run: SetupRun): Promise<Reversal[]> {
  const all: Reversal[] = [];
  for (const { stepId, reverse } of inReverse(run)) all.push(await reverse(undoContext(parts, run, stepId)));
  return all;
}

/** Where nothing is left to be taken back there is nothing to approve. */
function asked(parts: WorkParts, run: Undoing, { plan, notice }: { plan: UndoPlan; notice: Sentence | undefined }): Commit {
  const at = nowOf(parts);
  if (plan.changes.length === 0) return { run: ended(withUndo(run, { status: 'undone', at, stays: plan.stays })), lock: 'release' };
  return { run: withUndo(run, { status: 'planned', plan, planHash: undoHash(run, plan), at, ...(notice && { notice }) }) };
}

function whilePlanning(before: SetupRun, next: (run: Undoing, state: In<'planning'>) => Commit): Rewrite {
  return (run) => {
    if (!isUndoing(run) || run.undo.state.status !== 'planning' || hasChangedAccount(before.startedBy, run.startedBy)) return undefined;
    return next(run, run.undo.state);
  };
}

/**
 * Takes back what was approved, one step of the setup at a time, and comes back for the next. Before each it is read again: what is gone is passed over, what
 * nobody approved is asked for.
 */
export async function undo(parts: WorkParts, work: Work): Promise<Worked> {
  const { run, errorId } = work;
  if (!isUndoing(run) || run.undo.state.status !== 'undoing') return { rewrite: () => undefined };
  const { state } = run.undo;
  if (isLapsed(state.approvedAt, nowOf(parts))) return { rewrite: askedAnew(parts, say('notice.approvalOver', { at: state.approvedAt })) };
  try {
    await refuseGuest(parts, state.approvedBy);
    return await takeNext(parts, run, state);
  } catch (error) {
    if (error instanceof Stopped) return { rewrite: (now) => ({ run: now }) };
    const failure = failureOf(parts, error, { errorId, runId: run.id, doing: 'undo' });
    return { rewrite: whileUndoing((now, inHand) => ({ run: withUndo(now, failedUndo(inHand, { failure, at: nowOf(parts) })) })) };
  }
}

async function takeNext(parts: WorkParts, run: Undoing, state: In<'undoing'>): Promise<Worked> {
  const all = await readAll(parts, run);
  const plan = planOf(run, all);
  if (!isApproved(plan, state)) return { rewrite: askedAnew(parts, say('notice.undoChanged')) };
  const next = all.find(({ takings }) => takings.length > 0);
  if (!next) return { rewrite: whileUndoing((now, inHand) => finished(parts, now, { state: inHand, plan })) };
  for (const { take, sentence, request } of next.takings) {
    const taken = await take();
    if (taken.kind === 'waiting') return waited(parts, { state, waiting: taken });
    rememberTaken(parts, run.id, { sentence, request });
  }
  return { rewrite: whileUndoing((now, { progress: _over, ...inHand }) => ({ run: withUndo(now, inHand) })), againAt: nowOf(parts) };
}

/** The same as was approved before the first change; after it, nothing more than is left of that. */
function isApproved(now: UndoPlan, { plan, begun }: In<'undoing'>): boolean {
  const isNothingNew = areAmong(sentencesOf(now), sentencesOf(plan)) && areAmong(now.notices, plan.notices);
  return isNothingNew && (begun || now.changes.length === plan.changes.length);
}

function sentencesOf({ changes }: UndoPlan): Sentence[] {
  return changes.map(({ sentence }) => sentence);
}

function areAmong(sentences: readonly Sentence[], known: readonly Sentence[]): boolean {
  return sentences.every((sentence) => known.some((one) => isDeepStrictEqual(one, sentence)));
}

/** Written at once: whatever comes next, the person sees what is gone. */
function rememberTaken({ runs, clock }: WorkParts, runId: string, taken: TakenBack): void {
  rewrite(runs, clock, runId, (run) => {
    const isKnown = run.undo?.taken.some(({ sentence }) => isDeepStrictEqual(sentence, taken.sentence));
    return run.undo && !isKnown ? { run: { ...run, undo: { ...run.undo, taken: [...run.undo.taken, taken] } } } : undefined;
  });
}

interface Waited {
  readonly state: In<'undoing'>;
  readonly waiting: Applied & { readonly kind: 'waiting' };
}

/** Waiting for one thing has an end. */
function waited(parts: WorkParts, { state, waiting: { sentence, againAfterMs, limitMs, onLimit } }: Waited): Worked {
  const now = parts.clock.now();
  const since = waitingSince(state.progress, sentence, now);
  if (now.getTime() - Date.parse(since) > limitMs) throw new SetupError(onLimit, { values: { service: 'Microsoft', until: now.toISOString() } });
  const againAt = new Date(now.getTime() + againAfterMs).toISOString();
  return { rewrite: whileUndoing((run, inHand) => ({ run: withUndo(run, { ...inHand, progress: { sentence, since } }) })), againAt };
}

/** What has become of it stays on the card, with what was said to stay and what has come to stay meanwhile. */
function finished(parts: WorkParts, run: Undoing, { state, plan }: { state: In<'undoing'>; plan: UndoPlan }): Commit {
  const later = plan.stays.filter((sentence) => !areAmong([sentence], state.plan.stays));
  const undone: UndoState = { status: 'undone', at: nowOf(parts), stays: [...state.plan.stays, ...later], approvedBy: state.approvedBy };
  return { run: ended(withUndo({ ...run, undo: { ...run.undo, taken: allTaken(run, state.plan) } }, undone)), lock: 'release' };
}

/** Nothing of what was approved is there any more: what went without an answer is among it. */
function allTaken({ undo: { taken } }: Undoing, { changes }: UndoPlan): TakenBack[] {
  const unanswered = changes.filter(({ sentence }) => !areAmong([sentence], taken.map((one) => one.sentence)));
  return [...taken, ...unanswered];
}

/** What is gone stays gone; what is left is read and asked for anew. */
function askedAnew(parts: WorkParts, notice: Sentence): Rewrite {
  return whileUndoing((run) => ({ run: withUndo(run, { status: 'planning', since: nowOf(parts), notice }), enqueue: [{ task: { kind: 'planUndo' } }] }));
}

/** Stopped meanwhile: only what is gone has changed. */
function whileUndoing(next: (run: Undoing, state: In<'undoing'>) => Commit): Rewrite {
  return (run) => (isUndoing(run) && run.undo.state.status === 'undoing' ? next(run, run.undo.state) : { run });
}

function nowOf({ clock }: WorkParts): string {
  return clock.now().toISOString();
}
