import { crc32, deflateRawSync } from 'node:zlib';

/** One entry of a zip made by hand; whatever is given here stands there, true or not. */
export interface Made {
  readonly name: string | Buffer;
  readonly content?: string | Buffer;
  /** Compression method; 8, deflated, unless said otherwise. */
  readonly method?: number;
  readonly flags?: number;
  /** Upper half: the mode of Unix. */
  readonly attributes?: number;
  /** What is said in the central directory. */
  readonly said?: { readonly size?: number; readonly crc?: number; readonly name?: string };
  /** Checksum and sizes behind the data, with this size. */
  readonly descriptor?: { readonly size?: number; readonly isSigned?: boolean; readonly width?: 4 | 8 };
}

/** A zip of these entries, byte by byte. */
export function zipOf(entries: readonly Made[], { comment = '' } = {}): Buffer {
  const locals: Buffer[] = [];
  const records: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const { local, record } = made(entry, offset);
    locals.push(local);
    records.push(record);
    offset += local.length;
  }
  const directory = Buffer.concat(records);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([...locals, directory, end, Buffer.from(comment)]);
}

function made({ name, content = '', method = 8, flags = 0, attributes = 0, said = {}, descriptor }: Made, offset: number): { local: Buffer; record: Buffer } {
  const bytes = Buffer.from(content as Buffer);
  const packed = method === 8 ? deflateRawSync(bytes) : bytes;
  const localName = Buffer.from(name as Buffer);
  const centralName = said.name === undefined ? localName : Buffer.from(said.name);
  const known = { crc: said.crc ?? crc32(bytes), packed: packed.length, size: said.size ?? bytes.length };
  const allFlags = flags | (descriptor ? 8 : 0);
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(20, 4);
  header.writeUInt16LE(allFlags, 6);
  header.writeUInt16LE(method, 8);
  if (!descriptor) writeSizes(header, 14, known);
  header.writeUInt16LE(localName.length, 26);
  const record = Buffer.alloc(46);
  record.writeUInt32LE(0x02014b50, 0);
  record.writeUInt16LE(allFlags, 8);
  record.writeUInt16LE(method, 10);
  writeSizes(record, 16, known);
  record.writeUInt16LE(centralName.length, 28);
  record.writeUInt32LE(attributes, 38);
  record.writeUInt32LE(offset, 42);
  const behind = descriptor ? descriptorOf({ ...known, size: descriptor.size ?? known.size }, descriptor) : Buffer.alloc(0);
  return { local: Buffer.concat([header, localName, packed, behind]), record: Buffer.concat([record, centralName]) };
}

interface Sizes {
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
}

function writeSizes(into: Buffer, at: number, { crc, packed, size }: Sizes): void {
  into.writeUInt32LE(crc, at);
  into.writeUInt32LE(packed, at + 4);
  into.writeUInt32LE(size, at + 8);
}

function descriptorOf({ crc, packed, size }: Sizes, { isSigned = true, width = 4 }: NonNullable<Made['descriptor']>): Buffer {
  const bytes = Buffer.alloc(4 + 2 * width);
  bytes.writeUInt32LE(crc, 0);
  bytes.writeUInt32LE(packed, 4);
  bytes.writeUInt32LE(size, 4 + width);
  return isSigned ? Buffer.concat([Buffer.from('PK\u0007\u0008', 'latin1'), bytes]) : bytes;
}
