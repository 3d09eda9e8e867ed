import { createHash } from 'node:crypto';
import { strToU8, zipSync, type Zippable } from 'fflate';
import { contentTypesXml, customizationsXml, solutionXml } from './sources.ts';

/** A file of the sandbox's own making, ready to be downloaded, staged and imported. */
export interface BuiltSolution {
  readonly zip: Buffer;
  /** Of the file, in lower-case hexadecimal. */
  readonly sha256: string;
  readonly fileName: string;
}

export const goodFileName = 'SandboxMarketplaceLeadWriter_1_0_0_0_managed.zip';

/** A zip keeps the local time without a zone, so local midnight gives the same bytes wherever this runs. */
const packedOn = new Date(2026, 0, 1);

/** Builds the solution; the same bytes, and so the same hash, every time. */
export function buildSolution(): BuiltSolution {
  return built(goodFileName, packed(sources({})));
}

/** The files of the solution, with another manifest or other contents where they are given. */
export function sources({ manifest = solutionXml, customizations = customizationsXml }: { manifest?: string; customizations?: string }): Record<string, string> {
  return { '[Content_Types].xml': contentTypesXml, 'solution.xml': manifest, 'customizations.xml': customizations };
}

/** The files as a zip, after which `padding` zeros stand in it uncompressed. */
export function packed(files: Readonly<Record<string, string>>, padding = 0): Buffer {
  const entries = Object.entries(files).map(([name, text]) => [name, strToU8(text)] as const);
  const zippable: Zippable = padding === 0 ? {} : { 'padding.bin': [new Uint8Array(padding), { level: 0 }] };
  return Buffer.from(zipSync({ ...Object.fromEntries(entries), ...zippable }, { mtime: packedOn, level: 9 }));
}

export function built(fileName: string, zip: Buffer): BuiltSolution {
  return { zip, sha256: createHash('sha256').update(zip).digest('hex'), fileName };
}
