import { z } from 'zod';

import { type ErrorCode, SetupError } from '../errors.ts';
import { pausedMs } from '../pause.ts';
import type { Dataverse, ImportOperation, StagedSolution } from '../ports/microsoft.ts';
import type { SolutionContents, SolutionFile } from '../ports/tools.ts';
import type { Facts, Plan } from '../run.ts';
import { say } from '../sentence.ts';
import { compareVersions } from '../solutionVersion.ts';
import { broughtBesides } from './broughtBesides.ts';
import { roleName } from './leadRole.ts';
import type { Applied, Look, Step, StepContext } from './step.ts';

export const startRequest = 'POST dataverse /ImportSolutionAsync';
/** `E-UNREACHABLE`: the connection was never made; a request that was sent and not answered is `E-UNCLEAR`. */
const certainlyNotBegun: readonly ErrorCode[] = ['E-REFUSED', 'E-NOT-FOUND', 'E-SIGN-IN', 'E-CLAIMS', 'E-CONSENT', 'E-UNREACHABLE'];
const pollEveryMs = 5_000;
export const longestSearchMs = 2 * 60_000;
const longestSilenceMs = 10 * 60_000;
const longestImportMs = 2 * 60 * 60_000;

/**
 * S1–S4: the Marketplace Lead Writer solution, staged (a dry run), then imported and followed to its real result.
 * Needs System Administrator in the environment. Taken back by uninstalling the solution.
 */
export const solution: Step = {
  id: 'solution',
  needs: [],
  inputs: z.object({}).strict(),
  defaults: {},
  foresee: () => [{ sentence: say('solution.foreseen'), request: startRequest, canBeUndone: true }],
  look,
  isStillDone,
  apply,
};

async function look(context: StepContext): Promise<Look> {
  const file = await context.solutionSource.read();
  const dataverse = context.microsoft.dataverse(context.actor, context.environment);
  if (!file) return lookWithoutFile(context, dataverse);
  const staged = await dataverse.stageSolution(file.zip);
  refuseOther(staged, file.contents);
  refuseUnusable(staged);
  refuseOtherPublisher(staged, file.publisher);
  const installed = await dataverse.installedSolution(staged.uniqueName);
  if (installed && !installed.isManaged) throw new SetupError('E-SOL-UNMANAGED', { values: { name: staged.uniqueName } });
  if (installed && compareVersions(installed.version, staged.version) >= 0) {
    const { solutionId, version } = installed;
    context.remember({ solution: { ...described(staged), ...updatedFrom(context), solutionId, version, origin: await origin(context, dataverse, solutionId) } });
    return { kind: 'done', evidence: [say('solution.found', { name: staged.friendlyName, version })] };
  }
  context.remember({ solution: { ...described(staged), uploadId: staged.uploadId, ...updatedFrom(context, installed?.version), ...importUnderWay(context, staged), origin: 'made' } });
  return { kind: 'needed', plan: plan(staged, file, installed?.version) };
}

/** What was there before this setup; it may have updated it since. */
function updatedFrom(context: StepContext, installed?: string): Pick<NonNullable<Facts['solution']>, 'versionBefore'> {
  const versionBefore = context.run().facts.solution?.versionBefore ?? installed;
  return versionBefore === undefined ? {} : { versionBefore };
}

/** What may still be running is not forgotten before it is known to have ended; `solutionId` says that it has. */
function importUnderWay(context: StepContext, { uniqueName }: StagedSolution): Partial<NonNullable<Facts['solution']>> {
  const known = context.run().facts.solution;
  if (!known || known.solutionId || known.uniqueName !== uniqueName) return {};
  const { importJobsBefore, importedBy, operationId, importJobId, lostStart } = known;
  return { importJobsBefore, importedBy, operationId, importJobId, lostStart };
}

/** Without a file the solution's own name is not known: it is told by the role that it brings. Only a person can bring it. */
async function lookWithoutFile(context: StepContext, dataverse: Dataverse): Promise<Look> {
  const installed = await dataverse.solutionOfRole(roleName);
  if (!installed) return { kind: 'byHand', missing: [say('solution.roleMissing', { role: roleName })], isOnlyWay: true };
  const { solutionId, uniqueName, friendlyName, version, publisher } = installed;
  context.remember({ solution: { solutionId, uniqueName, friendlyName, version, publisher, origin: 'found' } });
  return { kind: 'done', evidence: [say('solution.found', { name: friendlyName, version })] };
}

