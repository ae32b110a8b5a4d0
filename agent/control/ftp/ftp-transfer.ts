import type { Socket } from 'node:net';
import { afterSockets, sleep } from '#lib/runtime/clock.ts';
import type { Reading, Writing } from '../files/file-tree.ts';

const CHUNK_BYTES = 256 << 10;
/**
 * Time in ms in which the control connection of a killed client closes after its data connection. If it closes in this
 * time, the file does not count as complete. The wait is made in steps.
 */
const END_OF_BOTH_MS = 80;
const STEP_MS = 10;
/** Longest wait in ms, for a machine that is so busy that no step is in time. */
const MOST_END_OF_BOTH_MS = 2000;
/**
 * Time in ms in which a client must close its side of a data connection after the box has; then the connection is cut.
 */
const CLOSE_MS = 1000;

/** An error: the connection broke before the transfer was complete. */
export class BrokenTransfer extends Error {}

/** Sends a file from an offset to its end. Rejects if the client does not take all of it. */
export async function sendFile(file: Reading, offset: number, socket: Socket): Promise<void> {
  for (let at = offset; ;) {
    const chunk = await file.read(at, CHUNK_BYTES);
    if (chunk.length === 0) break;
    await sendBytes(socket, chunk);
    at += chunk.length;
  }
  await finish(socket);
}

/** Sends a text, such as a list. Rejects if the client does not take all of it. */
export async function sendText(text: string, socket: Socket): Promise<void> {
  await sendBytes(socket, Buffer.from(text));
  await finish(socket);
}

async function sendBytes(socket: Socket, bytes: Buffer): Promise<void> {
  if (socket.destroyed) throw new BrokenTransfer('the data connection broke off');
  if (!socket.write(bytes)) await unlessClosed(socket, (done) => void socket.once('drain', done));
}

/** Ends the box's side of a data connection, and waits until the client has taken everything. */
async function finish(socket: Socket): Promise<void> {
  if (socket.destroyed) throw new BrokenTransfer('the data connection broke off');
  // A socket must be read so that its end is noticed.
  socket.resume();
  const gone = new Promise<void>((resolve) => void socket.once('close', resolve));
  await unlessClosed(socket, (done) => void socket.end(done));
  await Promise.race([gone, sleep(CLOSE_MS)]);
  socket.destroy();
}

/** Resolves when `begin` calls `done`; rejects if the connection closes before. */
function unlessClosed(socket: Socket, begin: (done: () => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const closed = (): void => reject(new BrokenTransfer('the data connection broke off'));
    socket.once('close', closed);
    begin(() => {
      socket.off('close', closed);
      resolve();
    });
  });
}

/**
 * Stores the bytes that the client sends, from the offset at which the file was opened. The file is complete if the
 * client ended its side and its control connection is still open.
 */
export async function receiveFile(file: Writing, socket: Socket, isClientThere: () => boolean): Promise<void> {
  try {
    let at = file.startBytes;
    for await (const chunk of socket) {
      const bytes = chunk as Buffer;
      await file.write(at, bytes);
      at += bytes.length;
    }
    socket.end();
    await whileBothEnd(isClientThere);
    if (!isClientThere()) throw new BrokenTransfer('the client has gone');
    await file.commit();
  } finally {
    await file.abandon();
    socket.destroySoon();
  }
}

/**
 * Waits long enough to notice that a client was killed. Only steps that were in time count: during a late one, neither
 * the box nor the client's machine may have had a processor.
 */
async function whileBothEnd(isClientThere: () => boolean): Promise<void> {
  const untilMs = performance.now() + MOST_END_OF_BOTH_MS;
  for (let waitedMs = 0; waitedMs < END_OF_BOTH_MS && isClientThere() && performance.now() < untilMs;) {
    const beganMs = performance.now();
    await new Promise<void>((resolve) => void afterSockets(STEP_MS, resolve));
    if (performance.now() - beganMs < 2 * STEP_MS) waitedMs += STEP_MS;
  }
}
