import { z } from 'zod';

import type { ComponentKind, ForeignComponent } from '../setup/solutionComponents.ts';
import { unusableFile } from './archive/unusable.ts';

/** Sections of `customizations.xml` that say nothing of what a solution can do: the role itself, and languages. */
const plainSections: readonly string[] = ['Roles', 'Languages'];

const kindOfSection: Readonly<Record<string, ComponentKind>> = {
  SolutionPluginAssemblies: 'plugIn', PluginAssemblies: 'plugIn', SdkMessageProcessingSteps: 'plugIn', PluginPackages: 'plugIn',
  Workflows: 'workflow', RoutingRules: 'workflow', SLAs: 'workflow', ConvertRules: 'workflow',
  WebResources: 'webResource', CustomControls: 'webResource', RibbonDiffXml: 'webResource',
  CanvasApps: 'app', AppModules: 'app', AppModuleSiteMaps: 'app', SiteMap: 'app',
  ServiceEndpoints: 'connection', Connectors: 'connection', connectionreferences: 'connection',
  environmentvariabledefinitions: 'environmentVariable', environmentvariablevalues: 'environmentVariable',
  Entities: 'table', EntityRelationships: 'table', EntityMaps: 'table', optionsets: 'table', Dashboards: 'table',
};

/** Folders in which a solution's zip keeps the files of its components. */
const kindOfFolder: Readonly<Record<string, ComponentKind>> = {
  pluginassemblies: 'plugIn', pluginpackages: 'plugIn', workflows: 'workflow', webresources: 'webResource', controls: 'webResource', canvasapps: 'app',
  serviceendpoints: 'connection', connectors: 'connection', environmentvariabledefinitions: 'environmentVariable',
};

const customizationsSchema = z.object({ ImportExportXml: z.union([z.literal(''), z.record(z.string(), z.unknown())]) });

/** Each element of each section, whether the list of root components names it or not. Throws `E-SOL-UNREADABLE` when it is no such file. */
export function componentsInCustomizations(xml: unknown): ForeignComponent[] {
  const read = customizationsSchema.safeParse(xml);
  if (!read.success) throw unusableFile('manifest', { where: 'customizations.xml' });
  const sections = Object.entries(read.data.ImportExportXml || {}).filter(([name, content]) => isSection(name) && !isEmpty(content));
  return sections.flatMap(([name, content]) => [content].flat().flatMap((one) => componentsInSection(name, one)));
}

/** What every solution's zip holds. */
const always: readonly string[] = ['[Content_Types].xml', 'solution.xml', 'customizations.xml'];

/** Files other than those that every solution has. Those of one component often have its id in their names. */
export function componentsInNames(names: readonly string[]): ForeignComponent[] {
  const others = names.filter((name) => !always.includes(name) && !name.endsWith('/'));
  return others.map((name) => {
    const ids = name.match(/[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}/giu) ?? [];
    return { kind: kindOf(kindOfFolder, name.split('/')[0]?.toLowerCase() ?? ''), name, ...(ids.length > 0 && { aliases: ids }) };
  });
}

/** The section itself where it has no elements. */
function componentsInSection(section: string, content: unknown): ForeignComponent[] {
  const kind = kindOf(kindOfSection, section);
  const elements = childrenOf(content).filter(([name]) => !name.startsWith('@')).flatMap(([, element]) => element);
  return elements.length === 0 ? [{ kind, name: section }] : elements.map((element) => componentOf(kind, section, element));
}

/** By what its attributes and its own elements say: one of them is its name, another may be its id or its file. */
function componentOf(kind: ComponentKind, section: string, element: unknown): ForeignComponent {
  const texts = childrenOf(element).flatMap(([name, content]) => content.map((one) => [name.replace('@', '').toLowerCase(), textOf(one)] as const));
  const told = texts.filter(([, text]) => text !== '' && text.length <= longestName);
  const name = namesInOrder.map((wanted) => told.find(([called]) => called === wanted)?.[1]).find((text) => text !== undefined);
  return { kind, name: name ?? told.find(([called]) => called.endsWith('id'))?.[1] ?? section, ...(told.length > 0 && { aliases: told.map(([, text]) => text) }) };
}

const longestName = 256;
const namesInOrder = ['name', 'uniquename', 'fullname', 'schemaname', 'localizedname', 'logicalname'] as const;

/** Attributes and elements, each name with all that is under it. */
function childrenOf(content: unknown): (readonly [string, readonly unknown[]])[] {
  const children = typeof content === 'object' && content !== null ? Object.entries(content) : [];
  return children.flatMap(([name, child]) => (name === '#text' ? [] : [[name, [child].flat() as unknown[]] as const]));
}

function textOf(content: unknown): string {
  const text: unknown = typeof content === 'object' && content !== null ? Reflect.get(content, '#text') : content;
  return typeof text === 'string' ? text.trim() : '';
}

function isSection(name: string): boolean {
  return !name.startsWith('@') && name !== '#text' && !plainSections.includes(name);
}

/** Nothing in it at all: neither text nor attributes nor elements. */
function isEmpty(content: unknown): boolean {
  return typeof content === 'string' && content.trim() === '';
}

function kindOf(known: Readonly<Record<string, ComponentKind>>, name: string): ComponentKind {
  return (Object.hasOwn(known, name) ? known[name] : undefined) ?? 'other';
}
