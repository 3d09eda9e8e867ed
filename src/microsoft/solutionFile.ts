import { joined } from '../setup/joinedComponents.ts';
import type { SolutionContents } from '../setup/ports/tools.ts';
import { unpack, type ZipLimits } from './archive/zip.ts';
import { readXml } from './archive/xml.ts';
import { unusableFile } from './archive/unusable.ts';
import { componentsInCustomizations, componentsInNames } from './solutionComponents.ts';
import { readManifest } from './solutionManifest.ts';

export const zipLimits: ZipLimits = { entries: 2000, each: 50 * 1024 * 1024, total: 100 * 1024 * 1024 };

const files = ['solution.xml', 'customizations.xml', '[Content_Types].xml'] as const;

/**
 * What a solution's zip says of itself, read here before Dynamics ever sees it. Throws `E-SOL-UNREADABLE` for whatever is no whole, plain zip within
 * `limits`, or has no manifest that can be read; any bytes at all may be given.
 */
export function readSolutionFile(zip: Uint8Array, limits: ZipLimits = zipLimits): SolutionContents {
  const { names, files: contents } = unpack(zip, files, limits);
  const [manifest, customizations] = files.map((name) => readXml(name, fileOf(contents, name)));
  const { components, ...about } = readManifest(manifest);
  const foreign = joined(joined(components, componentsInCustomizations(customizations)), componentsInNames(names));
  return { ...about, foreign };
}

function fileOf(contents: ReadonlyMap<string, Uint8Array>, name: string): Uint8Array {
  const content = contents.get(name);
  if (!content) throw unusableFile('missing', { name });
  return content;
}