/** Installed, in the version of then or a newer one; whether this installation hands out a newer one by now does not matter. */
async function isStillDone(context: StepContext): Promise<boolean> {
  const known = facts(context);
  const installed = await context.microsoft.dataverse(context.actor, context.environment).installedSolution(known.uniqueName);
  if (!installed?.isManaged || compareVersions(installed.version, known.version) < 0) return false;
  // Installed anew, it brings roles of other ids.
  if (installed.solutionId !== known.solutionId) context.remember({ solution: { ...known, solutionId: installed.solutionId } });
  return true;
}

/** An import of ours that finished while nobody looked is still ours, and so is what was known as ours before. */
async function origin(context: StepContext, dataverse: Dataverse, solutionId: string): Promise<'made' | 'found'> {
  const known = context.run().facts.solution;
  if (known?.importJobsBefore || (known?.origin === 'made' && known.solutionId === solutionId)) return 'made';
  return known?.lostStart && (await lostImport(dataverse, known)) ? 'made' : 'found';
}

/** The import of a start that was not answered, where it has come since. */
async function lostImport(dataverse: Dataverse, { uniqueName, lostStart }: NonNullable<Facts['solution']>): Promise<string | undefined> {
  if (!lostStart) return undefined;
  const jobs = await dataverse.importJobsOf(uniqueName, lostStart.by);
  return jobs.find((id) => !lostStart.jobsBefore.includes(id));
}

/** What Dynamics will install is what this bot has looked at. */
function refuseOther(staged: StagedSolution, read: SolutionContents): void {
  const isSame = staged.uniqueName === read.uniqueName && staged.isManaged === read.isManaged && compareVersions(staged.version, read.version) === 0;
  const isSamePublisher = [undefined, read.publisherUniqueName].includes(staged.publisherUniqueName);
  if (isSame && isSamePublisher) return;
  // The sentence names it in words, where it is what differs.
  const context = staged.isManaged === read.isManaged ? {} : { context: staged.isManaged ? 'managed' : 'unmanaged' };
  throw new SetupError('E-SOL-DIFFERS', { values: { staged: inShort(staged), read: inShort(read), ...context } });
}

type Told = Pick<StagedSolution, 'uniqueName' | 'version' | 'publisherUniqueName'>;

function inShort({ uniqueName, version, publisherUniqueName }: Told): string {
  return `${uniqueName} ${version}${publisherUniqueName === undefined ? '' : ` (${publisherUniqueName})`}`;
}

function refuseUnusable(staged: StagedSolution): void {
  if (staged.problems.length > 0) throw new SetupError('E-SOL-INVALID', { values: { problem: staged.problems.join('; ') } });
  if (!staged.isManaged) throw new SetupError('E-SOL-NOT-MANAGED', { values: { name: staged.uniqueName } });
  if (staged.missingDependencies.length > 0) {
    throw new SetupError('E-SOL-DEPENDENCY', { values: { names: staged.missingDependencies.join(', ') } });
  }
}

/** A name is no proof; it catches the wrong file, and a stranger's solution under the same name. */
function refuseOtherPublisher(staged: StagedSolution, expected: string | undefined): void {
  const { publisher, publisherUniqueName, installedPublisher } = staged;
  if (expected && ![publisher, publisherUniqueName].includes(expected)) {
    throw new SetupError('E-SOL-PUBLISHER', { values: { publisher, expected } });
  }
  if (installedPublisher && publisherUniqueName && installedPublisher !== publisherUniqueName) {
    throw new SetupError('E-SOL-TAKEN', { values: { name: staged.uniqueName, publisher: installedPublisher } });
  }
}

function described(staged: StagedSolution): NonNullable<Facts['solution']> {
  const { uniqueName, friendlyName, version, publisher } = staged;
  return { uniqueName, friendlyName, version, publisher, origin: 'made' };
}

