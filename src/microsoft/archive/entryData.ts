import type { Entry } from './directory.ts';
import { shownName } from './entryNames.ts';
import { unusableFile } from './unusable.ts';

const localSignature = 0x04034b50;
const descriptorSignature = 0x08074b50;
const localLength = 30;

/** Where an entry's own bytes begin and end in the zip: from its header to its last byte, with its descriptor where it has one. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * The packed bytes of an entry. Its local header and its descriptor must say what the central directory says: a reader that goes
 * by the one sees the same file as a reader that goes by the other. Source: APPNOTE.TXT 6.3.10, sections 4.3.7 and 4.3.9.
 */
export function packedBytes(zip: Buffer, entry: Entry): { packed: Uint8Array; span: Span } {
  const { offset, packedSize } = entry;
  const damaged = unusableFile('contradicts', { name: shownName(entry.name) });
  if (offset + localLength > zip.length || zip.readUInt32LE(offset) !== localSignature) throw damaged;
  const nameLength = zip.readUInt16LE(offset + 26);
  const start = offset + localLength + nameLength + zip.readUInt16LE(offset + 28);
  const end = start + packedSize;
  if (end > zip.length || !isSameHeader(zip, entry)) throw damaged;
  const descriptorLength = entry.hasDescriptor ? readDescriptor(zip, end, entry) : 0;
  if (descriptorLength === undefined) throw damaged;
  return { packed: zip.subarray(start, end), span: { from: offset, to: end + descriptorLength } };
}

function isSameHeader(zip: Buffer, entry: Entry): boolean {
  const { offset, name, isStored, hasDescriptor } = entry;
  const nameAt = offset + localLength;
  const isSameName = zip.subarray(nameAt, nameAt + zip.readUInt16LE(offset + 26)).equals(Buffer.from(name));
  const isSameMethod = zip.readUInt16LE(offset + 8) === (isStored ? 0 : 8);
  const isSameFlags = ((zip.readUInt16LE(offset + 6) & 8) !== 0) === hasDescriptor;
  const told = [14, 18, 22].map((at) => zip.readUInt32LE(offset + at));
  const known = [entry.crc, entry.packedSize, entry.size];
  return isSameName && isSameMethod && isSameFlags && told.every((value, index) => value === known[index] || (hasDescriptor && isLeftOpen(value)));
}

/** Of what comes later in the descriptor nothing is known yet; with ZIP64, all ones. */
function isLeftOpen(value: number): boolean {
  return value === 0 || value === 0xffffffff;
}

/** Its length when it agrees with the directory. With or without its signature, sizes of four bytes or of eight: writers differ. */
function readDescriptor(zip: Buffer, at: number, { crc, packedSize, size }: Entry): number | undefined {
  const forms = [true, false].flatMap((isSigned) => [4, 8].map((width) => descriptor({ crc, packedSize, size, isSigned, width })));
  return forms.find((form) => zip.subarray(at, at + form.length).equals(form))?.length;
}

function descriptor({ crc, packedSize, size, isSigned, width }: { crc: number; packedSize: number; size: number; isSigned: boolean; width: number }): Buffer {
  const numbers = Buffer.alloc(4 + 2 * width);
  numbers.writeUInt32LE(crc, 0);
  numbers.writeUInt32LE(packedSize, 4);
  numbers.writeUInt32LE(size, 4 + width);
  if (!isSigned) return numbers;
  const signature = Buffer.alloc(4);
  signature.writeUInt32LE(descriptorSignature);
  return Buffer.concat([signature, numbers]);
}
