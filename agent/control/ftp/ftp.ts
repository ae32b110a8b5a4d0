import { commands } from './ftp-commands.ts';
import type { FtpOptions } from './ftp-client.ts';
import { FtpConnection } from './ftp-connection.ts';
import { startListeners, type Listeners } from '../session/listen.ts';

/** Starts FTP with explicit TLS (RFC 959, 2228, 2389, 2428, 3659, 4217). Rejects if it cannot listen. */
export async function startFtp(options: FtpOptions): Promise<Listeners> {
  const connections = new Set<FtpConnection>();
  const listeners = await startListeners(options, {
    name: 'ftp',
    log: options.log,
    mostSockets: options.mostConnections ?? 64,
    refusal: '421 Too many connections\r\n',
    onSocket(socket) {
      const connection = new FtpConnection(socket, options, commands);
      connections.add(connection);
      socket.once('close', () => connections.delete(connection));
    },
  });
  return {
    get port() {
      return listeners.port;
    },
    move: (port) => listeners.move(port),
    async close() {
      for (const connection of connections) connection.end();
      await listeners.close();
    },
  };
}
