import { accountOf, sameAccount, withAccountOf, withKnownAccount } from './actingAs.ts';
import { goneOnSignedIn } from './approvalTime.ts';
import { createAskedTurns } from './askedTurns.ts';
import { redraw } from './commands/ask.ts';
import { withAccount } from './commands/actAs.ts';
import type { Command, Outcome, Verb } from './commands/command.ts';
import type { Decision } from './commands/decision.ts';
import { decide } from './commands/index.ts';
import { goOnProven } from './commands/lookAgain.ts';
import { lookBackIsDue } from './lookingBack.ts';
import { checkFinishedAs } from './commands/drift.ts';
import { waitsForSignIn } from './drift/checking.ts';
import { begunSignedIn } from './drift/mending.ts';
import { newRun } from './newRun.ts';
import type { Microsoft } from './ports/microsoft.ts';
import { samePerson } from './asking.ts';
import type { AuditTrail, Commit, RunStore, SecretVault } from './ports/stores.ts';
import type { Clock, Ids } from './ports/tools.ts';
import { type Proof, wantedProof } from './proving.ts';
import type { Ask, SetupRun } from './run.ts';
import { say } from './sentence.ts';
import { overdueSignIns, signOutByWish, signOutOf } from './signingOut.ts';
import type { ActingAs, Setups } from './setups.ts';
import { heldBy, takeOver } from './takingOver.ts';
import { goneOnSignedIn as undoGoneOn } from './undo/goingOn.ts';
import { isUndoing } from './undo/underWay.ts';
import { secretOf } from './steps/secrets.ts';

export interface SetupsParts {
  readonly runs: RunStore;
  readonly vault: SecretVault;
  readonly record: Pick<AuditTrail, 'latestBy' | 'add'>;
  readonly microsoft: Pick<Microsoft, 'hostKind'>;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Called after work was enqueued. */
  readonly wakeWorker: () => void;
}

type Move = Decision & { kind: 'move' };

/** The domain behind the bot: finds the run that a command means, decides, and writes with compare-and-swap. */
export function createSetups(parts: SetupsParts): Setups {
  return {
    handle: (command) => handle(parts, command),
    signedIn: (runId) => signedIn(parts, runId),
    proven: (proof) => proven(parts, proof),
    actAs: (acting) => actAs(parts, acting),
    signOut: (person) => signOutByWish(parts, person),
    overdueSignIns: () => overdueSignIns(parts),
    endSignIn: (person) => void signOutOf(parts, person, 'signInEndedAt'),
    holdsSecretIn: (conversationId, text) => holdsSecretIn(parts, conversationId, text),
    load: (runId) => parts.runs.load(runId),
    latestIn: (conversationId) => parts.runs.latestIn(conversationId),
    meantIn: (conversationId, verb) => meantIn(parts.runs, conversationId, verb),
    askedIn: (conversationId) => parts.runs.askedIn(conversationId),
    lookBack: (runId) => {
      const run = parts.runs.load(runId);
      if (run) lookBack(parts, run);
    },
    ...createAskedTurns(parts),
    latestOf: (person) => parts.runs.latestOf(person),
  };
}

function handle(parts: SetupsParts, command: Command): Outcome {
  if (command.verb === 'start') return start(parts, command);
  const run = runOf(parts, command);
  if (!run) return { kind: 'refused', run: undefined, notice: say('notice.noSetup') };
  return carryOut(parts, withKnownAccount(run, command), run);
}

function carryOut(parts: SetupsParts, command: Command, run: SetupRun): Outcome {
  const now = parts.clock.now().toISOString();
  const decision = decide(run, { command, now, hostKind: parts.microsoft.hostKind, isOtherUnderWay: () => isOtherUnderWay(parts, run) });
  switch (decision.kind) {
    case 'show':
      if (command.verb === 'continue') lookBack(parts, run);
      return { kind: 'shown', run };
    case 'question':
      return { kind: 'asked', run, question: decision.question };
    case 'refuse':
      return { kind: 'refused', run, notice: decision.notice };
    case 'move':
      return write(parts, command, decision);
    case 'takeOver':
      return takeOver(parts, command, run);
    case 'restart':
      return restart(parts, command, run.status === 'active' ? decision.ended : undefined);
    case 'reveal':
      return reveal(parts, command, { run, moved: decision.moved });
  }
}

