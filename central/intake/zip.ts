import { open, type FileHandle } from 'node:fs/promises';
import { Readable, type Transform } from 'node:stream';
import { createInflateRaw } from 'node:zlib';
import { percentDecoded } from '@amphi/lib/runtime/texts/percent.ts';

/** Reads ZIP archives (APPNOTE.TXT 6.3) with ZIP64: some agents send a whole media package in one. */

/** File of an archive. */
export interface ZipEntry {
  /** Path with `/` between folders; decoded from UTF-8, or from Latin-1 where it is not valid UTF-8. */
  name: string;
  /** The same path decoded from DOS code page 437, where the archive does not say that it is UTF-8. */
  dosName: string | undefined;
  sizeBytes: number;
  /** Content of the file, unpacked. */
  read(): Readable;
}

/** Open archive. */
export interface Zip {
  /** Files of the archive, without folders. */
  entries: readonly ZipEntry[];
  /** File that a manifest names, however the name is written there; undefined: there is none. */
  find(path: string): ZipEntry | undefined;
  /** Size of the archive itself, in bytes. */
  packedBytes: number;
  close(): Promise<void>;
}

/** Reason why an archive cannot be read. */
export class ZipError extends Error {}

/** Signatures of the records of an archive (APPNOTE.TXT 4.3). */
const END = 0x06_05_4b_50;
const END_64 = 0x06_06_4b_50;
const END_64_LOCATOR = 0x07_06_4b_50;
const ENTRY = 0x02_01_4b_50;
const LOCAL = 0x04_03_4b_50;
/** Bytes of the record at the end of an archive, without its comment. */
const END_BYTES = 22;
/** Bytes of the comment at the end of an archive; the format allows no more. */
const MOST_COMMENT_BYTES = 65_535;
/** Bytes of the directory of an archive; one with more is refused. */
const MOST_DIRECTORY_BYTES = 8 << 20;
/** Files in an archive; one with more is refused. */
const MOST_ENTRIES = 10_000;

/** Opens an archive by the directory at its end. Throws `ZipError`. */
export async function openZip(path: string): Promise<Zip> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const directory = await directoryOf(file, size);
    const entries = [...entriesOf(file, directory, size)];
    const find = finderOf(entries);
    return { entries, find, packedBytes: size, close: () => file.close() };
  } catch (error) {
    await file.close();
    throw error instanceof RangeError ? new ZipError('the archive is broken') : error;
  }
}

/**
 * Makes the function that finds files by name: first by the exact name, then with `%41` decoded, then with accents
 * composed in one way or the other, last in the code page of DOS. Each of these has a map, so that the work does not
 * grow with the square of the number of files.
 */
function finderOf(entries: readonly ZipEntry[]): Zip['find'] {
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  const composed = new Map(entries.map((entry) => [entry.name.normalize('NFC'), entry]));
  const dos = new Map(
    entries.flatMap((entry) => (entry.dosName === undefined ? [] : [[entry.dosName, entry] as const])),
  );
  return (path) => {
    const names = [path, percentDecoded(path)];
    for (const name of names) if (byName.has(name)) return byName.get(name);
    for (const name of names) if (composed.has(name.normalize('NFC'))) return composed.get(name.normalize('NFC'));
    return names.map((name) => dos.get(name.normalize('NFC'))).find((entry) => entry !== undefined);
  };
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
  let [at, count] = [0, 0];
  while (at + 46 <= directory.length) {
    if (directory.readUInt32LE(at) !== ENTRY) throw new ZipError('the directory of the archive is broken');
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((field) => directory.readUInt16LE(at + field)) as [
      number,
      number,
      number,
    ];
    if (++count > MOST_ENTRIES) throw new ZipError(`the archive has more than ${MOST_ENTRIES} files`);
    const isUtf8 = (directory.readUInt16LE(at + 8) & 0x8_00) !== 0;
    const { name, dosName } = namesOf(directory.subarray(at + 46, at + 46 + nameBytes), isUtf8);
    const extra = directory.subarray(at + 46 + nameBytes, at + 46 + nameBytes + extraBytes);
    const found = placeOf(directory, at, extra);
    const method = directory.readUInt16LE(at + 10);
    const encrypted = (directory.readUInt16LE(at + 8) & 1) === 1;
    at += 46 + nameBytes + extraBytes + commentBytes;
    if (name.endsWith('/')) continue;
    if (encrypted || (method !== 0 && method !== 8))
      throw new ZipError(`${name} is packed in a way that is not known here`);
    const isWhole = found.offset + found.packedBytes <= fileBytes;
    if (!isWhole || (method === 0 && found.packedBytes !== found.sizeBytes))
      throw new ZipError('the archive is broken');
    yield { name, dosName, sizeBytes: found.sizeBytes, read: () => contentOf(file, found, method === 8) };
  }
}

/** Names of a file: one that is not UTF-8 is Latin-1 or, as DOS wrote it, code page 437. */
function namesOf(bytes: Buffer, isUtf8: boolean): Pick<ZipEntry, 'name' | 'dosName'> {
  const text = bytes.toString('utf8');
  if (isUtf8 || Buffer.from(text, 'utf8').equals(bytes)) return { name: text, dosName: undefined };
  return { name: bytes.toString('latin1'), dosName: dosText(bytes) };
}

/** Upper half of code page 437, as far as it occurs in file names; all other characters become `_`. */
const CODE_PAGE_437 = 'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»';

const dosText = (bytes: Buffer): string =>
  [...bytes].map((byte) => (byte < 0x80 ? String.fromCodePoint(byte) : (CODE_PAGE_437[byte - 0x80] ?? '_'))).join('');

interface Place {
  packedBytes: number;
  sizeBytes: number;
  offset: number;
}

const IN_EXTRA = 0xff_ff_ff_ff;

/** Position of a file; numbers that are too large for 32 bits stand in the extra field, in this order. */
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

/** Unpacked bytes of a file; throws if they are more than the directory says, which is an attack. */
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
