import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, connect, type Socket } from 'node:net';

/** The two ends of a stream: what a child writes to `far`, this process reads into memory that it provides. */
export interface SocketPair {
  /**
   * Our end. It reads by itself and emits `close` when the other end is gone. Destroy it before the memory is used for
   * something else.
   */
  near: Socket;
  /** The child's end (`sockets` of its ChildSpec). */
  far: Socket;
}

/** The memory into which bytes are read. */
export interface Landing {
  /** The memory for the next bytes; never empty. At most as many are read as fit. */
  room(): Uint8Array;
  /** Says how many bytes were read into `room()`. */
  landed(bytes: number): void;
}

const TOKEN_BYTES = 16;

/**
 * Opens a pair. A child's pipe would allocate 64 KiB for each piece that is read, which for raw pictures costs more
 * than all the rest. Rejects if no file descriptors are left.
 */
export function openSocketPair(landing: Landing): Promise<SocketPair> {
  const { promise, resolve, reject } = Promise.withResolvers<SocketPair>();
  // An abstract name leaves no file. A process that finds it does not know the token.
  const name = `\0amphi-pair:${randomBytes(12).toString('hex')}`;
  const token = randomBytes(TOKEN_BYTES);
  const server = createServer();
  const fail = (error: Error): void => {
    server.close();
    reject(error);
  };
  server.once('error', fail);
  server.listen(name, () => {
    const near = connect({ path: name, onread: onreadOf(landing) });
    near.once('error', fail);
    near.write(token);
    server.on('connection', (far) => {
      far.on('error', () => undefined);
      far.once('data', (bytes: Buffer) => {
        if (bytes.length !== TOKEN_BYTES || !timingSafeEqual(bytes, token)) return void far.destroy();
        far.pause();
        server.close();
        // From here on errors are ignored: `close` tells the reader that the connection broke.
        near.off('error', fail).on('error', () => undefined);
        resolve({ near, far });
      });
    });
  });
  return promise;
}

const onreadOf = (landing: Landing) => ({
  buffer: () => landing.room(),
  callback(bytes: number): boolean {
    landing.landed(bytes);
    return true;
  },
});