/** Of one chat at most one setup is under way. */
function isOtherUnderWay({ runs }: SetupsParts, { id, conversationId }: SetupRun): boolean {
  const latest = runs.latestIn(conversationId);
  return latest?.status === 'active' && latest.id !== id;
}

/** A click names its run; only a typed word may mean the run of its conversation. */
function runOf(parts: SetupsParts, { verb, data, typed, conversationId }: Command): SetupRun | undefined {
  if (data.runId) return parts.runs.load(data.runId);
  return typed ? meantIn(parts.runs, conversationId, verb) : undefined;
}

/** The setup under way of one's own; else the one that one was asked in; else the last of one's own. */
function meantIn(runs: Pick<RunStore, 'latestIn' | 'askedIn'>, conversationId: string, verb?: Verb): SetupRun | undefined {
  const own = runs.latestIn(conversationId);
  return own?.status === 'active' && verb !== 'decline' ? own : (runs.askedIn(conversationId) ?? own);
}

function start(parts: SetupsParts, command: Command): Outcome {
  const isLost = parts.runs.setAsideUnreadable(command.conversationId);
  const latest = parts.runs.latestIn(command.conversationId);
  if (latest?.status === 'active') return { kind: 'asked', run: latest, question: { kind: 'continueOrRestart' } };
  return { kind: 'moved', run: begin(parts, command), ...(isLost && { notice: say('notice.earlierUnreadable') }) };
}

function begin(parts: SetupsParts, command: Command): SetupRun {
  const run = newRun(withAccountOf(command.actor, undefined), command.conversationId, parts.clock.now().toISOString(), parts.ids);
  parts.runs.create(run);
  return run;
}

function restart(parts: SetupsParts, command: Command, ended: Move | undefined): Outcome {
  if (ended) {
    const outcome = write(parts, command, ended);
    if (outcome.kind !== 'moved') return outcome;
  }
  return start(parts, command);
}

function holdsSecretIn({ runs, vault, clock }: SetupsParts, conversationId: string, text: string): boolean {
  const now = clock.now().toISOString();
  const sealed = [runs.latestIn(conversationId), runs.askedIn(conversationId)].map((run) => run && vault.open(run.id, secretOf(run), now));
  return sealed.some((secret) => secret !== undefined && text.includes(secret));
}

function reveal(parts: SetupsParts, command: Command, decided: { run: SetupRun; moved: Move }): Outcome {
  const secret = parts.vault.open(decided.run.id, secretOf(decided.run), parts.clock.now().toISOString());
  if (secret === undefined) return { kind: 'refused', run: decided.run, notice: say(decided.run.path === 'microsoft365' ? 'notice.passwordGone' : 'notice.keyGone') };
  const outcome = write(parts, command, decided.moved);
  return outcome.kind === 'moved' ? { kind: 'revealed', run: outcome.run, secret } : outcome;
}

function write(parts: SetupsParts, command: Command, move: Move): Outcome {
  const result = parts.runs.commit({ ...toCommit(move, parts.clock.now().toISOString()), by: command.actor });
  switch (result.kind) {
    case 'written':
      if (move.enqueue?.length) parts.wakeWorker();
      return { kind: 'moved', run: result.run };
    case 'conflict':
      // Somebody wrote between our read and our write: what was true then may not be now.
      return handle(parts, command);
    case 'locked':
      return heldBy(parts, parts.runs.load(move.run.id) ?? move.run, result.lock);
  }
}

function toCommit({ run, enqueue, lock, destroySecrets, secretsUntil }: Move, now: string): Commit {
  return {
    run: { ...run, updatedAt: now },
    ...(enqueue && { enqueue }),
    ...(lock && { lock }),
    ...(destroySecrets && { destroySecrets }),
    ...(secretsUntil && { secretsUntil }),
  };
}

/** A commit that somebody else's overtakes is not repeated: the run is at work then. */
function lookBack({ runs, clock, wakeWorker }: SetupsParts, run: SetupRun): void {
  if (!lookBackIsDue(run, clock.now().toISOString())) return;
  runs.commit({ run, enqueue: [{ task: { kind: 'lookBack' } }] });
  wakeWorker();
}

