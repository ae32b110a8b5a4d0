import { Duplex } from 'node:stream';

/** One end of a channel between two threads, as `parentPort` and `Worker` have it. */
export interface ThreadPort {
  postMessage(bytes: Uint8Array, moved: readonly ArrayBuffer[]): void;
  on(event: 'message', hear: (bytes: Uint8Array) => void): unknown;
}

/**
 * Opens a stream of bytes over a channel between two threads. Written bytes are copied once, then moved to the other
 * thread.
 */
export function openPortStream(port: ThreadPort): Duplex {
  const post = (bytes: Uint8Array): void => port.postMessage(bytes, [bytes.buffer as ArrayBuffer]);
  const stream = new Duplex({
    read: () => undefined,
    write(chunk: Buffer, _, done) {
      post(new Uint8Array(chunk));
      done();
    },
    writev(chunks, done) {
      post(joined(chunks.map(({ chunk }) => chunk as Buffer)));
      done();
    },
  });
  port.on('message', ({ buffer, byteOffset, byteLength }) =>
    stream.push(Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength)),
  );
  return stream;
}

function joined(chunks: readonly Buffer[]): Uint8Array {
  const bytes = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
