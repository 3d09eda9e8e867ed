/** What a solution that is there for one security role has no business with, by what it could do. */
export const componentKinds = ['plugIn', 'workflow', 'webResource', 'app', 'connection', 'environmentVariable', 'table', 'other'] as const;
export type ComponentKind = (typeof componentKinds)[number];

/** A component of such a kind, as the solution's file or Dynamics names it. */
export interface ForeignComponent {
  readonly kind: ComponentKind;
  /** Schema name, else an id, a file's name or whatever else it is told by. */
  readonly name: string;
  /** Whatever else it may be told by elsewhere: ids, other names, the file that it is in. */
  readonly aliases?: readonly string[];
}

/** Privilege, its object types, role, role privilege: all of a security role. */
const partsOfARole: readonly number[] = [16, 17, 20, 21];

/** Plug-in types, assemblies, steps and their images; service endpoints and what else calls out; and so on. Source: the choices of `solutioncomponent.componenttype`. */
const kindOfType: Readonly<Record<Exclude<ComponentKind, 'other'>, readonly number[]>> = {
  plugIn: [90, 91, 92, 93],
  workflow: [29, 150, 151, 152, 153, 154, 155],
  webResource: [48, 49, 50, 52, 53, 55, 61, 64, 66, 68],
  app: [62, 80, 300],
  connection: [95, 371, 372],
  environmentVariable: [380, 381],
  table: [1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 14, 18, 24, 26, 46, 47, 59, 60, 65, 431, 432],
};

/** undefined for what a security role consists of. Whatever is not known here, numbers above 10000 among them, which are another's in every environment, is `other`. */
export function kindOfComponent(type: number): ComponentKind | undefined {
  if (partsOfARole.includes(type)) return undefined;
  return componentKinds.find((kind) => kind !== 'other' && kindOfType[kind].includes(type)) ?? 'other';
}

/** Names under which Dynamics lists staged components, by their letters. What it writes for the others is not known: the file is what counts. */
const kindOfName: Readonly<Record<string, ComponentKind>> = {
  pluginassembly: 'plugIn', plugintype: 'plugIn', sdkmessageprocessingstep: 'plugIn', sdkmessageprocessingstepimage: 'plugIn',
  workflow: 'workflow', process: 'workflow', webresource: 'webResource', customcontrol: 'webResource', canvasapp: 'app', appmodule: 'app', sitemap: 'app',
  serviceendpoint: 'connection', connector: 'connection', connectionreference: 'connection',
  environmentvariabledefinition: 'environmentVariable', environmentvariablevalue: 'environmentVariable', entity: 'table', attribute: 'table',
};

export function kindOfTypeName(name: string): ComponentKind | undefined {
  const letters = name.toLowerCase().replaceAll(/[^a-z]/gu, '');
  return Object.hasOwn(kindOfName, letters) ? kindOfName[letters] : undefined;
}