/** Kept in the run, so that it is on record. Another setup that has the environment now is asked about at *Retry*: this one stays as it is. */
function proven(parts: SetupsParts, proof: Proof): Outcome {
  const { runId, about, person } = proof;
  const run = parts.runs.load(runId);
  if (!run || !isWantedOf(run, proof)) return { kind: 'refused', run, notice: say('notice.nothingToRetry') };
  const now = parts.clock.now().toISOString();
  const decision = goOnProven(run, about, now);
  const noted = ({ run: moved, enqueue = [], ...more }: Omit<Move, 'kind'>): Commit =>
    toCommit({ kind: 'move', ...more, run: { ...moved, lastProof: { at: now, by: person, about } }, enqueue: [...enqueue, ...redraw] }, now);
  const result = parts.runs.commit(noted(decision.kind === 'move' ? decision : { run }));
  const written = result.kind === 'locked' ? parts.runs.commit(noted({ run })) : result;
  if (written.kind !== 'written') return proven(parts, proof);
  parts.wakeWorker();
  return { kind: 'moved', run: written.run, notice: say('notice.proven', { name: accountOf(person).name }) };
}

function isWantedOf(run: SetupRun, { about, person }: Proof): boolean {
  const wanted = wantedProof(run, about)?.person;
  return wanted !== undefined && samePerson(wanted, person) && sameAccount(wanted, person);
}

/** The code has shown whose account it is; by whom it was typed, and where, the channel vouches for. */
function actAs(parts: SetupsParts, acting: ActingAs): Outcome {
  const run = parts.runs.load(acting.runId);
  if (!run) return { kind: 'refused', run: undefined, notice: say('notice.noSetup') };
  const asked = openAsk(run, acting);
  if (!asked && !isOwn(run, acting)) return { kind: 'refused', run, notice: say('notice.notYours', { name: run.startedBy.name }) };
  if (run.status === 'cancelled' || (run.status === 'finished' && asked)) return { kind: 'refused', run, notice: say(`notice.${run.status}`) };
  const now = parts.clock.now().toISOString();
  const { account } = acting;
  const decision = run.status === 'active' ? withAccount(run, { whose: asked, account, now }) : checkFinishedAs(run, account, { now, isOtherUnderWay: () => isOtherUnderWay(parts, run) });
  if (decision.kind === 'refuse') return { kind: 'refused', run, notice: decision.notice };
  if (decision.kind !== 'move') return { kind: 'shown', run };
  const result = parts.runs.commit(toCommit(decision, now));
  if (result.kind !== 'written') return actAs(parts, acting);
  parts.wakeWorker();
  return { kind: 'moved', run: result.run, notice: say('notice.actingAs', { name: account.name }) };
}

function isOwn(run: SetupRun, { askId, person, conversationId }: ActingAs): boolean {
  return askId === undefined && samePerson(run.startedBy, person) && run.conversationId === conversationId;
}

/** Nobody's part but the one that the link was for, and only while they are waited for. */
function openAsk(run: SetupRun, { askId, person, conversationId }: ActingAs): Ask | undefined {
  return run.asks.find((ask) => ask.id === askId && ask.status === 'open' && ask.conversationId === conversationId && ask.person && samePerson(ask.person, person));
}

function signedIn(parts: SetupsParts, runId: string): Outcome {
  const run = parts.runs.load(runId);
  if (!run) return { kind: 'refused', run: undefined, notice: say('notice.noSetup') };
  const now = parts.clock.now().toISOString();
  const goesOn = isUndoing(run) ? undoGoneOn(run, now) : goneOnSignedIn(run, run.startedBy);
  if (run.status !== 'active' || (run.signedIn && goesOn.enqueue.length === 0 && !waitsForSignIn(run))) return { kind: 'shown', run };
  const { signedOutAt: _wish, signInEndedAt: _end, ...before } = goesOn.run;
  const known = { ...before, signedIn: true, signedInAt: now, updatedAt: now };
  const begun = begunSignedIn(known, now);
  // Whoever signs in again in the middle of a setup has chosen already.
  const result = parts.runs.commit(
    run.environment
      ? { ...goesOn, run: begun.run, enqueue: [...goesOn.enqueue, ...begun.enqueue], by: run.startedBy }
      : { run: { ...known, discovery: { status: 'reading', since: now } }, enqueue: [{ task: { kind: 'discover' } }], by: run.startedBy },
  );
  if (result.kind === 'conflict') return signedIn(parts, runId);
  if (result.kind === 'locked') return { kind: 'shown', run };
  parts.wakeWorker();
  return { kind: 'moved', run: result.run };
}
