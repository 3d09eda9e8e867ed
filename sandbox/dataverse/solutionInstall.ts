import type { Environment, SolutionImport } from './environment.ts';
import { depthMasks, findPrivilegeNamed } from './privileges.ts';
import { copiesOf, insertRole, setGrants, type Grant } from './roles.ts';
import { textOf, type Row } from './row.ts';
import { seedId } from './seedId.ts';
import { dependencyFailure, missingDependencies } from './solutionDependencies.ts';
import type { RoleFile, SolutionFile } from './solutionFile.ts';

/**
 * Why this environment cannot take a solution, in the words that its import ends with; undefined when it can. But for missing
 * dependencies the words are the sandbox's own: Microsoft's have not been found.
 */
export function reasonToFail(environment: Environment, file: SolutionFile): string | undefined {
  const { store } = environment;
  const present = installedSolution(environment, file.uniqueName);
  if (present !== undefined && present['ismanaged'] !== file.managed) {
    return 'The solution is already installed on this system as an unmanaged solution or as a managed one, and the package differs from it in that.';
  }
  if (present !== undefined && compareVersions(file.version, textOf(present, 'version')) < 0) {
    return `The version ${file.version} of the solution ${file.uniqueName} is lower than the version ${textOf(present, 'version')} that is installed.`;
  }
  const publisher = present && store.find('publisher', textOf(present, '_publisherid_value'));
  if (publisher !== undefined && publisher['uniquename'] !== file.publisher.uniqueName) {
    return `The solution ${file.uniqueName} is already installed by the publisher ${textOf(publisher, 'uniquename')}; a solution of the publisher ${file.publisher.uniqueName} cannot replace it.`;
  }
  const missing = missingDependencies(environment, file);
  if (missing.length > 0) return dependencyFailure(file, missing);
  const named = file.roles.flatMap(({ privileges }) => privileges.map(({ name }) => name));
  const unknown = named.find((name) => !isKnown(environment, name));
  return unknown === undefined ? undefined : `The privilege with the name ${unknown} was not found.`;
}

function isKnown({ store }: Environment, privilegeName: string): boolean {
  const privilege = findPrivilegeNamed(privilegeName);
  return privilege !== undefined && store.find('privilege', privilege.id) !== undefined;
}

/** The order of two versions such as 1.0.0.0, part by part as numbers. */
function compareVersions(left: string, right: string): number {
  return left.localeCompare(right, 'en', { numeric: true });
}

/** The row of a solution that is installed under this name. */
export function installedSolution({ store }: Environment, uniqueName: string): Row | undefined {
  return store.rows('solution').find(({ uniquename }) => uniquename === uniqueName);
}

/** What an installation needs to know of the import that it belongs to. */
type Installing = Pick<SolutionImport, 'file' | 'callerId' | 'overwrite'>;

/** Brings the solution, its publisher, its roles with a copy per business unit, and its components. */
export function installSolution(environment: Environment, running: Installing, completedon: string): void {
  const solutionId = textOf(upsertSolution(environment, running, completedon), 'solutionid');
  for (const role of running.file.roles) upsertRole(environment, running, role, solutionId);
  insertComponents(environment, running, solutionId);
}

function upsertSolution(environment: Environment, { file, callerId }: Installing, completedon: string): Row {
  const { store, organizationId } = environment;
  const changes = { version: file.version, installedon: completedon, modifiedon: completedon, _modifiedby_value: callerId };
  const present = installedSolution(environment, file.uniqueName);
  if (present !== undefined) return store.update('solution', textOf(present, 'solutionid'), changes);
  return store.insert('solution', {
    ...changes, solutionid: environment.newId(), uniquename: file.uniqueName, friendlyname: file.friendlyName, description: file.description,
    ismanaged: file.managed, isvisible: true, isapimanaged: false, solutionpackageversion: '9.2', createdon: completedon,
    _createdby_value: callerId, _organizationid_value: organizationId, _publisherid_value: upsertPublisher(environment, file),
  });
}

function upsertPublisher({ store, organizationId, newId }: Environment, { publisher }: SolutionFile): string {
  const present = store.rows('publisher').find(({ uniquename }) => uniquename === publisher.uniqueName);
  const row = present ?? store.insert('publisher', {
    publisherid: newId(), uniquename: publisher.uniqueName, friendlyname: publisher.friendlyName, customizationprefix: publisher.prefix,
    customizationoptionvalueprefix: publisher.optionValuePrefix, isreadonly: true, _organizationid_value: organizationId,
  });
  return textOf(row, 'publisherid');
}

/** A role keeps what was edited on it, unless the import was told to overwrite; what the file adds is added in both cases. */
function upsertRole(environment: Environment, { file, overwrite }: Installing, role: RoleFile, solutionId: string): void {
  if (environment.store.find('role', role.id) === undefined) {
    const { id, name, isInherited, isCustomizable } = role;
    insertRole(environment, { id, name, isInherited, isCustomizable, isManaged: file.managed, solutionId }, grantsIn(role));
    return;
  }
  if (overwrite) forgetEdits(environment, role);
  setGrants(environment, role.id, grantsIn(role).filter((grant) => !holds(environment, role.id, grant)));
}

function forgetEdits(environment: Environment, { id, isInherited }: RoleFile): void {
  const { store } = environment;
  const grants = store.rows('roleprivileges').filter(({ roleid }) => roleid === id);
  for (const grant of grants) store.remove('roleprivileges', textOf(grant, 'roleprivilegeid'));
  for (const copy of copiesOf(environment, id)) store.update('role', textOf(copy, 'roleid'), { isinherited: isInherited });
}

function grantsIn(role: RoleFile): Grant[] {
  return role.privileges.flatMap(({ name, depth }) => {
    const privilege = findPrivilegeNamed(name);
    return privilege === undefined ? [] : [{ privilegeId: privilege.id, depth }];
  });
}

function holds({ store }: Environment, roleId: string, { privilegeId, depth }: Grant): boolean {
  const grants = store.rows('roleprivileges').filter(({ roleid, privilegeid }) => roleid === roleId && privilegeid === privilegeId);
  return grants.some(({ privilegedepthmask }) => Number(privilegedepthmask) >= depthMasks[depth]);
}

function insertComponents({ store, name }: Environment, { file, callerId }: Installing, solutionId: string): void {
  for (const { type, id, behavior } of file.rootComponents) {
    store.insert('solutioncomponent', {
      solutioncomponentid: seedId(name, 'solutioncomponent', solutionId, id), _solutionid_value: solutionId, objectid: id, componenttype: type,
      rootcomponentbehavior: behavior, ismetadata: false, _createdby_value: callerId, _modifiedby_value: callerId,
    });
  }
}
