import { solutionFile, type SolutionFileKind } from '../solution/files.ts';
import { roleId } from '../solution/sources.ts';
import { tenant } from '../tenants.ts';
import type { Environment } from './environment.ts';
import { privilegeNamed } from './privileges.ts';
import { copiesOf, setGrants } from './roles.ts';
import { dataverseDate, textOf, type Row, type Value } from './row.ts';
import { seedId } from './seedId.ts';
import { readSolutionFile } from './solutionFile.ts';
import { installedSolution, installSolution } from './solutionInstall.ts';

/** Brings into the environment what the conditions say was there before; once for each time that they change. */
export function settleConditions(environment: Environment): void {
  const { conditions, applied } = environment;
  const { installed, leadWriterRole } = conditions.get();
  if (applied.installed !== installed) install(environment, installed);
  if (applied.leadWriterRole !== leadWriterRole) shapeRole(environment);
  applied.installed = installed;
  applied.leadWriterRole = leadWriterRole;
}

const files = { newer: 'newer', older: 'older', unmanaged: 'unmanaged', otherPublisher: 'otherPublisher' } as const satisfies Readonly<Record<string, SolutionFileKind>>;

/** Puts a solution of the good one's name in place; what is installed stays when the condition goes back to nothing. */
function install(environment: Environment, installed: keyof typeof files | 'nothing'): void {
  if (installed === 'nothing' || !environment.hasLeads || environment.tenantId !== tenant.id) return;
  const { store, clock, name } = environment;
  const file = readSolutionFile(solutionFile(files[installed]).zip);
  const present = installedSolution(environment, file.uniqueName);
  if (present !== undefined) store.remove('solution', textOf(present, 'solutionid'));
  installSolution(environment, { file, callerId: seedId(name, 'systemuser', 'priya'), overwrite: true }, dataverseDate(clock.now()));
  shapeRole(environment);
}

/** Everything that the procedure adds to the role by hand. */
const added = [
  ['prvCreateUserEntityUISettings', 'Basic'], ['prvReadUserEntityUISettings', 'Basic'], ['prvWriteUserEntityUISettings', 'Basic'],
  ['prvReadAsyncOperation', 'Global'], ['prvWriteAsyncOperation', 'Global'], ['prvAppendAsyncOperation', 'Global'],
  ['prvAppendToAsyncOperation', 'Global'],
] as const;

/** Makes the solution's role, if it is there, as the condition wants it: open to edits, locked, or in need of none. */
export function shapeRole(environment: Environment): void {
  const { leadWriterRole } = environment.conditions.get();
  if (leadWriterRole === 'locked') setRole(environment, { iscustomizable: customizable(false) });
  else if (environment.applied.leadWriterRole === 'locked') setRole(environment, { iscustomizable: customizable(true) });
  if (leadWriterRole !== 'complete' || environment.store.find('role', roleId) === undefined) return;
  setRole(environment, { isinherited: 1 });
  setGrants(environment, roleId, added.map(([name, depth]) => ({ privilegeId: privilegeNamed(name).id, depth })));
}

function setRole(environment: Environment, changes: Row): void {
  for (const copy of copiesOf(environment, roleId)) environment.store.update('role', textOf(copy, 'roleid'), changes);
}

function customizable(isOpen: boolean): Value {
  return { Value: isOpen, CanBeChanged: false, ManagedPropertyLogicalName: 'iscustomizable' };
}
