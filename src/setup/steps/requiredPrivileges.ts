import type { Dataverse, GrantedPrivilege, PrivilegeDepth } from '../ports/microsoft.ts';

export interface WantedPrivilege {
  readonly name: string;
  readonly depth: PrivilegeDepth;
}

/**
 * R5: what the Lead Writer role needs beyond what the solution gives it. The procedure's text says "Append To" on
 * System Job, its picture shows "Append": both are granted where they exist, neither does harm.
 */
const required: readonly WantedPrivilege[] = [
  { name: 'prvCreateUserEntityUISettings', depth: 'Basic' },
  { name: 'prvReadUserEntityUISettings', depth: 'Basic' },
  { name: 'prvWriteUserEntityUISettings', depth: 'Basic' },
  { name: 'prvReadAsyncOperation', depth: 'Global' },
  { name: 'prvWriteAsyncOperation', depth: 'Global' },
  { name: 'prvAppendAsyncOperation', depth: 'Global' },
  { name: 'prvAppendToAsyncOperation', depth: 'Global' },
];

const depths: readonly PrivilegeDepth[] = ['Basic', 'Local', 'Deep', 'Global'];

export interface MissingPrivilege extends GrantedPrivilege {
  readonly name: string;
}

/** The required privileges that this environment knows, in fixed order. */
export async function requiredPrivileges(dataverse: Dataverse): Promise<MissingPrivilege[]> {
  return namedPrivileges(dataverse, required);
}

/** Those of these privileges that this environment knows, in their order. */
export async function namedPrivileges(dataverse: Dataverse, wanted: readonly WantedPrivilege[]): Promise<MissingPrivilege[]> {
  const known = await dataverse.privilegesNamed(wanted.map(({ name }) => name));
  return wanted.flatMap(({ name, depth }) => {
    const privilegeId = known.find((privilege) => privilege.name === name)?.privilegeId;
    return privilegeId ? [{ name, privilegeId, depth }] : [];
  });
}

/** Those of the wanted privileges that are not granted, or at a lesser depth. */
export function missingPrivileges(wanted: readonly MissingPrivilege[], granted: readonly GrantedPrivilege[]): MissingPrivilege[] {
  return wanted.filter(({ privilegeId, depth }) => !granted.some((held) => suffices(held, privilegeId, depth)));
}

function suffices(held: GrantedPrivilege, privilegeId: string, depth: PrivilegeDepth): boolean {
  return held.privilegeId === privilegeId && depths.indexOf(held.depth) >= depths.indexOf(depth);
}
