import { depthMasks, findPrivilegeNamed } from './privileges.ts';
import type { Environment, SolutionImport } from './environment.ts';
import { importData } from './importData.ts';
import { copiesOf, insertRole, setGrants, type Grant } from './roles.ts';
import { dataverseDate, textOf, type Row } from './row.ts';
import { seedId } from './seedId.ts';
import type { RoleFile, SolutionFile } from './solutionFile.ts';
import { timing } from './timing.ts';

/** Makes the rows of imports and, of those whose time has come, the solutions say what they must at this moment of the tenant's clock. */
export function settleImports(environment: Environment): void {
  for (const running of environment.imports.filter(({ applied }) => !applied)) {
    const elapsedMs = environment.clock.now() - running.startedAtMs;
    if (elapsedMs >= timing.importMs) complete(environment, running);
    else showProgress(environment, running, elapsedMs);
  }
}

/** Starts an import and gives it its two rows. */
export function startImport(environment: Environment, start: Omit<SolutionImport, 'applied' | 'startedAtMs'>): void {
  const running: SolutionImport = { ...start, startedAtMs: environment.clock.now(), applied: false };
  environment.imports.push(running);
  environment.store.insert('importjob', importJobRow(environment, running));
  environment.store.insert('asyncoperation', asyncOperationRow(environment, running));
}

export function importIsRunning({ imports }: Environment): boolean {
  return imports.some(({ applied }) => !applied);
}

function importJobRow(environment: Environment, { jobId, file, callerId, startedAtMs }: SolutionImport): Row {
  return {
    importjobid: jobId, name: 'Customizations', solutionname: file.uniqueName, progress: 0, data: importData(file, 'unprocessed'), startedon: dataverseDate(startedAtMs),
    importcontext: 'ImportInstall', operationcontext: 'New', organizationid: environment.organizationId, _createdby_value: callerId, _modifiedby_value: callerId,
  };
}

/** 203 as the operation type and the message name are what importing shows; Microsoft documents neither for this message. */
function asyncOperationRow(environment: Environment, { operationId, callerId }: SolutionImport): Row {
  return {
    asyncoperationid: operationId, name: 'ImportSolutionAsync', messagename: 'ImportSolutionAsync', operationtype: 203, statecode: 0, statuscode: 0, depth: 1,
    iswaitingforevent: false, retainjobhistory: false, retrycount: 0, sequence: 1, subtype: 0, hostid: 'sandbox', correlationid: environment.newId(),
    _ownerid_value: callerId, _owninguser_value: callerId, _createdby_value: callerId, _modifiedby_value: callerId,
    _owningbusinessunit_value: environment.rootBusinessUnitId,
  };
}

function showProgress({ store }: Environment, { jobId, operationId, startedAtMs }: SolutionImport, elapsedMs: number): void {
  const progress = Math.round((elapsedMs / timing.importMs) * 10_000) / 100;
  if (store.find('importjob', jobId)?.['progress'] !== progress) store.update('importjob', jobId, { progress });
  const isQueued = elapsedMs < timing.importQueuedMs || store.find('asyncoperation', operationId)?.['statecode'] === 2;
  if (!isQueued) store.update('asyncoperation', operationId, { statecode: 2, statuscode: 20, startedon: dataverseDate(startedAtMs + timing.importQueuedMs) });
}

function complete(environment: Environment, running: SolutionImport): void {
  const { store } = environment;
  const completedon = dataverseDate(running.startedAtMs + timing.importMs);
  const solution = upsertSolution(environment, running, completedon);
  for (const role of running.file.roles) upsertRole(environment, running, role, textOf(solution, 'solutionid'));
  upsertComponents(environment, running, textOf(solution, 'solutionid'));
  store.update('importjob', running.jobId, { progress: 100, completedon, modifiedon: completedon, data: importData(running.file, 'success') });
  store.update('asyncoperation', running.operationId, {
    statecode: 3, statuscode: 30, startedon: dataverseDate(running.startedAtMs + timing.importQueuedMs), completedon, modifiedon: completedon,
    executiontimespan: (timing.importMs - timing.importQueuedMs) / 1000,
  });
  running.applied = true;
}

