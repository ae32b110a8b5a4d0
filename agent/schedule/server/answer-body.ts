import { open, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';

/**
 * Reads bodies of answers from a server that may be slow, endless or hostile: each function has a limit in bytes and,
 * for the whole body, in time.
 */

/** Time in ms for a whole answer that is a text; a slower one is given up. */
const TEXT_MS = 60_000;
/**
 * Time in ms for a whole calendar; a slower one is given up. Twenty megabytes over a line of 1 Mbit/s take three
 * minutes.
 */
const FILE_MS = 300_000;
/** Time in ms for the rest of an answer that is not needed; then its connection is cut. */
const DROP_MS = 5000;
/** Bytes of such a rest that are read, so that the connection ends in order; for a larger one it is cut at once. */
const DROP_BYTES = 1 << 20;

/** The whole body as text. Rejects if it breaks off, has more than `limit` bytes, or takes longer than `wholeMs`. */
export async function textOfBody(body: Readable, limit: number, wholeMs = TEXT_MS): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  await whole(body, wholeMs, async (chunk) => {
    bytes += chunk.byteLength;
    if (bytes > limit) throw new Error(`the answer is longer than ${limit} bytes`);
    chunks.push(chunk);
  });
  return Buffer.concat(chunks).toString('utf8');
}

/** Writes the whole body into `file`. Rejects in the same cases as `textOfBody`; then the file is removed. */
export async function saveBody(body: Readable, file: string, maxBytes: number, wholeMs = FILE_MS): Promise<void> {
  const handle = await open(file, 'w', 0o600).catch((error: unknown) => {
    body.destroy();
    throw error;
  });
  let bytes = 0;
  try {
    await whole(body, wholeMs, async (chunk) => {
      bytes += chunk.byteLength;
      if (bytes > maxBytes) throw new Error(`it is larger than ${Math.round(maxBytes / 1e6)} MB`);
      await handle.write(chunk);
    });
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}

/** Discards a body: a short one is read to its end for some seconds; the connection of a longer one is cut. */
export function dropBody(body: IncomingMessage): void {
  body.on('error', () => undefined);
  const { 'content-length': length } = body.headers;
  if (length === undefined || Number(length) >= DROP_BYTES) return void body.destroy();
  const late = setTimeout(() => body.destroy(), DROP_MS).unref();
  body.once('close', () => clearTimeout(late)).resume();
}

/**
 * Passes each piece of a body to `take`, one after the other. Rejects if `take` does, or if the whole does not come in
 * time; then the body is cut.
 */
async function whole(body: Readable, wholeMs: number, take: (chunk: Buffer) => Promise<void>): Promise<void> {
  const why = new Error(`it did not arrive within ${wholeMs / 1000} s`);
  const late = setTimeout(() => body.destroy(why), wholeMs);
  try {
    for await (const chunk of body) await take(chunk as Buffer);
  } catch (error) {
    body.destroy();
    throw error;
  } finally {
    clearTimeout(late);
  }
}
