import { open, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';

/**
 * Bodies of answers, as they come from a server that may be slow, endless or hostile: each way to take one is limited in bytes and,
 * for the whole of it, in time.
 */

/** Time for the whole of an answer that is a text; one that trickles is given up. */
const TEXT_MS = 60_000;
/** Time for the whole of a calendar; one that trickles is given up. Twenty megabytes by a line of 1 Mbit/s take three minutes. */
const FILE_MS = 300_000;
/** Time for the rest of an answer that nobody wants; then its connection is cut. */
const DROP_MS = 5000;
/** Size of a rest that is read, so that the connection ends in order; a larger one is cut off at once. */
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

/** Writes the whole body into `file`. Rejects as `textOfBody`; then the file is gone. */
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

/** Discards a body: a short one is read to its end, for a while; others are cut. */
export function dropBody(body: IncomingMessage): void {
  body.on('error', () => undefined);
  const { 'content-length': length } = body.headers;
  if (length === undefined || Number(length) >= DROP_BYTES) return void body.destroy();
  const late = setTimeout(() => body.destroy(), DROP_MS).unref();
  body.once('close', () => clearTimeout(late)).resume();
}

/** Takes each piece of a body in its turn. Rejects if one cannot be taken, or all do not come in time; then the body is cut. */
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
