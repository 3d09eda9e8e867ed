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

/** What is in the file although the list of its root components may not say so. Throws `E-SOL-UNREADABLE` when it is no such file. */
export function componentsInCustomizations(xml: unknown): ForeignComponent[] {
  const read = customizationsSchema.safeParse(xml);
  if (!read.success) throw unusableFile('manifest', { where: 'customizations.xml' });
  const sections = Object.entries(read.data.ImportExportXml || {}).filter(([name, content]) => isSection(name) && !isEmpty(content));
  return sections.map(([name]) => ({ kind: kindOf(kindOfSection, name), name }));
}

/** Files other than the three that every solution has. */
export function componentsInNames(names: readonly string[]): ForeignComponent[] {
  const inFolders = names.flatMap((name) => (name.includes('/') && !name.endsWith('/') ? [name] : []));
  return inFolders.map((name) => ({ kind: kindOf(kindOfFolder, name.split('/')[0]?.toLowerCase() ?? ''), name }));
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
