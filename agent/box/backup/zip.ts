import { crc32, deflateRawSync } from 'node:zlib';

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const VERSION = 20;
/** General purpose flags of an entry: bit 11, its name is UTF-8 (PKWARE APPNOTE 4.4.4). */
const FLAGS = 1 << 11;
const DEFLATE = 8;

/**
 * Packs files, by their names, into a ZIP (PKWARE APPNOTE 6.3, without ZIP64: less than 4 GB). Times are in the
 * machine's time zone.
 */
export function zipOf(files: Readonly<Record<string, string | Buffer>>, at = new Date()): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(files)) {
    const [path, bytes] = [Buffer.from(name), Buffer.from(content)];
    const packed = deflateRawSync(bytes);
    const common = header(path, bytes, packed, at);
    const local = Buffer.concat([word(LOCAL), common, path, packed]);
    directory.push(
      Buffer.concat([word(CENTRAL), half(VERSION), common, half(0), half(0), half(0), word(0), word(offset), path]),
    );
    parts.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const count = half(directory.length);
  const end = [word(END), half(0), half(0), count, count, word(central.length), word(offset), half(0)];
  return Buffer.concat([...parts, central, ...end]);
}

/** The fields that a file's own header and its entry in the directory share. */
function header(path: Buffer, bytes: Buffer, packed: Buffer, at: Date): Buffer {
  const time = (at.getHours() << 11) | (at.getMinutes() << 5) | (at.getSeconds() >> 1);
  const date = ((at.getFullYear() - 1980) << 9) | ((at.getMonth() + 1) << 5) | at.getDate();
  return Buffer.concat([
    half(VERSION),
    half(FLAGS),
    half(DEFLATE),
    half(time),
    half(date),
    word(crc32(bytes)),
    word(packed.length),
    word(bytes.length),
    half(path.length),
    half(0),
  ]);
}

function half(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
