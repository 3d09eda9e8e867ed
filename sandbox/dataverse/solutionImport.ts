import { toMilliseconds } from '../duration.ts';
import type { Environment, SolutionImport } from './environment.ts';
import { importData } from './importData.ts';
import { dataverseDate, type Row } from './row.ts';
import { shapeRole } from './solutionConditions.ts';
import { installSolution, reasonToFail } from './solutionInstall.ts';
import { timing } from './timing.ts';

/** Makes the rows of imports, and what they install, say what they must at this moment of the tenant's clock. */
export function settleImports(environment: Environment): void {
  for (const running of environment.imports.filter(({ outcome }) => outcome === 'running')) {
    const elapsedMs = environment.clock.now() - running.startedAtMs;
    if (elapsedMs >= running.takesMs) end(environment, running);
    else showProgress(environment, running, elapsedMs);
  }
}

/** Starts an import and gives it its two rows. */
export function startImport(environment: Environment, start: Omit<SolutionImport, 'outcome' | 'failures' | 'startedAtMs' | 'takesMs' | 'doomedBy'>): void {
  const { nextImport, importTakes } = environment.conditions.get();
  const doomedBy = nextImport === 'usual' ? [] : nextImport.errors;
  if (nextImport !== 'usual') environment.conditions.set({ nextImport: 'usual' });
  const takesMs = toMilliseconds(importTakes);
  const running: SolutionImport = { ...start, takesMs, doomedBy, startedAtMs: environment.clock.now(), outcome: 'running', failures: [] };
  environment.imports.push(running);
  environment.store.insert('importjob', importJobRow(environment, running));
  environment.store.insert('asyncoperation', asyncOperationRow(environment, running));
}

export function importIsRunning(environment: Environment): boolean {
  return environment.imports.some(({ outcome }) => outcome === 'running') || otherImportIsRunning(environment);
}

function otherImportIsRunning({ conditions, clock }: Environment): boolean {
  const { otherImport } = conditions.get();
  return otherImport !== 'none' && clock.now() < (conditions.setAtMs('otherImport') ?? 0) + toMilliseconds(otherImport.lasts);
}

function importJobRow({ organizationId }: Environment, { jobId, file, callerId, startedAtMs }: SolutionImport): Row {
  return {
    importjobid: jobId, name: 'Customizations', solutionname: file.uniqueName, progress: 0, data: importData(file, 'unprocessed'),
    startedon: dataverseDate(startedAtMs), importcontext: 'ImportInstall', operationcontext: 'New', organizationid: organizationId,
    _createdby_value: callerId, _modifiedby_value: callerId,
  };
}

/** 203 as the operation type and the message name are what importing shows; Microsoft documents neither for this message. */
function asyncOperationRow(environment: Environment, { operationId, callerId }: SolutionImport): Row {
  return {
    asyncoperationid: operationId, name: 'ImportSolutionAsync', messagename: 'ImportSolutionAsync', operationtype: 203, statecode: 0, statuscode: 0,
    depth: 1, iswaitingforevent: false, retainjobhistory: false, retrycount: 0, sequence: 1, subtype: 0, hostid: 'sandbox',
    correlationid: environment.newId(), _ownerid_value: callerId, _owninguser_value: callerId, _createdby_value: callerId,
    _modifiedby_value: callerId, _owningbusinessunit_value: environment.rootBusinessUnitId,
  };
}

function showProgress({ store }: Environment, { jobId, operationId, startedAtMs, takesMs }: SolutionImport, elapsedMs: number): void {
  const progress = Math.round((elapsedMs / takesMs) * 10_000) / 100;
  if (store.find('importjob', jobId)?.['progress'] !== progress) store.update('importjob', jobId, { progress });
  const isWaiting = elapsedMs < timing.importQueuedMs;
  if (isWaiting || store.find('asyncoperation', operationId)?.['statecode'] === 2) return;
  store.update('asyncoperation', operationId, { statecode: 2, statuscode: 20, startedon: startedOn(startedAtMs) });
}

function startedOn(importStartedAtMs: number): string {
  return dataverseDate(importStartedAtMs + timing.importQueuedMs);
}

/** Ends an import at the moment that it was due, whenever it is looked at: installed, or failed with nothing changed. */
function end(environment: Environment, running: SolutionImport): void {
  const { store } = environment;
  const completedon = dataverseDate(running.startedAtMs + running.takesMs);
  const reason = reasonToFail(environment, running.file);
  running.failures = [...running.doomedBy, ...(reason === undefined ? [] : [reason])];
  running.outcome = running.failures.length === 0 ? 'succeeded' : 'failed';
  if (running.outcome === 'succeeded') install(environment, running, completedon);
  store.update('importjob', running.jobId, { ...resultOfJob(running), completedon, modifiedon: completedon });
  store.update('asyncoperation', running.operationId, {
    ...resultOfOperation(running), statecode: 3, startedon: startedOn(running.startedAtMs), completedon, modifiedon: completedon,
    executiontimespan: (running.takesMs - timing.importQueuedMs) / 1000,
  });
}

/** 0x80044150, which also shows as the code of a failed import. */
const genericFailure = -2_147_204_784;

function install(environment: Environment, running: SolutionImport, completedon: string): void {
  installSolution(environment, running, completedon);
  shapeRole(environment);
}

function resultOfJob({ file, outcome, failures }: SolutionImport): Row {
  return outcome === 'succeeded' ? { progress: 100, data: importData(file, 'success') } : { progress: 0, data: importData(file, 'failure', failures) };
}

function resultOfOperation({ outcome, failures }: SolutionImport): Row {
  if (outcome === 'succeeded') return { statuscode: 30 };
  return { statuscode: 31, message: failures.join('\n'), friendlymessage: failures[0] ?? null, errorcode: genericFailure };
}
