import { plannedAnew, tried } from '../undo/goingOn.ts';
import { ended, type Undoing, withUndo } from '../undo/underWay.ts';
import { actAs, actAsMyself } from './actAs.ts';
import type { Verb } from './command.ts';
import { type Decision, type DecisionContext, refuse } from './decision.ts';

type DecideUndoing = (run: Undoing, context: DecisionContext) => Decision;

/** Bound to the person, to the plan that they saw, and for a day: as with every other approval. */
const approve: DecideUndoing = (run, { command: { data, typed, actor }, now }) => {
  const { state } = run.undo;
  if (state.status === 'undoing') return refuse('notice.alreadyApproved', { name: state.approvedBy.name, at: state.approvedAt });
  if (state.status !== 'planned' || data.stepId) return refuse('notice.nothingToApprove');
  const { plan, planHash } = state;
  if (data.planHash === undefined ? !typed : data.planHash !== planHash) return refuse('notice.planChanged');
  const undoing = { status: 'undoing', plan, planHash, approvedBy: actor, approvedAt: now, begun: false } as const;
  return { kind: 'move', run: withUndo(run, undoing), enqueue: [{ task: { kind: 'undo' } }], lock: 'acquire' };
};

const retry: DecideUndoing = (run, { now }) =>
  run.undo.state.status === 'failed' ? { kind: 'move', ...tried(run, now) } : refuse('notice.nothingToRetry');

/** Look again, for somebody who has put something away meanwhile. */
const check: DecideUndoing = (run, context) =>
  run.undo.state.status === 'planned' ? { kind: 'move', ...plannedAnew(run, context.now) } : retry(run, context);

/** What is gone stays gone, the rest stays as it is; a request that is on its way is the last. */
const cancel: DecideUndoing = (run, { now }) => stopped(run, now);

/** Where nothing is gone it is as if nobody had asked. */
function stopped(run: Undoing, at: string): Decision & { kind: 'move' } {
  const { undo: _nothing, ...untouched } = ended(run);
  const isTouched = run.undo.taken.length > 0 || isBegun(run);
  return { kind: 'move', run: isTouched ? ended(withUndo(run, { status: 'stopped', at })) : untouched, lock: 'release' };
}

/** Something was sent, or may have been. */
function isBegun({ undo: { state } }: Undoing): boolean {
  return state.status === 'undoing' ? state.begun : state.status === 'failed' && state.approval?.begun === true;
}

const restart: DecideUndoing = (run, { now }) =>
  run.undo.state.status === 'undoing' ? refuse('notice.undoAtWork') : { kind: 'restart', ended: stopped(run, now) };

const show: DecideUndoing = () => ({ kind: 'show' });

const decisions: Partial<Record<Verb, DecideUndoing>> = { approve, retry, check, cancel, restart, actAs, actAsMyself, undo: show, continue: show, refresh: show, history: show };

/** While what a setup has made is taken back, nothing else can be done with it. */
export function decideUndoing(run: Undoing, context: DecisionContext): Decision {
  return decisions[context.command.verb]?.(run, context) ?? refuse('notice.undoing');
}
