import { actorOf, samePerson } from '../asking.ts';
import { SetupError } from '../errors.ts';
import type { Microsoft } from '../ports/microsoft.ts';
import type { PeopleStore, RunStore, SecretVault } from '../ports/stores.ts';
import type { Clock, Ids, SolutionSource } from '../ports/tools.ts';
import { type Facts, type JournalEntry, type Person, type SetupRun, type StepId, factsSchema } from '../run.ts';
import { type StepContext, Stopped } from '../steps/step.ts';
import { rewrite } from './writing.ts';

export interface WorkParts {
  readonly runs: Pick<RunStore, 'load' | 'ofEnvironment' | 'sharing' | 'timesAsked' | 'commit'>;
  readonly vault: Pick<SecretVault, 'seal' | 'open' | 'destroy'>;
  readonly people: PeopleStore;
  readonly microsoft: Microsoft;
  readonly solutionSource: SolutionSource;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Readonly<Record<'error' | 'warn', (detail: Record<string, unknown>, message: string) => void>>;
}

/** A sealed secret that nobody fetched is dropped after a day. */
const secretLifeMs = 24 * 60 * 60_000;

/** What a step works with, for one call of it: every fact and journal entry goes straight into the stored run. */
export function stepContext(parts: WorkParts, run: SetupRun, stepId: StepId): StepContext {
  const { environment } = run;
  if (!environment) throw new Error('A step is worked on before the environment was chosen');
  const load = () => parts.runs.load(run.id) ?? run;
  return {
    run: load,
    environment,
    actor: actorOf(run, stepId),
    inputs: run.inputs[stepId],
    byHand: isByHand(run, stepId),
    microsoft: parts.microsoft,
    solutionSource: parts.solutionSource,
    clock: parts.clock,
    ids: parts.ids,
    earlierRun: (runId) => parts.runs.load(runId),
    earlierRuns: () => parts.runs.ofEnvironment(run.startedBy.tenantId, environment.url).filter(({ id }) => id !== run.id),
    remember: (facts) => {
      rewrite(parts.runs, parts.clock, run.id, (now) => (isElsewhere(now, run) ? undefined : { run: { ...now, facts: merge(now.facts, facts) } }));
    },
    changing: (request, change, by) => journalled(parts, { run, stepId, request, by }, change),
    tidying: (request, change) => tidying(parts, run.id, { stepId, request, by: actorOf(run, stepId) }, change),
    planAnew: () => {
      rewrite(parts.runs, parts.clock, run.id, (now) => {
        const state = now.steps[stepId];
        return state.status === 'applying' ? { run: { ...now, steps: { ...now.steps, [stepId]: { ...state, begun: false } } } } : undefined;
      });
    },
    secrets: {
      keep: (name, secret) => keep(parts, load(), { name, secret }),
      open: (name) => parts.vault.open(run.id, name, parts.clock.now().toISOString()),
      forget: (name) => {
        if (!isElsewhere(load(), run)) parts.vault.destroy(run.id, name);
      },
    },
  };
}

/** Somebody has gone back and chosen another environment since: what was found or begun for the one of before is of no use. */
export function isElsewhere(now: SetupRun, before: SetupRun): boolean {
  return now.environment?.url !== before.environment?.url;
}

function isByHand(run: SetupRun, stepId: StepId): boolean {
  const state = run.steps[stepId];
  return state.status === 'planning' && state.byHand === true;
}

function merge(known: Facts, given: { [K in keyof Facts]?: Facts[K] | undefined }): Facts {
  return factsSchema.parse({ ...known, ...given });
}

function keep({ vault, clock }: WorkParts, run: SetupRun, { name, secret }: { name: string; secret: string }): boolean {
  if (run.status !== 'active' || run.undo) return false;
  vault.seal(run.id, name, secret, new Date(clock.now().getTime() + secretLifeMs).toISOString());
  return true;
}

interface Changing {
  readonly run: SetupRun;
  readonly stepId: StepId;
  readonly request: string;
  /** Whose rights are used, where not those of whoever approved. */
  readonly by: Person | undefined;
}

