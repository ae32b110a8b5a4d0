import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Log } from '#lib/runtime/log.ts';

/** Where a service is reached. No addresses, or port `undefined`: it is off. */
export interface Place {
  addresses: readonly string[];
  /** 0: any free one, the same on all addresses. */
  port: number | undefined;
}

export interface Listeners {
  /** Undefined while off. */
  readonly port: number | undefined;
  /** Listens elsewhere (or nowhere); connections that are open stay. Rejects, and listens as before, if it cannot. */
  move(port: number | undefined): Promise<void>;
  /** Takes no more connections, ends those that are open and waits for their end. */
  close(): Promise<void>;
}

export interface ListenOptions {
  /** For messages. */
  name: string;
  log: Log;
  onSocket: (socket: Socket) => void;
  /** What comes beyond is closed at once, and so are more than half as many from one address. */
  mostSockets: number;
  /** Told to those. */
  refusal?: string;
  /** A client may end its side and still be answered; who takes the socket ends it. */
  halfOpen?: boolean;
}

const KEEP_ALIVE_MS = 60_000;

/** Listens on every address of the place. Rejects if one of them cannot be had. */
export async function startListeners(
  place: Place,
  { name, log, onSocket, mostSockets, refusal = '', halfOpen = false }: ListenOptions,
): Promise<Listeners> {
  const sockets = new Set<Socket>();
  const take = (socket: Socket): void => {
    socket.on('error', () => undefined);
    const fromThere = [...sockets].filter(({ remoteAddress }) => remoteAddress === socket.remoteAddress).length;
    if (sockets.size >= mostSockets || fromThere >= mostSockets / 2) {
      socket.write(refusal);
      return socket.destroySoon();
    }
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    onSocket(socket);
  };
  const open = async (wanted: number | undefined): Promise<Server[]> => {
    if (wanted === undefined) return [];
    const servers: Server[] = [];
    let port = wanted;
    try {
      for (const host of place.addresses) {
        const server = await listen(take, host, port, halfOpen);
        servers.push(server);
        server.on('error', (error) => log.error({ err: error, name }, 'listener'));
        port = portOf(server);
      }
    } catch (error) {
      await Promise.all(servers.map(closed));
      throw new Error(`${name}: ${(error as Error).message}`, { cause: error });
    }
    return servers;
  };
  let servers = await open(place.port);
  return {
    get port() {
      return servers[0] && portOf(servers[0]);
    },
    async move(port) {
      if (port !== undefined && port !== 0 && servers[0] && portOf(servers[0]) === port) return;
      const before = servers;
      servers = await open(port);
      for (const server of before) server.close();
    },
    async close() {
      const ended = Promise.all(servers.map(closed));
      for (const socket of sockets) socket.destroy();
      await ended;
    },
  };
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;
const closed = (server: Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()));

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

/** IPv4 clients of a dual-stack socket appear as `::ffff:1.2.3.4`. */
export const plainAddress = (address: string | undefined): string => (address ?? '').replace(/^::ffff:(?=\d+\.)/i, '');
