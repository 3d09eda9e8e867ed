import { checkedName, foldedName, shownName } from './entryNames.ts';
import { unusableFile } from './unusable.ts';

/** One entry as the archive's central directory tells of it. Sizes in bytes. */
export interface Entry {
  readonly name: string;
  readonly isStored: boolean;
  /** Its checksum and sizes stand behind its data, not before. */
  readonly hasDescriptor: boolean;
  readonly crc: number;
  readonly packedSize: number;
  readonly size: number;
  /** Of its local header. */
  readonly offset: number;
}

const signatures = { local: 0x04034b50, central: 0x02014b50, end: 0x06054b50 } as const;
const endBytes = Buffer.from('PK\u0005\u0006', 'latin1');
const endLength = 22;
const recordLength = 46;
/** Where one of these stands the real number is in a ZIP64 field: no solution of this kind is that large. */
const isElsewhere = (value: number) => value === 0xffffffff;
const flag = { encrypted: 1 << 0, descriptor: 1 << 3, stronglyEncrypted: 1 << 6, maskedHeader: 1 << 13 } as const;

/**
 * The entries of a zip, in the order of its central directory. Throws `E-SOL-UNREADABLE` for more than `mostEntries`, for a directory that is not whole,
 * and for what has no business in a solution: encryption, links, two entries of one name.
 * Source: APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12, 4.3.16 and 4.4.
 */
export function readDirectory(zip: Buffer, mostEntries: number): Entry[] {
  if (zip.length < endLength || zip.readUInt32LE(0) !== signatures.local) throw unusableFile('noZip');
  const { count, start, end } = readEnd(zip);
  if (count > mostEntries) throw unusableFile('tooManyEntries', { most: mostEntries });
  const entries: Entry[] = [];
  let at = start;
  while (entries.length < count) {
    const { entry, length } = readRecord(zip, at, end);
    entries.push(entry);
    at += length;
  }
  if (at !== end) throw unusableFile('damaged');
  refuseTwins(entries);
  return entries;
}

/** The last one in the file, as whoever searches from its end finds it; behind it nothing but its own comment. */
function readEnd(zip: Buffer): { count: number; start: number; end: number } {
  const end = zip.lastIndexOf(endBytes);
  if (end < 0 || end + endLength > zip.length) throw unusableFile('damaged');
  const [disk, startDisk, here, count] = [4, 6, 8, 10].map((offset) => zip.readUInt16LE(end + offset));
  const [size, start] = [12, 16].map((offset) => zip.readUInt32LE(end + offset));
  const isWhole = disk === 0 && startDisk === 0 && here === count && (start ?? 0) + (size ?? 0) === end;
  if (!isWhole || count === undefined || start === undefined || end + endLength + zip.readUInt16LE(end + 20) !== zip.length) throw unusableFile('damaged');
  return { count, start, end };
}

function readRecord(zip: Buffer, at: number, end: number): { entry: Entry; length: number } {
  if (at + recordLength > end || zip.readUInt32LE(at) !== signatures.central) throw unusableFile('damaged');
  const [nameLength = 0, extraLength = 0, commentLength = 0] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset));
  const length = recordLength + nameLength + extraLength + commentLength;
  if (at + length > end) throw unusableFile('damaged');
  const name = checkedName(zip.subarray(at + recordLength, at + recordLength + nameLength));
  refuseKind(zip, at, name);
  const entry = {
    name,
    isStored: zip.readUInt16LE(at + 10) === 0,
    hasDescriptor: (zip.readUInt16LE(at + 8) & flag.descriptor) !== 0,
    crc: zip.readUInt32LE(at + 16),
    packedSize: zip.readUInt32LE(at + 20),
    size: zip.readUInt32LE(at + 24),
    offset: zip.readUInt32LE(at + 42),
  };
  if ([entry.packedSize, entry.size, entry.offset].some(isElsewhere)) throw unusableFile('damaged');
  return { entry, length };
}

const methods = { stored: 0, deflated: 8 } as const;

function refuseKind(zip: Buffer, at: number, name: string): void {
  const flags = zip.readUInt16LE(at + 8);
  const method = zip.readUInt16LE(at + 10);
  const values = { name: shownName(name) };
  if ((flags & (flag.encrypted | flag.stronglyEncrypted | flag.maskedHeader)) !== 0) throw unusableFile('encrypted', values);
  if (method !== methods.stored && method !== methods.deflated) throw unusableFile('method', values);
  if (!isPlain(zip.readUInt32LE(at + 38))) throw unusableFile('link', values);
}

/** Type bits of a Unix mode in the upper half of the external attributes: none, a regular file or a folder. */
function isPlain(attributes: number): boolean {
  return [0, 0o100000, 0o040000].includes((attributes >>> 16) & 0o170000);
}

function refuseTwins(entries: readonly Entry[]): void {
  const seen = new Set<string>();
  for (const { name } of entries) {
    const folded = foldedName(name);
    if (seen.has(folded)) throw unusableFile('twice', { name: shownName(name) });
    seen.add(folded);
  }
}