function plan(staged: StagedSolution, { sha256, contents }: SolutionFile, installedVersion: string | undefined): Plan {
  const toTick = broughtBesides(staged, contents.foreign);
  const values = { name: staged.friendlyName, version: staged.version };
  return {
    summary: installedVersion
      ? say('solution.summaryUpdate', { ...values, installed: installedVersion })
      : say('solution.summary', values),
    reversal: say('solution.reversal'),
    notices: [],
    facts: [
      { label: say('solution.factName'), value: staged.friendlyName },
      { label: say('solution.factVersion'), value: staged.version },
      { label: say('solution.factPublisher'), value: staged.publisher },
      { label: say('solution.factComponents'), value: staged.components.map(({ name, type }) => `${name} (${type})`).join(', ') },
    ],
    changes: [{ sentence: say('solution.changeImport', { ...values, sha256 }), request: startRequest, canBeUndone: true }],
    ...(installedVersion && { usesWhatWasThere: true }),
    ...(toTick.length > 0 && { toTick }),
  };
}

async function apply(context: StepContext): Promise<Applied> {
  const dataverse = context.microsoft.dataverse(context.actor, context.environment);
  const { operationId, importJobId } = facts(context);
  if (operationId ?? importJobId) return followPatiently(context, dataverse);
  return (await findOrStart(context, dataverse)) ?? importing(undefined);
}

function facts(context: StepContext): NonNullable<Facts['solution']> {
  const known = context.run().facts.solution;
  if (!known) throw new Error('The solution is applied before it was planned');
  return known;
}

/** An import start is never repeated blindly: whatever import of this solution is new since our first look is ours. */
async function findOrStart(context: StepContext, dataverse: Dataverse): Promise<Applied | undefined> {
  const known = facts(context);
  const { systemUserId } = await dataverse.whoAmI();
  const importedBy = (known.importJobsBefore && known.importedBy) ?? systemUserId;
  const jobs = await dataverse.importJobsOf(known.uniqueName, importedBy);
  if (!known.importJobsBefore) {
    const late = await lostImport(dataverse, known);
    if (late) return followLate(context, late);
    const installed = await installedSince(context, dataverse);
    if (installed) return installed;
    context.remember({ solution: { ...known, importJobsBefore: jobs, importedBy } });
    return start(context, dataverse);
  }
  const ours = jobs.find((id) => !known.importJobsBefore?.includes(id));
  if (!ours) return notFound(context);
  context.remember({ solution: { ...known, importJobId: ours } });
  return undefined;
}

/** It was looked for and not found, and has come all the same: no other is begun beside it. */
function followLate(context: StepContext, importJobId: string): undefined {
  const { lostStart, ...known } = facts(context);
  context.remember({ solution: { ...known, importJobsBefore: lostStart?.jobsBefore ?? [], importedBy: lostStart?.by, importJobId } });
}

/** Somebody else's import, or one of before, may have ended since the plan was made. */
async function installedSince(context: StepContext, dataverse: Dataverse): Promise<Applied | undefined> {
  const known = facts(context);
  const installed = await dataverse.installedSolution(known.uniqueName);
  if (!installed || compareVersions(installed.version, known.version) < 0) return undefined;
  const { solutionId, version } = installed;
  context.remember({ solution: { ...known, solutionId, version, origin: 'found' } });
  return { kind: 'done', evidence: [say('solution.found', { name: known.friendlyName, version })] };
}

/** An import that waits for its turn has no row yet: only after a while can it be said that there is none. */
function notFound(context: StepContext): Applied {
  const begun = context.run().journal.findLast(({ request }) => request === startRequest);
  const waitedMs = begun ? context.clock.now().getTime() - Date.parse(begun.intendedAt) : longestSearchMs;
  if (waitedMs >= longestSearchMs) return forgetLostStart(context, begun?.intendedAt ?? context.clock.now().toISOString());
  return {
    kind: 'waiting',
    sentence: say('solution.lookingForImport'),
    againAfterMs: pollEveryMs,
    limitMs: longestSearchMs,
    onLimit: 'E-SOL-NOT-STARTED',
  };
}

async function start(context: StepContext, dataverse: Dataverse): Promise<Applied | undefined> {
  const uploadId = facts(context).uploadId;
  if (!uploadId) throw new Error('The solution is imported before it was staged');
  try {
    const begun = await context.changing(startRequest, () => dataverse.startImport(uploadId));
    context.remember({ solution: { ...facts(context), ...begun } });
    return undefined;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    if (error.code === 'E-BUSY') return anotherImport(context, error);
    // Most often it runs, and only its answer was lost.
    if (error.code === 'E-UNCLEAR') return notFound(context);
    // Only what says for certain that nothing was begun lets the next try begin.
    if (certainlyNotBegun.includes(error.code)) return forgetStart(context, error);
    throw error;
  }
}