async function journalled<T>(parts: WorkParts, changing: Changing, change: () => Promise<T>): Promise<T> {
  return await carryOut(parts, { runId: changing.run.id, entryId: intend(parts, changing) }, change);
}

/** A change that tidies up after a setup has ended: journalled like any other. */
export async function tidying<T>(parts: WorkParts, runId: string, entry: Pick<JournalEntry, 'stepId' | 'request'> & { readonly by: Person }, change: () => Promise<T>): Promise<T> {
  const entryId = parts.ids.short();
  const intendedAt = parts.clock.now().toISOString();
  const { by, ...what } = entry;
  const journalEntry = { id: entryId, ...what, intendedAt, ...sentBy(by) };
  rewrite(parts.runs, parts.clock, runId, (run) => ({ run: { ...run, journal: [...run.journal, journalEntry] } }));
  return await carryOut(parts, { runId, entryId }, change);
}

/** Concludes what was journalled with what came of it. */
export async function carryOut<T>(parts: WorkParts, { runId, entryId }: { runId: string; entryId: string }, change: () => Promise<T>): Promise<T> {
  const requestIds: string[] = [];
  try {
    const result = await parts.microsoft.collectRequestIds(requestIds, change);
    conclude(parts, runId, entryId, { ...answered(result), requestIds });
    return result;
  } catch (error) {
    conclude(parts, runId, entryId, { ...failed(error), requestIds });
    throw error;
  }
}

/** In whose name, and as which account, where that is another. */
export function sentBy({ objectId, actingAs }: Person): Pick<JournalEntry, 'by' | 'actingAs'> {
  return { by: objectId, ...(actingAs && { actingAs: actingAs.objectId }) };
}

/** From here on the plan counts as begun: after a crash the step goes on instead of asking again. */
function intend({ runs, clock, ids }: WorkParts, { run: before, stepId, request, by: other }: Changing): string {
  const id = ids.short();
  const written = rewrite(runs, clock, before.id, (run) => {
    const state = run.steps[stepId];
    if (run.status !== 'active' || run.undo || isElsewhere(run, before) || state.status !== 'applying') return undefined;
    const by = other ?? state.approvedBy;
    const askedBy = samePerson(by, run.startedBy) ? {} : { askedBy: run.startedBy.objectId };
    const entry = { id, stepId, request, intendedAt: clock.now().toISOString(), ...sentBy(by), ...askedBy };
    return {
      run: { ...run, steps: { ...run.steps, [stepId]: { ...state, begun: true } }, journal: [...run.journal, entry] },
      // The lock of a setup that nobody wrote to for a day may have gone to another.
      lock: 'acquire',
    };
  });
  if (!written) throw new Stopped();
  return id;
}

function conclude(
  { runs, clock }: WorkParts,
  runId: string,
  entryId: string,
  outcome: Omit<NonNullable<JournalEntry['outcome']>, 'at'>,
): void {
  const at = clock.now().toISOString();
  rewrite(runs, clock, runId, (run) => ({
    run: { ...run, journal: run.journal.map((entry) => (entry.id === entryId ? { ...entry, outcome: { at, ...outcome } } : entry)) },
  }));
}

/** Answers that say that nothing was changed: not yet, or because of what is there already. */
const unchanged: readonly unknown[] = ['waiting', 'taken'];

function answered(result: unknown): { result: 'done' | 'refused'; detail: string } {
  const kind = typeof result === 'object' && result !== null && 'kind' in result ? result.kind : undefined;
  return unchanged.includes(kind) ? { result: 'refused', detail: String(kind) } : { result: 'done', detail: '' };
}

function failed(error: unknown): { result: 'refused' | 'unclear'; detail: string } {
  if (!(error instanceof SetupError)) return { result: 'unclear', detail: 'E-INTERNAL' };
  const detail = [error.code, error.upstream?.code, error.upstream?.requestId].filter(Boolean).join(' ');
  return { result: error.mayBeDone ? 'unclear' : 'refused', detail };
}
