import { connect, createServer, isIPv4, type AddressInfo, type Server, type Socket } from 'node:net';
import { TLSSocket, type SecureContext } from 'node:tls';
import { plainAddress } from '../session/listen.ts';

export interface DataOptions {
  /** Of the control connection: data come from there and go there, and nowhere else (no bounce, RFC 2577). */
  remoteAddress: string;
  localAddress: string;
  /** Any free port when absent. */
  passivePorts?: { from: number; to: number } | undefined;
}

/** The second connection of FTP: prepared by PASV, EPSV, PORT or EPRT, and used once. */
export interface DataRoad {
  /** Listens for the client; gives the port. Rejects when none is free. */
  listen(): Promise<number>;
  /** False when the place is not the client's own, or a port below 1024. */
  aim(address: string, port: number): boolean;
  isReady(): boolean;
  /** The connection, encrypted if there is a context. Rejects if it does not come about within half a minute. */
  open(secure: SecureContext | undefined): Promise<Socket>;
  /** Gives up what was prepared. */
  close(): void;
  /** The client has gone: nothing can be prepared any more. */
  end(): void;
}

const PATIENCE_MS = 30_000;
/** No byte for so long: the client has gone without a word. */
const SILENCE_MS = 120_000;

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
        // Before the server closes: then it is settled.
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
        // Read when it is asked for; the timer is that of the socket that is read.
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

/** The box is the TLS server, whoever called whom (RFC 4217). */
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

/** `227` needs IPv4. */
export const asPasv = (address: string, port: number): string | undefined =>
  isIPv4(address) ? `${address.replaceAll('.', ',')},${port >> 8},${port & 255}` : undefined;
