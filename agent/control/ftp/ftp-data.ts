import { connect, createServer, isIPv4, type AddressInfo, type Server, type Socket } from 'node:net';
import { TLSSocket, type SecureContext } from 'node:tls';
import { plainAddress } from '#lib/runtime/addresses.ts';

/** Where data connections may come from and go to. */
export interface DataOptions {
  /** Address of the control connection. Data connections go only from and to it (no bounce attack, RFC 2577). */
  remoteAddress: string;
  localAddress: string;
  /** Ports for passive connections; any free port without it. */
  passivePorts?: { from: number; to: number } | undefined;
}

/** The data connection of FTP: prepared by PASV, EPSV, PORT or EPRT, and used once. */
export interface DataRoad {
  /** Listens for the client and gives the port. Rejects if none is free. */
  listen(): Promise<number>;
  /** Sets where to connect to; false if the address is not the client's own, or the port is below 1024. */
  aim(address: string, port: number): boolean;
  isReady(): boolean;
  /** Gives the connection, encrypted if there is a context. Rejects if it does not exist within half a minute. */
  open(secure: SecureContext | undefined): Promise<Socket>;
  /** Gives up what was prepared. */
  close(): void;
  /** Ends it for ever, when the client has gone. */
  end(): void;
}

const PATIENCE_MS = 30_000;
/** Silence on a data connection after which the client counts as gone; the transfer ends. */
const SILENCE_MS = 120_000;

/** Makes the data connection of a client. */
export function openDataRoad({ remoteAddress, localAddress, passivePorts }: DataOptions): DataRoad {
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
        // Comes before the server closes, so that the promise is settled by then.
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
        // The data are read when they are asked for; the timer is on the socket that is read.
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