function upsertSolution(environment: Environment, { file, callerId }: SolutionImport, completedon: string): Row {
  const { store, organizationId } = environment;
  const changes = { version: file.version, installedon: completedon, modifiedon: completedon, _modifiedby_value: callerId };
  const present = installedSolution(environment, file.uniqueName);
  if (present !== undefined) return store.update('solution', textOf(present, 'solutionid'), changes);
  return store.insert('solution', {
    ...changes, solutionid: environment.newId(), uniquename: file.uniqueName, friendlyname: file.friendlyName, description: file.description, ismanaged: file.managed,
    isvisible: true, isapimanaged: false, solutionpackageversion: '9.2', createdon: completedon, _createdby_value: callerId,
    _organizationid_value: organizationId, _publisherid_value: upsertPublisher(environment, file),
  });
}

/** The row of a solution that is installed under this name. */
export function installedSolution({ store }: Environment, uniqueName: string): Row | undefined {
  return store.rows('solution').find(({ uniquename }) => uniquename === uniqueName);
}

function upsertPublisher({ store, organizationId, newId }: Environment, { publisher }: SolutionFile): string {
  const present = store.rows('publisher').find(({ uniquename }) => uniquename === publisher.uniqueName);
  const row = present ?? store.insert('publisher', {
    publisherid: newId(), uniquename: publisher.uniqueName, friendlyname: publisher.friendlyName, customizationprefix: publisher.prefix,
    customizationoptionvalueprefix: publisher.optionValuePrefix, isreadonly: true, _organizationid_value: organizationId,
  });
  return textOf(row, 'publisherid');
}

/** A role keeps what was edited on it, unless the import was told to overwrite; new privileges of the file are added in both cases. */
function upsertRole(environment: Environment, { file, overwrite }: SolutionImport, role: RoleFile, solutionId: string): void {
  const { store } = environment;
  const present = store.find('role', role.id);
  if (present === undefined) {
    const { id, name, isInherited, isCustomizable } = role;
    insertRole(environment, { id, name, isInherited, isCustomizable, isManaged: file.managed, solutionId }, grantsIn(role));
    return;
  }
  if (overwrite) {
    for (const grant of store.rows('roleprivileges').filter(({ roleid }) => roleid === role.id)) store.remove('roleprivileges', textOf(grant, 'roleprivilegeid'));
    for (const copy of copiesOf(environment, role.id)) store.update('role', textOf(copy, 'roleid'), { isinherited: role.isInherited });
  }
  setGrants(environment, role.id, grantsIn(role).filter((grant) => !holds(environment, role.id, grant)));
}

function grantsIn(role: RoleFile): Grant[] {
  return role.privileges.flatMap(({ name, depth }) => {
    const privilege = findPrivilegeNamed(name);
    return privilege === undefined ? [] : [{ privilegeId: privilege.id, depth }];
  });
}

function holds({ store }: Environment, roleId: string, { privilegeId, depth }: Grant): boolean {
  return store.rows('roleprivileges').some((grant) => grant['roleid'] === roleId && grant['privilegeid'] === privilegeId && Number(grant['privilegedepthmask']) >= depthMasks[depth]);
}

function upsertComponents({ store, name }: Environment, { file, callerId }: SolutionImport, solutionId: string): void {
  for (const { type, id, behavior } of file.rootComponents) {
    store.insert('solutioncomponent', {
      solutioncomponentid: seedId(name, 'solutioncomponent', solutionId, id), _solutionid_value: solutionId, objectid: id, componenttype: type,
      rootcomponentbehavior: behavior, ismetadata: false, _createdby_value: callerId, _modifiedby_value: callerId,
    });
  }
}
