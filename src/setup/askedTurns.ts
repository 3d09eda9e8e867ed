import { goneOnSignedIn } from './approvalTime.ts';
import { askOf, isUnderWay, withAsk } from './asking.ts';
import { planningAgain, withStep } from './advance.ts';
import { redraw } from './commands/ask.ts';
import { isBegun } from './goingOn.ts';
import type { NewJob, RunStore } from './ports/stores.ts';
import type { Clock } from './ports/tools.ts';
import type { Ask, SetupRun } from './run.ts';

export interface AskedTurnsParts {
  readonly runs: RunStore;
  readonly clock: Clock;
  readonly wakeWorker: () => void;
}

/** What happens to an ask without a command: its person signs in, cannot be reached, or has been signed out. Repeating it changes nothing. */
export interface AskedTurns {
  /** They have a token now: what could not be planned with the rights of whoever asked is planned with theirs. */
  askedSignedIn(runId: string, askId: string): void;
  /** Nothing can be sent to them any more. Whoever asked is told. */
  couldNotReach(runId: string, askId: string): void;
  /** Their part is over, and the bot has let go of their sign-in. */
  askedSignedOut(runId: string, askId: string): void;
}

interface Change {
  readonly run: SetupRun;
  readonly enqueue?: readonly NewJob[];
}

export function createAskedTurns(parts: AskedTurnsParts): AskedTurns {
  const change = (runId: string, askId: string, decide: (run: SetupRun, ask: Ask, now: string) => Change | undefined): void => {
    const run = parts.runs.load(runId);
    const ask = run?.asks.find(({ id }) => id === askId);
    const now = parts.clock.now().toISOString();
    const changed = run && ask && decide(run, ask, now);
    if (!changed) return;
    const result = parts.runs.commit({ ...changed, run: { ...changed.run, updatedAt: now } });
    if (result.kind === 'conflict') return change(runId, askId, decide);
    if (changed.enqueue) parts.wakeWorker();
  };
  return {
    askedSignedIn: (runId, askId) => change(runId, askId, signedIn),
    couldNotReach: (runId, askId) => change(runId, askId, unreachable),
    askedSignedOut: (runId, askId) => change(runId, askId, (run, ask) => (ask.signedIn ? { run: withAsk(run, { ...ask, signedIn: false }) } : undefined)),
  };
}

function signedIn(run: SetupRun, ask: Ask, now: string): Change | undefined {
  if (run.status !== 'active' || ask.status !== 'open' || ask.signedIn) return undefined;
  const goesOn = ask.person && goneOnSignedIn(run, ask.person);
  const known = withAsk(goesOn?.run ?? run, { ...ask, signedIn: true, signedInAt: now });
  if (goesOn && goesOn.enqueue.length > 0) return { run: known, enqueue: [...goesOn.enqueue, ...redraw] };
  const { about: stepId } = ask;
  if (stepId === 'partnerCenter' || !hasToBePlanned(run, { ...ask, about: stepId })) return { run: known, enqueue: redraw };
  return { run: withStep(known, stepId, planningAgain(known.steps[stepId], now)), enqueue: [{ task: { kind: 'plan', stepId } }] };
}

/** A plan stands as it is; what they have approved themselves, or another has begun, goes on when they say so. */
function hasToBePlanned(run: SetupRun, { about, person }: Ask): boolean {
  if (about === 'partnerCenter') return false;
  const state = run.steps[about];
  if (state.status === 'failed') return !isBegun(run, about) && state.approval?.approvedBy.objectId !== person?.objectId;
  return state.status === 'blocked' || state.status === 'byHand';
}

function unreachable(run: SetupRun, ask: Ask): Change | undefined {
  if (run.status !== 'active' || !isUnderWay(ask) || ask.isUnreachable) return undefined;
  return { run: withAsk(run, { ...ask, status: 'nobody', wanted: ask.person?.name ?? ask.wanted, isUnreachable: true }), enqueue: redraw };
}

/** What somebody was asked in this chat last, in a setup of somebody else's that is under way. */
export function askIn(run: SetupRun, conversationId: string): Ask | undefined {
  const here = run.asks.findLast((ask) => ask.conversationId === conversationId && ask.person);
  return here?.person && askOf(run, { person: here.person, conversationId });
}
