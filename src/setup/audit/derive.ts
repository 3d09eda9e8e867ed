import { samePerson } from '../asking.ts';
import type { Ask, JournalEntry, Person, SetupRun, StepState } from '../run.ts';
import { stepIds } from '../run.ts';
import { isBeingChecked } from '../drift/underWay.ts';
import { say } from '../sentence.ts';
import type { UndoApproval } from '../undo/record.ts';
import { isUndoing, isUndone } from '../undo/underWay.ts';
import type { AuditEntry, Named } from './entry.ts';

/** A write as the record sees it: the run before it (undefined when it begins) and after it. */
export interface Written {
  readonly before: SetupRun | undefined;
  readonly after: SetupRun;
  /** Whose wish it was; absent for what the bot does by itself. */
  readonly by?: Person | undefined;
  readonly now: string;
}

type Noted = Omit<AuditEntry, 'at' | 'tenantId' | 'runId' | 'environment'> & { readonly at?: string };

/** What a write did that the record has to keep. From the difference alone, so that no way of writing can leave it out. */
export function entriesOf(written: Written): AuditEntry[] {
  const { after, now } = written;
  const common = { tenantId: after.startedBy.tenantId, runId: after.id, ...(after.environment && { environment: after.environment.url }) };
  return [begun, undoBegun, mending, accounts, proofs, asks, approvals, undoApproval, changes, reveals, ended].flatMap((part) => part(written)).map((noted) => ({ at: now, ...common, ...noted }));
}

function begun({ before, after }: Written): Noted[] {
  return before ? [] : [{ kind: 'begun', ...doneBy(after.startedBy) }];
}

function undoBegun({ before, after }: Written): Noted[] {
  return before && isUndoing(after) && !isUndoing(before) ? [{ kind: 'undoBegun', ...doneBy(after.startedBy) }] : [];
}

function ended({ before, after, by }: Written): Noted[] {
  if (before?.status !== 'active' || after.status === 'active') return [];
  const { takenOverBy, startedBy } = after;
  if (isUndoing(before) && (!takenOverBy || before.takenOverBy)) return [{ kind: isUndone(after) ? 'undone' : 'undoStopped', ...doneBy(by ?? startedBy) }];
  if (takenOverBy) return [{ kind: 'takenOver', ...doneBy(takenOverBy), person: named(startedBy) }];
  return [{ kind: endOf(before, after), ...doneBy(by ?? startedBy) }];
}

/** A check, or the putting right of what it found, ends what was finished before. */
function endOf(before: SetupRun, after: SetupRun): 'checked' | 'cancelled' | 'finished' {
  if (after.status === 'cancelled') return 'cancelled';
  if (after.drift) return 'checked';
  return before.mending || isBeingChecked(before) ? wasEntered(before, after) : 'finished';
}

function wasEntered(before: SetupRun, after: SetupRun): 'cancelled' | 'finished' {
  return !before.mending || after.handover.enteredAt === before.mending.handover.enteredAt ? 'cancelled' : 'finished';
}

function mending({ before, after, by }: Written): Noted[] {
  const isBegun = after.mending !== undefined && before?.mending === undefined;
  return isBegun ? [{ kind: 'mending', ...doneBy(by ?? after.startedBy) }] : [];
}

/** Whose sign-in is used: that of whoever began, and of everybody who was asked. */
function accounts({ before, after }: Written): Noted[] {
  const own = signIns(before && { person: before.startedBy, signedIn: before.signedIn }, { person: after.startedBy, signedIn: after.signedIn });
  return [...own, ...after.asks.flatMap((ask) => signIns(before?.asks.find(({ id }) => id === ask.id), ask))];
}

type SignIn = Pick<Ask, 'person' | 'signedIn'>;

function signIns(before: SignIn | undefined, { person, signedIn }: SignIn): Noted[] {
  if (!person) return [];
  const noted: Noted[] = [];
  if (signedIn !== (before?.signedIn ?? false)) noted.push({ kind: signedIn ? 'signedIn' : 'signedOut', ...doneBy(person) });
  const known = before?.person && samePerson(before.person, person) ? before.person.actingAs : undefined;
  if (person.actingAs?.objectId !== known?.objectId) noted.push({ kind: person.actingAs ? 'actingAs' : 'ownAccount', ...doneBy(person) });
  return noted;
}

/** What was proven in a browser; of a step, for which. */
function proofs({ before, after: { lastProof } }: Written): Noted[] {
  if (!lastProof || lastProof.at === before?.lastProof?.at) return [];
  const { at, by, about } = lastProof;
  return [{ kind: 'proven', at, ...doneBy(by), ...(about !== 'discovery' && about !== 'prerequisites' && { about }) }];
}

const told = ['answered', 'declined', 'withdrawn'] as const;

function asks({ before, after, by }: Written): Noted[] {
  return after.asks.flatMap((ask) => aboutAsk(before?.asks.find(({ id }) => id === ask.id), ask, by) ?? []);
}

