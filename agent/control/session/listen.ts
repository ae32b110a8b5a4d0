import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { startListening, type Listener, type Listening, type Place } from '#lib/runtime/listening.ts';
import { networkOf } from '#lib/runtime/addresses.ts';
import type { Log } from '#lib/runtime/log.ts';

export type { Place } from '#lib/runtime/listening.ts';

/** A service with its listeners. */
export interface Listeners extends Omit<Listening, 'stop'> {
  /** Accepts no more connections, cuts the open ones and waits for their end. */
  close(): Promise<void>;
}

/** Options of `startListeners`. */
export interface ListenOptions {
  /** Name of the service, for messages. */
  name: string;
  log: Log;
  onSocket: (socket: Socket) => void;
  /**
   * Number of connections at the same time. A further connection gets `refusal` and is closed, and so is one from a
   * network that already has half of this number.
   */
  mostSockets: number;
  /** Text for refused connections. */
  refusal?: string;
  /** Whether a client that ended its side still gets answers; then `onSocket` must end the connection. */
  halfOpen?: boolean;
}

const KEEP_ALIVE_MS = 60_000;

/** Listens on every address of `place`. Rejects if one of them is not available. */
export async function startListeners(
  place: Place,
  { name, log, onSocket, mostSockets, refusal = '', halfOpen = false }: ListenOptions,
): Promise<Listeners> {
  const sockets = new Map<Socket, string>();
  const take = (socket: Socket): void => {
    socket.on('error', () => undefined);
    const network = networkOf(socket.remoteAddress ?? '');
    const fromThere = [...sockets.values()].filter((other) => other === network).length;
    if (sockets.size >= mostSockets || fromThere >= mostSockets / 2) {
      socket.write(refusal);
      return socket.destroySoon();
    }
    sockets.set(socket, network);
    socket.once('close', () => sockets.delete(socket));
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    onSocket(socket);
  };
  const listening = await startListening(place, name, async (host, port) => {
    const server = await listen(take, host, port, halfOpen);
    server.on('error', (error) => log.error({ err: error, name }, 'listener'));
    return listenerOf(server);
  });
  return {
    get port() {
      return listening.port;
    },
    move: (port) => listening.move(port),
    async close() {
      const stopped = listening.stop();
      for (const socket of sockets.keys()) socket.destroy();
      await stopped;
    },
  };
}

const listenerOf = (server: Server): Listener => ({
  port: (server.address() as AddressInfo).port,
  stop: () => new Promise((resolve) => server.close(() => resolve())),
});

function listen(
  onSocket: (socket: Socket) => void,
  host: string,
  port: number,
  allowHalfOpen: boolean,
): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer({ allowHalfOpen }, onSocket);
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve(server);
    });
  });
}
