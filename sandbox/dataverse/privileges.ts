import { seedId } from './seedId.ts';

/** How far a privilege reaches: own rows, the business unit, it and its children, everything. The masks are Dataverse's. */
export const depthMasks = { Basic: 1, Local: 2, Deep: 4, Global: 8 } as const;
export const depthNames = ['Basic', 'Local', 'Deep', 'Global'] as const;
export type Depth = (typeof depthNames)[number];

/** One privilege of the sandbox's catalogue. */
export interface Privilege {
  readonly id: string;
  readonly name: string;
  readonly accessRight: number;
  readonly depths: readonly Depth[];
}

/** Values of the `AccessRights` enumeration, which `privileges.accessright` holds. */
const accessRights: Readonly<Record<string, number>> = {
  Read: 1, Write: 2, Append: 4, AppendTo: 16, Create: 32, Delete: 65_536, Share: 262_144, Assign: 524_288,
};

const crud = ['Create', 'Read', 'Write', 'Delete', 'Append', 'AppendTo'] as const;

/**
 * Ids that are the same in every organization, from the privilege lists of Microsoft's CRM 2013/2015 pages (hh547425, gg328005). The rest
 * of the catalogue, `prvAppendToAsyncOperation` among it, has ids of the sandbox's own: Microsoft's are not known here, so resolve by name.
 */
const knownIds: Readonly<Record<string, string>> = {
  prvCreateUserEntityUISettings: '8d2aa266-8fee-43a4-85e7-2aa1aaab5259',
  prvReadUserEntityUISettings: '8d2aa266-8fee-43a4-85e7-2aa1aaab525a',
  prvWriteUserEntityUISettings: '8d2aa266-8fee-43a4-85e7-2aa1aaab525b',
  prvReadAsyncOperation: 'e84acc8f-0c61-43e3-a716-20964a483bdf',
  prvWriteAsyncOperation: '4440769e-8d79-41fc-ae45-cd65480ffdba',
  prvReadEntity: 'a3311f47-2134-44ee-a258-6774018d4bc3',
};

/** Everything that can be allowed in an environment of the sandbox. */
export const privileges: readonly Privilege[] = [
  ...define('Lead', [...crud, 'Assign', 'Share'], depthNames),
  ...define('AsyncOperation', [...crud, 'Assign'], depthNames),
  ...define('UserEntityUISettings', ['Create', 'Read', 'Write'], ['Basic']),
  ...define('User', ['Read', 'Write', 'Create', 'Delete', 'Append', 'AppendTo'], ['Local', 'Deep', 'Global']),
  ...define('Team', crud, ['Local', 'Deep', 'Global']),
  ...define('Role', ['Create', 'Read', 'Write', 'Delete', 'Assign'], ['Local', 'Deep', 'Global']),
  ...define('BusinessUnit', crud, ['Local', 'Deep', 'Global']),
  ...define('Entity', ['Create', 'Read', 'Write', 'Delete'], ['Global']),
  ...define('Solution', ['Create', 'Read', 'Write', 'Delete'], ['Global']),
  ...define('Publisher', ['Create', 'Read', 'Write', 'Delete'], ['Global']),
  ...define('ImportJob', ['Create', 'Read', 'Write', 'Delete'], ['Global']),
  privilege('prvImportCustomization', 0, ['Global']),
  privilege('prvPublishCustomization', 0, ['Global']),
  privilege('prvActOnBehalfOfAnotherUser', 0, ['Global']),
];

/** About rows of a business table, which an administrative access mode keeps a person from whatever their roles say. */
export function isAboutBusinessRows({ name }: Privilege): boolean {
  return name.endsWith('Lead');
}

const byName = new Map(privileges.map((each) => [each.name, each]));
const byId = new Map(privileges.map((each) => [each.id, each]));

/** A privilege of the catalogue by name; a name that is not in it is a mistake in the sandbox. */
export function privilegeNamed(name: string): Privilege {
  const found = byName.get(name);
  if (found === undefined) throw new Error(`The sandbox has no privilege ${name}.`);
  return found;
}

export function findPrivilegeNamed(name: string): Privilege | undefined {
  return byName.get(name);
}

export function privilegeWithId(id: string): Privilege | undefined {
  return byId.get(id.toLowerCase());
}

/** The furthest that a privilege can reach. */
export function furthest({ depths }: Privilege): Depth {
  return depths.at(-1) ?? 'Global';
}

/** The furthest depth that a mask stands for. */
export function depthOf(mask: number): Depth {
  return depthNames.findLast((depth) => mask >= depthMasks[depth]) ?? 'Basic';
}

function define(subject: string, verbs: readonly string[], depths: readonly Depth[]): Privilege[] {
  return verbs.map((verb) => privilege(`prv${verb}${subject}`, accessRights[verb] ?? 0, depths));
}

function privilege(name: string, accessRight: number, depths: readonly Depth[]): Privilege {
  return { id: knownIds[name] ?? seedId('privilege', name), name, accessRight, depths };
}
