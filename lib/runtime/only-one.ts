import { createHash } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Holds a name on this machine until the process ends, however it ends (an abstract unix socket). Rejects when another
 * process holds it. The result gives it back.
 */
export function holdName(name: string): Promise<() => void> {
  const server = createServer((socket) => socket.destroy());
  const { promise, resolve, reject } = Promise.withResolvers<() => void>();
  server.once('error', reject);
  // A socket's name has 107 bytes at most, a folder's may be longer.
  server.listen(`\0amphi:${createHash('sha256').update(name).digest('hex')}`, () => {
    server.unref();
    resolve(() => server.close());
  });
  return promise;
}
