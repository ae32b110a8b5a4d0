import { readFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { PER_BLOCK, type Envelope } from './envelope.ts';

/**
 * Head of a file: four numbers of 32 bits, as processors of our machines order their bytes. They say that it is an envelope and
 * of which version, how many blocks it has, and the checksum of what follows: the values.
 */
const HEAD_NUMBERS = 4;
const HEAD_BYTES = HEAD_NUMBERS * 4;
/** Says what it is; with the bytes in another order it is not believed. */
const MAGIC = 0x414d_454e;
/** Version of the file, and of what its values mean: of another one the sound is read anew. */
const VERSION = 1;

/** The bytes of a file. */
export function formatEnvelope({ values }: Envelope): Buffer {
  const content = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  const head = Uint32Array.of(MAGIC, VERSION, values.length / PER_BLOCK, crc32(content));
  return Buffer.concat([Buffer.from(head.buffer), content]);
}

/** The envelope in the bytes of a file; undefined: they are none, or of another version, or damaged. */
export function parseEnvelope(bytes: Buffer): Envelope | undefined {
  if (bytes.length < HEAD_BYTES) return undefined;
  // A copy begins where numbers may begin.
  const { buffer } = new Uint8Array(bytes);
  const [magic, version, blocks, checksum] = new Uint32Array(buffer, 0, HEAD_NUMBERS);
  if (magic !== MAGIC || version !== VERSION || bytes.length !== HEAD_BYTES + blocks! * PER_BLOCK * 4) return undefined;
  const values = new Float32Array(buffer, HEAD_BYTES);
  return crc32(new Uint8Array(buffer, HEAD_BYTES)) === checksum ? { values } : undefined;
}

/** The envelope in a file, as `parseEnvelope` gives it. Rejects if it cannot be read. */
export const readEnvelopeFile = async (path: string): Promise<Envelope | undefined> =>
  parseEnvelope(await readFile(path));
