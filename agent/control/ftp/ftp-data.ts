import { connect, createServer, isIPv4, type AddressInfo, type Server, type Socket } from 'node:net';
import { TLSSocket, type SecureContext } from 'node:tls';
import { plainAddress } from '#lib/runtime/addresses.ts';

/** Addresses and ports that data connections may use. */
export interface DataOptions {
  /**
   * The client's address on the control connection. Data connections are made only from and to it (no bounce attack,
   * RFC 2577).
   */
  remoteAddress: string;
  localAddress: string;
  /** Ports for passive connections; if undefined, any free port. */
  passivePorts?: { from: number; to: number } | undefined;
}

/** The data connection of FTP: prepared by PASV, EPSV, PORT or EPRT, and used once. */
export interface DataConnection {
  /** Listens for the client's data connection and gives the port. Rejects if none is free. */
  listen(): Promise<number>;
  /** Sets the address to connect to; false if it is not the client's own, or if the port is below 1024. */
  aim(address: string, port: number): boolean;
  isReady(): boolean;
  /** Gives the data connection, encrypted if there is a context. Rejects if it does not exist within half a minute. */
  open(secure: SecureContext | undefined): Promise<Socket>;
  /** Gives up the connection that was prepared. */
  close(): void;
  /** Closes it, and refuses every later connection, since the client has gone. */
  end(): void;
}

/** Time in ms in which the data connection must be made; then the transfer is refused. */
const PATIENCE_MS = 30_000;
/** Time in ms without data on a data connection after which the client counts as gone; then the transfer ends. */
const SILENCE_MS = 120_000;

/** Makes the data connection of a client; nothing is connected yet. */
export function openDataConnection({ remoteAddress, localAddress, passivePorts }: DataOptions): DataConnection {
  let server: Server | undefined;
  let target: { address: string; port: number } | undefined;
  let arrived: Promise<Socket> | undefined;
  let isOver = false;

  const close = (): void => {
    server?.close();
    server = undefined;
    target = undefined;
    arrived = undefined;
  };
  const firstOf = (from: Server): Promise<Socket> =>
    new Promise((resolve, reject) => {
      let hasCome = false;
      const late = setTimeout(() => reject(new Error('nobody came')), PATIENCE_MS);
      late.unref();
      from.once('close', () => reject(new Error('given up')));
      from.on('connection', (socket) => {
        socket.on('error', () => undefined);
        if (hasCome || plainAddress(socket.remoteAddress) !== remoteAddress) return socket.destroy();
        hasCome = true;
        clearTimeout(late);
        // The promise is resolved before the server closes, since that would reject it.
        resolve(socket);
        from.close();
      });
    });
  const dial = ({ address, port }: { address: string; port: number }): Promise<Socket> =>
    new Promise((resolve, reject) => {
      const socket = connect({ host: address, port, localAddress });
      socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error('nobody answers')));
      socket.once('error', reject);
      socket.once('connect', () => resolve(socket));
    });

  return {
    async listen() {
      close();
      const opened = await listenWithin(localAddress, passivePorts);
      server = opened;
      if (isOver) {
        close();
        throw new Error('the client has gone');
      }
      arrived = firstOf(opened);
      arrived.catch(() => undefined);
      return (opened.address() as AddressInfo).port;
    },
    aim(address, port) {
      close();
      if (plainAddress(address) !== remoteAddress || port < 1024) return false;
      target = { address, port };
      return true;
    },
    isReady: () => arrived !== undefined || target !== undefined,
    async open(secure) {
      const coming = arrived ?? (target && dial(target));
      if (!coming) throw new Error('use PASV or PORT first');
      try {
        const socket = await coming;
        socket.on('error', () => undefined);
        socket.setTimeout(0);
        // The time-out is set on the socket that is read: with TLS that is not the one below.
        const used = secure ? encrypted(socket, secure) : socket;
        used.setTimeout(SILENCE_MS, () => used.destroy(new Error('silent')));
        return used;
      } finally {
        close();
      }
    },
    close,
    end() {
      isOver = true;
      close();
    },
  };
}

/** The encrypted socket. The box is the TLS server, whichever side connected (RFC 4217). */
export function encrypted(socket: Socket, secureContext: SecureContext): TLSSocket {
  const secure = new TLSSocket(socket, { isServer: true, secureContext });
  secure.on('error', () => undefined);
  return secure;
}

async function listenWithin(host: string, ports: { from: number; to: number } | undefined): Promise<Server> {
  if (!ports) return listen(host, 0);
  const count = ports.to - ports.from + 1;
  const start = Math.floor(Math.random() * count);
  for (let n = 0; n < count; n++) {
    const server = await listen(host, ports.from + ((start + n) % count)).catch(() => undefined);
    if (server) return server;
  }
  throw new Error('no port is free');
}

function listen(host: string, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer({ allowHalfOpen: true });
    server.once('error', reject);
    server.listen({ host, port, backlog: 4 }, () => {
      server.off('error', reject);
      server.on('error', () => undefined);
      resolve(server);
    });
  });
}

/** The address and port in the form of reply 227; undefined for IPv6. */
export const asPasv = (address: string, port: number): string | undefined =>
  isIPv4(address) ? `${address.replaceAll('.', ',')},${port >> 8},${port & 255}` : undefined;