function anotherImport(context: StepContext, error: SetupError): Applied {
  forget(context);
  return {
    kind: 'waiting',
    sentence: say('solution.anotherImport'),
    againAfterMs: pausedMs(error, { usualMs: 30_000, now: context.clock.now() }),
    limitMs: longestImportMs,
    onLimit: 'E-BUSY',
  };
}

/** Nothing runs, for certain: the next try looks again, with a fresh upload, and may start again. */
function forgetStart(context: StepContext, error: unknown): never {
  forget(context);
  context.planAnew();
  throw error;
}

/** It may come late: what it would be known by is kept. */
function forgetLostStart(context: StepContext, at: string): never {
  const { importJobsBefore: jobsBefore, importedBy: by } = facts(context);
  if (jobsBefore && by) context.remember({ solution: { ...facts(context), lostStart: { jobsBefore, by, at } } });
  return forgetStart(context, new SetupError('E-SOL-NOT-STARTED'));
}

function forget(context: StepContext): void {
  const { importJobsBefore: _before, importedBy: _by, operationId: _operation, importJobId: _job, ...rest } = facts(context);
  context.remember({ solution: rest });
}

/** An import does not need us: while Dynamics cannot be asked it goes on, and so does the step. */
async function followPatiently(context: StepContext, dataverse: Dataverse): Promise<Applied> {
  try {
    return await follow(context, dataverse);
  } catch (error) {
    if (!(error instanceof SetupError) || !['E-ANSWER', 'E-BUSY', 'E-UNREACHABLE'].includes(error.code)) throw error;
    return {
      kind: 'waiting',
      sentence: say('solution.importUnwatched'),
      againAfterMs: pausedMs(error, { usualMs: 15_000, now: context.clock.now() }),
      limitMs: longestSilenceMs,
      onLimit: error.code,
      wait: 'import',
    };
  }
}

async function follow(context: StepContext, dataverse: Dataverse): Promise<Applied> {
  const { operationId, importJobId } = facts(context);
  const job = importJobId ? await dataverse.importJob(importJobId) : undefined;
  const operation = operationId ? await dataverse.importOperation(operationId) : undefined;
  const isRunning = operation ? operation.outcome === 'running' : !job?.hasEnded;
  if (isRunning) return importing(job?.percent);
  if (operation && operation.outcome !== 'succeeded') return fail(context, dataverse, operation);
  return readBack(context, dataverse);
}

function importing(percent: number | undefined): Applied {
  return {
    kind: 'waiting',
    sentence: say('solution.importing'),
    ...(percent !== undefined && { percent }),
    againAfterMs: pollEveryMs,
    limitMs: longestImportMs,
    onLimit: 'E-SOL-TOO-LONG',
    wait: 'import',
    isAltogether: true,
  };
}

async function fail(context: StepContext, dataverse: Dataverse, operation: ImportOperation): Promise<never> {
  const { importJobId } = facts(context);
  const result = importJobId ? await dataverse.importResult(importJobId) : undefined;
  const message = [...(result?.messages ?? []), operation.message].filter(Boolean).join('; ') || operation.outcome;
  return forgetStart(context, new SetupError('E-SOL-IMPORT', { upstream: { service: 'dataverse', message } }));
}

/** `statecode 3` is not success, and `Succeeded` is not yet a solution: only the solution's own row is. */
async function readBack(context: StepContext, dataverse: Dataverse): Promise<Applied> {
  const known = facts(context);
  const result = known.importJobId ? await dataverse.importResult(known.importJobId) : undefined;
  if (result && !result.passed) {
    return forgetStart(
      context,
      new SetupError('E-SOL-IMPORT', { upstream: { service: 'dataverse', message: result.messages.join('; ') } }),
    );
  }
  const installed = await dataverse.installedSolution(known.uniqueName);
  if (!installed || compareVersions(installed.version, known.version) < 0) {
    return forgetStart(context, new SetupError('E-READ-BACK', { values: { what: known.friendlyName } }));
  }
  context.remember({ solution: { ...known, solutionId: installed.solutionId } });
  return { kind: 'done', evidence: [say('solution.installed', { name: known.friendlyName, version: installed.version })] };
}
