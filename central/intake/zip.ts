import { open, type FileHandle } from 'node:fs/promises';
import { Readable, type Transform } from 'node:stream';
import { createInflateRaw } from 'node:zlib';

/** Reads ZIP archives (APPNOTE.TXT 6.3), with ZIP64: what some agents bring a whole media package in. */

export interface ZipEntry {
  /** With `/` between folders. */
  name: string;
  sizeBytes: number;
  /** Its content, unpacked. */
  read(): Readable;
}

export interface Zip {
  entries: readonly ZipEntry[];
  close(): Promise<void>;
}

/** What is wrong with an archive, in words. */
export class ZipError extends Error {}

const END = 0x06_05_4b_50;
const END_64 = 0x06_06_4b_50;
const END_64_LOCATOR = 0x07_06_4b_50;
const ENTRY = 0x02_01_4b_50;
const LOCAL = 0x04_03_4b_50;
const END_BYTES = 22;
const MOST_COMMENT_BYTES = 65_535;
const MOST_DIRECTORY_BYTES = 32 << 20;

/** Opens an archive by the directory at its end. Throws `ZipError`. */
export async function openZip(path: string): Promise<Zip> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const directory = await directoryOf(file, size);
    return { entries: [...entriesOf(file, directory, size)], close: () => file.close() };
  } catch (error) {
    await file.close();
    throw error instanceof RangeError ? new ZipError('the archive is broken') : error;
  }
}

async function bytesAt(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at);
  if (bytesRead < length) throw new ZipError('the archive is cut off');
  return buffer;
}

async function directoryOf(file: FileHandle, size: number): Promise<Buffer> {
  const tailBytes = Math.min(size, END_BYTES + MOST_COMMENT_BYTES);
  const tail = await bytesAt(file, size - tailBytes, tailBytes);
  let at = tail.length - END_BYTES;
  while (at >= 0 && tail.readUInt32LE(at) !== END) at -= 1;
  if (at < 0) throw new ZipError('this is no ZIP archive, or its end is missing');
  let [length, offset] = [tail.readUInt32LE(at + 12), tail.readUInt32LE(at + 16)];
  const hasLocator = at >= 20 && tail.readUInt32LE(at - 20) === END_64_LOCATOR;
  if (hasLocator) {
    const end64 = await bytesAt(file, Number(tail.readBigUInt64LE(at - 12)), 56);
    if (end64.readUInt32LE(0) !== END_64) throw new ZipError('the archive is broken');
    [length, offset] = [Number(end64.readBigUInt64LE(40)), Number(end64.readBigUInt64LE(48))];
  }
  if (length > MOST_DIRECTORY_BYTES) throw new ZipError('the directory of the archive is too large');
  return bytesAt(file, offset, length);
}

function* entriesOf(file: FileHandle, directory: Buffer, fileBytes: number): Generator<ZipEntry> {
  let at = 0;
  while (at + 46 <= directory.length) {
    if (directory.readUInt32LE(at) !== ENTRY) throw new ZipError('the directory of the archive is broken');
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((field) => directory.readUInt16LE(at + field)) as [
      number,
      number,
      number,
    ];
    const name = directory.toString('utf8', at + 46, at + 46 + nameBytes);
    const extra = directory.subarray(at + 46 + nameBytes, at + 46 + nameBytes + extraBytes);
    const found = placeOf(directory, at, extra);
    const method = directory.readUInt16LE(at + 10);
    const encrypted = (directory.readUInt16LE(at + 8) & 1) === 1;
    at += 46 + nameBytes + extraBytes + commentBytes;
    if (name.endsWith('/')) continue;
    if (encrypted || (method !== 0 && method !== 8))
      throw new ZipError(`${name} is packed in a way that is not known here`);
    if (found.offset + found.packedBytes > fileBytes) throw new ZipError('the archive is broken');
    yield { name, sizeBytes: found.sizeBytes, read: () => contentOf(file, found, method === 8) };
  }
}

interface Place {
  packedBytes: number;
  sizeBytes: number;
  offset: number;
}

const IN_EXTRA = 0xff_ff_ff_ff;

/** Where it lies; what is too large for 32 bits stands in the extra field, in this order. */
function placeOf(directory: Buffer, at: number, extra: Buffer): Place {
  const place: Place = {
    sizeBytes: directory.readUInt32LE(at + 24),
    packedBytes: directory.readUInt32LE(at + 20),
    offset: directory.readUInt32LE(at + 42),
  };
  for (let field = 0; field + 4 <= extra.length; field += 4 + extra.readUInt16LE(field + 2)) {
    if (extra.readUInt16LE(field) !== 1) continue;
    let value = field + 4;
    for (const key of ['sizeBytes', 'packedBytes', 'offset'] as const) {
      if (place[key] !== IN_EXTRA) continue;
      place[key] = Number(extra.readBigUInt64LE(value));
      value += 8;
    }
  }
  return place;
}

function contentOf(file: FileHandle, { offset, packedBytes, sizeBytes }: Place, packed: boolean): Readable {
  const raw = Readable.from(rawBytes(file, offset, packedBytes));
  if (!packed) return raw;
  const inflate = createInflateRaw();
  raw.on('error', (error) => inflate.destroy(error));
  return Readable.from(bounded(raw.pipe(inflate), sizeBytes));
}

/** What unpacks to more than the directory says is a trap. */
async function* bounded(stream: Transform, mostBytes: number): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw new ZipError('the archive unpacks to more than it says');
    yield chunk;
  }
}

async function* rawBytes(file: FileHandle, offset: number, length: number): AsyncGenerator<Buffer> {
  const head = await bytesAt(file, offset, 30);
  if (head.readUInt32LE(0) !== LOCAL) throw new ZipError('the archive is broken');
  let at = offset + 30 + head.readUInt16LE(26) + head.readUInt16LE(28);
  const end = at + length;
  while (at < end) {
    const chunk = await bytesAt(file, at, Math.min(1 << 20, end - at));
    yield chunk;
    at += chunk.length;
  }
}
