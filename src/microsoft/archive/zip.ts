import { crc32 } from 'node:zlib';

import { Inflate } from 'fflate';

import { SetupError } from '../../setup/errors.ts';
import { type Entry, readDirectory } from './directory.ts';
import { packedBytes, type Span } from './entryData.ts';
import { foldedName, shownName } from './entryNames.ts';
import { unusableFile } from './unusable.ts';

/** In bytes, unpacked. */
export interface ZipLimits {
  readonly entries: number;
  readonly each: number;
  readonly total: number;
}

export interface Unpacked {
  /** Names as they stand in the archive, folders among them with `/` at their end. */
  readonly names: readonly string[];
  /** The contents of the entries that were asked for. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** So much goes in at once: what comes out between two looks at the limits is at most a thousand times that. */
const sliceBytes = 16 * 1024;

/**
 * Unpacks every entry of a zip, to see that it is whole, and keeps those of the wanted names. Nothing is believed of what the archive says of itself: the
 * limits are watched while it is unpacked. Throws `E-SOL-UNREADABLE`, nothing else.
 */
export function unpack(bytes: Uint8Array, wanted: readonly string[], limits: ZipLimits): Unpacked {
  const zip = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries = readDirectory(zip, limits.entries);
  const packed = entries.map((entry) => ({ entry, ...packedBytes(zip, entry) }));
  // Before anything is unpacked: what is there once is unpacked once.
  refuseOverlaps(packed.map(({ span }) => span));
  const files = new Map<string, Uint8Array>();
  let left = limits.total;
  for (const { entry, packed: bytesOfEntry } of packed) {
    const content = contentOf(entry, bytesOfEntry, Math.min(limits.each, left));
    left -= content.length;
    if (wanted.includes(entry.name)) files.set(entry.name, content);
    else refuseAlmost(entry.name, wanted);
  }
  return { names: entries.map(({ name }) => name), files };
}

/** To a reader that does not mind the case it would be the file that this one does not find. */
function refuseAlmost(name: string, wanted: readonly string[]): void {
  if (wanted.some((each) => foldedName(each) === foldedName(name))) throw unusableFile('name', { name: shownName(name) });
}

function contentOf(entry: Entry, packed: Uint8Array, most: number): Uint8Array {
  const content = entry.isStored ? stored(packed, most) : inflated(entry, packed, most);
  if (content.length !== entry.size || crc32(content) !== entry.crc) throw unusableFile('contradicts', { name: shownName(entry.name) });
  return content;
}

function stored(packed: Uint8Array, most: number): Uint8Array {
  if (packed.length > most) throw unusableFile('tooLargeUnpacked');
  return packed;
}

function inflated(entry: Entry, packed: Uint8Array, most: number): Uint8Array {
  try {
    return inflatedAtMost(packed, most);
  } catch (error) {
    throw error instanceof SetupError ? error : unusableFile('contradicts', { name: shownName(entry.name) });
  }
}

function inflatedAtMost(packed: Uint8Array, most: number): Uint8Array {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const inflate = new Inflate((chunk) => {
    length += chunk.length;
    if (length > most) throw unusableFile('tooLargeUnpacked');
    chunks.push(chunk);
  });
  for (let at = 0; at === 0 || at < packed.length; at += sliceBytes) {
    inflate.push(packed.subarray(at, at + sliceBytes), at + sliceBytes >= packed.length);
  }
  return Buffer.concat(chunks);
}

/** One stretch of bytes that is the content of many entries: the way a small file becomes a huge one. */
function refuseOverlaps(spans: readonly Span[]): void {
  const inOrder = spans.toSorted((a, b) => a.from - b.from);
  if (inOrder.some(({ to }, index) => to > (inOrder[index + 1]?.from ?? Infinity))) throw unusableFile('damaged');
}