/** From when somebody was found and asked; what was typed to find them is not kept. */
function aboutAsk(earlier: Ask | undefined, { about, status, askedBy, person }: Ask, by: Person | undefined): Noted | undefined {
  if ((earlier?.status === 'open') === (status === 'open')) return undefined;
  if (status === 'open') return person && { kind: 'asked', ...doneBy(askedBy), person: named(person), about };
  const asked = earlier?.person;
  const common = { about, ...(asked && { person: named(asked) }) };
  if (status === 'nobody') return { kind: 'unreachable', ...common };
  const kind = told.find((one) => one === status);
  const who = kind === 'withdrawn' ? by : asked;
  return kind && { kind, ...common, ...(who && doneBy(who)) };
}

function approvals({ before, after }: Written): Noted[] {
  const noted: Noted[] = [];
  const { allAtOnce } = after;
  if (allAtOnce && before?.allAtOnce?.approvedAt !== allAtOnce.approvedAt) {
    const plan = Object.values(allAtOnce.foreseen).flatMap((requests) => requests ?? []);
    noted.push({ kind: 'approvedAll', ...doneBy(allAtOnce.approvedBy), detail: plan.join('; ') });
  }
  for (const stepId of stepIds) {
    const approval = approvalOf(after.steps[stepId]);
    if (!approval || isSameApproval(before && approvalOf(before.steps[stepId]), approval)) continue;
    const { plan, planHash, approvedBy } = approval;
    const sentences = [{ sentence: plan.summary }, ...plan.changes.map(({ sentence, request }) => ({ sentence, request }))];
    noted.push({ kind: 'approved', ...doneBy(approvedBy), about: stepId, planHash, plan: sentences });
  }
  return noted;
}

function undoApproval({ before, after }: Written): Noted[] {
  const [earlier, approval] = [before && undoApprovalOf(before), undoApprovalOf(after)];
  if (!approval || (earlier?.approvedAt === approval.approvedAt && earlier.planHash === approval.planHash)) return [];
  const { plan, planHash, approvedBy } = approval;
  const summary = { sentence: say('undo.summary', { environment: after.environment?.name ?? '' }) };
  return [{ kind: 'approved', ...doneBy(approvedBy), about: 'undo', planHash, plan: [summary, ...plan.changes] }];
}

function undoApprovalOf({ undo }: SetupRun): UndoApproval | undefined {
  if (undo?.state.status === 'undoing') return undo.state;
  return undo?.state.status === 'failed' ? undo.state.approval : undefined;
}

type Approval = NonNullable<(StepState & { status: 'failed' })['approval']>;

function approvalOf(state: StepState): Approval | undefined {
  if (state.status === 'applying') return state;
  return state.status === 'failed' ? state.approval : undefined;
}

/** What goes on after a failure is no approval of its own. */
function isSameApproval(one: Approval | undefined, other: Approval): boolean {
  return one?.approvedAt === other.approvedAt && one.planHash === other.planHash && samePerson(one.approvedBy, other.approvedBy);
}

function changes({ before, after }: Written): Noted[] {
  const known = new Map(before?.journal.map((entry) => [entry.id, entry]));
  return after.journal.flatMap((entry) => {
    const earlier = known.get(entry.id);
    const noted: Noted[] = earlier ? [] : [{ kind: 'changeSent', at: entry.intendedAt, ...change(after, entry) }];
    const { outcome } = entry;
    if (!outcome || earlier?.outcome) return noted;
    const { at, result, detail, requestIds } = outcome;
    return [...noted, { kind: 'changeAnswered', at, ...change(after, entry), result, ...(detail && { detail }), ...(requestIds && { requestIds }) }];
  });
}

function change(run: SetupRun, { id, stepId, request, by, actingAs }: JournalEntry): Omit<Noted, 'kind'> {
  const known = everybody(run);
  const who = known.find(({ objectId }) => objectId === by);
  const account = known.map((person) => person.actingAs).find((one) => one?.objectId === actingAs);
  return {
    by: { objectId: by, name: who?.name ?? '' },
    ...(actingAs !== undefined && { actingAs: account ?? { objectId: actingAs, name: '' } }),
    about: stepId,
    changeId: id,
    request,
  };
}

function everybody(run: SetupRun): Person[] {
  const approvers = stepIds.flatMap((id) => approvalOf(run.steps[id])?.approvedBy ?? []);
  return [...approvers, run.startedBy, ...(run.takenOverBy ? [run.takenOverBy] : []), ...run.asks.flatMap(({ person }) => person ?? [])];
}

function reveals({ before, after }: Written): Noted[] {
  const known = before?.handover.reveals?.length ?? 0;
  return (after.handover.reveals ?? []).slice(known).map(({ at, by }) => ({ kind: 'revealed', at, ...doneBy(by) }));
}

/** Whoever did it, and as which account. */
export function doneBy({ actingAs, ...person }: Person): Pick<AuditEntry, 'by' | 'actingAs'> {
  return { by: named(person), ...(actingAs && { actingAs }) };
}

function named({ objectId, name }: Omit<Person, 'actingAs'>): Named {
  return { objectId, name };
}
