import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import { createServer as createSecureServer, type Server as SecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { startListening, type Listening, type Place } from '#lib/runtime/listening.ts';
import type { Limits } from './limits.ts';
import { boundPipelines, limitPerAddress, refuseRawly } from './raw-sockets.ts';
import type { RtspTunnels } from './rtsp-tunnels.ts';

/** The certificate of the box, which may change while it runs. */
export interface WebCertificate {
  current(): { key: string; cert: string };
  onChange(listener: (certificate: { key: string; cert: string }) => void): () => void;
}

/** A port of the server. */
export interface Door extends Omit<Listening, 'stop'> {
  /** Stops listening and cuts all connections; a second call does nothing. */
  close(): Promise<void>;
}

/** Opens the server on a port, with HTTP, or with a certificate HTTPS; `tunnels` are served before pages. Rejects if it cannot listen. */
export async function openDoor(
  place: Place,
  answer: RequestListener,
  limits: Limits,
  certificate?: WebCertificate,
  tunnels?: RtspTunnels,
): Promise<Door> {
  const servers = new Set<Server | SecureServer>();
  /** Connections of TLS that have not finished their handshake, by where they come from. */
  const silent = new Map<string, Socket>();
  const forget = certificate?.onChange((next) => {
    for (const server of servers) if ('setSecureContext' in server) server.setSecureContext({ ...TLS, ...next });
  });
  const listening = await startListening(place, certificate ? 'https' : 'http', async (host, port) => {
    const server = makeServer(answer, limits, certificate, tunnels);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host, port }, () => {
        server.off('error', reject);
        resolve();
      });
    });
    servers.add(server);
    const key = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`;
    server.on('connection', (socket: Socket) => {
      const from = key(socket);
      silent.set(from, socket);
      socket.once('close', () => silent.delete(from));
    });
    // A connection is one of HTTP after its handshake.
    server.on('secureConnection', (socket: Socket) => silent.delete(key(socket)));
    server.once('close', () => servers.delete(server));
    return {
      port: (server.address() as AddressInfo).port,
      stop: () => new Promise((resolve) => server.close(() => resolve())),
    };
  });
  return {
    get port() {
      return listening.port;
    },
    move: (port) => listening.move(port),
    async close() {
      forget?.();
      const stopped = listening.stop();
      for (const server of servers) server.closeAllConnections();
      if (certificate) for (const socket of silent.values()) socket.destroy();
      await stopped;
    },
  };
}

const TLS = { minVersion: 'TLSv1.2' } as const;
/** Time for the handshake of TLS; a connection that takes longer is cut. */
const HANDSHAKE_MS = 10_000;

function makeServer(
  answer: RequestListener,
  limits: Limits,
  certificate?: WebCertificate,
  tunnels?: RtspTunnels,
): Server | SecureServer {
  const options: ServerOptions = {
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: 20_000,
    connectionsCheckingInterval: Math.min(2000, limits.headersMs / 4),
    maxHeaderSize: limits.headerBytes,
  };
  const inTurn = boundPipelines(tunnels?.before(answer) ?? answer);
  const server = certificate
    ? createSecureServer({ ...options, ...TLS, ...certificate.current(), handshakeTimeout: HANDSHAKE_MS }, inTurn)
    : createServer(options, inTurn);
  server.setTimeout(limits.idleMs);
  server.maxConnections = limits.connections;
  const secured = new WeakSet<object>();
  server.on('secureConnection', (socket: Socket) => secured.add(socket));
  server.on('clientError', (error: Error, socket) => {
    if (tunnels?.holds(socket as Socket)) return;
    // Nothing can be sent to a client before the end of its handshake.
    if (certificate && !secured.has(socket)) socket.destroy();
    else refuseRawly(error, socket as Socket);
  });
  limitPerAddress(server, limits.connectionsOfAnAddress);
  return server;
}
