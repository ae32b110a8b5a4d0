import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, connect, type Socket } from 'node:net';

/** One stream's two ends: what a child writes into `far` is read by this process straight into memory of its own. */
export interface SocketPair {
  /** Reads by itself; tells `close` when the other end is gone. Destroy it before the memory is anybody else's. */
  near: Socket;
  /** To be handed to a child (`sockets` of its ChildSpec). */
  far: Socket;
}

/** Where the bytes go. */
export interface Landing {
  /** The next bytes are read into this, as many as there are and as fit. Never empty. */
  room(): Uint8Array;
  /** So many have come. */
  landed(bytes: number): void;
}

const TOKEN_BYTES = 16;

/**
 * Opens a pair. The pipes of a child process would give each piece of what they read a new buffer of 64 KiB, which for raw
 * pictures costs more than everything else done with them. Rejects when there are no descriptors left.
 */
export function openSocketPair(landing: Landing): Promise<SocketPair> {
  const { promise, resolve, reject } = Promise.withResolvers<SocketPair>();
  // An abstract name: nothing is left behind. Whoever finds it in time lacks the token.
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
        // From now on it is the reader's: a connection that breaks is told by `close`.
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
