import { readFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { openTurns } from '#lib/runtime/turns.ts';
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

/** Bytes whose checksum is reckoned at a time: a day of sound has 104 MB. */
const IN_A_TURN = 1 << 20;

async function checksumOf(content: Uint8Array): Promise<number> {
  const turns = openTurns();
  let sum = 0;
  for (let at = 0; at < content.length; at += IN_A_TURN) {
    sum = crc32(content.subarray(at, at + IN_A_TURN), sum);
    await turns.over();
  }
  return sum;
}

/** The bytes of a file, in two pieces that follow each other. */
export async function formatEnvelope({ values }: Envelope): Promise<Buffer[]> {
  const content = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  const head = Uint32Array.of(MAGIC, VERSION, values.length / PER_BLOCK, await checksumOf(content));
  return [Buffer.from(head.buffer), content];
}

/** The envelope in the bytes of a file; undefined: they are none, or of another version, or damaged. */
export async function parseEnvelope(bytes: Buffer): Promise<Envelope | undefined> {
  if (bytes.length < HEAD_BYTES) return undefined;
  // Numbers may begin at each fourth byte of memory; others are copied.
  const { buffer, byteOffset } = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
  const [magic, version, blocks, checksum] = new Uint32Array(buffer, byteOffset, HEAD_NUMBERS);
  if (magic !== MAGIC || version !== VERSION || bytes.length !== HEAD_BYTES + blocks! * PER_BLOCK * 4) return undefined;
  const values = new Float32Array(buffer, byteOffset + HEAD_BYTES, blocks! * PER_BLOCK);
  return (await checksumOf(bytes.subarray(HEAD_BYTES))) === checksum ? { values } : undefined;
}

/** The envelope in a file, as `parseEnvelope` gives it. Rejects if it cannot be read. */
export const readEnvelopeFile = async (path: string): Promise<Envelope | undefined> =>
  parseEnvelope(await readFile(path));
