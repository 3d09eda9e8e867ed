import { z } from 'zod';

import type { SolutionContents } from '../setup/ports/tools.ts';
import { type ForeignComponent, kindOfComponent } from '../setup/solutionComponents.ts';
import { unusableFile } from './archive/unusable.ts';

const longestText = 256;
const text = z.string().trim().min(1).max(longestText);
/** One element, several, or an element with nothing in it. */
const several = <T extends z.ZodType>(item: T) =>
  z.union([z.literal('').transform(() => []), z.array(item), item.transform((one) => [one])]);

const componentSchema = z.object({
  '@type': z.coerce.number().int().nonnegative(),
  '@schemaName': z.string().max(longestText).optional(),
  '@id': z.string().max(longestText).optional(),
});

/** Of `solution.xml`, what this bot goes by. Whatever is there twice is an array, and so refused. */
const manifestSchema = z.object({
  ImportExportXml: z.object({
    SolutionManifest: z.object({
      UniqueName: text.regex(/^\w+$/u),
      Version: z.string().regex(/^\d{1,9}(?:\.\d{1,9}){1,3}$/u),
      Managed: z.enum(['0', '1']),
      Publisher: z.object({ UniqueName: text }),
      RootComponents: z.union([z.literal(''), z.object({ RootComponent: several(componentSchema) })]).optional(),
    }),
  }),
});

/** Throws `E-SOL-UNREADABLE` where the manifest lacks what every solution has. */
export function readManifest(xml: unknown): Omit<SolutionContents, 'foreign'> & { components: ForeignComponent[] } {
  const read = manifestSchema.safeParse(xml);
  if (!read.success) throw unusableFile('manifest', { where: read.error.issues[0]?.path.join('/') ?? '' });
  const { UniqueName, Version, Managed, Publisher, RootComponents } = read.data.ImportExportXml.SolutionManifest;
  const roots = RootComponents ? RootComponents.RootComponent : [];
  return {
    uniqueName: UniqueName,
    version: Version,
    isManaged: Managed === '1',
    publisherUniqueName: Publisher.UniqueName,
    components: roots.flatMap((root) => {
      const kind = kindOfComponent(root['@type']);
      const [name = String(root['@type']), ...aliases] = [root['@schemaName'], root['@id']].flatMap((told) => told || []);
      return kind ? [{ kind, name, ...(aliases.length > 0 && { aliases }) }] : [];
    }),
  };
}
