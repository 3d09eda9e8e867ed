import { createHash } from 'node:crypto';
import { strToU8, zipSync } from 'fflate';
import { contentTypesXml, customizationsXml, solutionXml } from './sources.ts';

/** The sandbox's own managed solution, ready to be downloaded, staged and imported. */
export interface BuiltSolution {
  readonly zip: Buffer;
  /** Of the zip, in lower-case hexadecimal. */
  readonly sha256: string;
  readonly fileName: string;
}

/** A zip keeps the local time without a zone, so local midnight gives the same bytes wherever this runs. */
const packedOn = new Date(2026, 0, 1);

/** Builds the solution; the same bytes, and so the same hash, every time. */
export function buildSolution(): BuiltSolution {
  const files = { '[Content_Types].xml': contentTypesXml, 'solution.xml': solutionXml, 'customizations.xml': customizationsXml };
  const entries = Object.entries(files).map(([name, text]) => [name, strToU8(text)] as const);
  const zip = Buffer.from(zipSync(Object.fromEntries(entries), { mtime: packedOn, level: 9 }));
  return { zip, sha256: createHash('sha256').update(zip).digest('hex'), fileName: 'SandboxMarketplaceLeadWriter_1_0_0_0_managed.zip' };
}
