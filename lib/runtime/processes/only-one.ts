import { createHash } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Holds a name on this machine until the process ends in any way (an abstract unix socket). Rejects if another process
 * holds it. The result releases it.
 */
export function holdName(name: string): Promise<() => void> {
  const server = createServer((socket) => socket.destroy());
  const { promise, resolve, reject } = Promise.withResolvers<() => void>();
  server.once('error', reject);
  // The name is hashed, since a socket's name has at most 107 bytes and a folder's may have more.
  server.listen(`\0amphi:${createHash('sha256').update(name).digest('hex')}`, () => {
    server.unref();
    resolve(() => server.close());
  });
  return promise;
}
