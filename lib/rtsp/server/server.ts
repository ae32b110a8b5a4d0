/** An RTSP 1.0 server (RFC 2326): streams of this process, and of publishers that it relays to players. */
import { createServer, type AddressInfo, type Server } from 'node:net';
import type { Log } from '#lib/runtime/log.ts';
import { openConnection } from './connection.ts';
import type { Credentials } from '#lib/runtime/access/digest.ts';
import { endSessions, isSameNetwork, SHARE_OF_A_NETWORK, type ServerContext } from './server-context.ts';
import type { LiveStream, MulticastGroup } from './live-stream.ts';
import { openMountStream, type MountStream } from './mount.ts';
import { openMulticastFeed, type MulticastFeed } from './multicast.ts';
import type { Packet, StreamParameters } from '../wire/packet.ts';
import type { PlayerInfo } from './player.ts';
import type { RecordSession } from './record-session.ts';
import type { RtpListener } from './relay-stream.ts';
import type { TrackDescription } from '../wire/sdp.ts';
import { openThrottle } from '#lib/runtime/access/throttle.ts';
import type { PortRange } from './udp-pair.ts';

/** Options of a server; defaults are in brackets. */
export interface RtspServerOptions {
  host: string;
  /** Port to listen on; 0 takes any free one. */
  port: number;
  log: Log;
  realm?: string;
  /** The user and password that a path needs, asked at each request of a player; with a result, Digest is required. */
  credentials?: (path: string) => Credentials | undefined;
  /** Whether an address may publish at a path; without it nobody may. */
  mayPublish?: (path: string, from: { address: string }) => boolean;
  publishCredentials?: (path: string) => Credentials | undefined;
  onPublisher?: (path: string, publication: Publication) => void;
  /** Sessions of players and publishers together (200); a further one is refused with 453. */
  maxSessions?: number;
  /** Seconds after which a silent session ends (60). */
  sessionTimeoutSeconds?: number;
  /** Seconds after which a session that has not begun to play or record ends, so that its place is free (30). */
  unusedSeconds?: number;
  /** Seconds within which the first request of a connection, and each request that has begun, must be complete (10). */
  requestTimeoutSeconds?: number;
  /** Bytes that may wait for one player, and that are kept for each stream (8 MiB). Beyond it units are lost. */
  maxQueueBytes?: number;
  /** Whether UDP is served, or with which ports, for firewalls. False: it is refused (461), and players use TCP. */
  udp?: boolean | PortRange;
}

/** A running server. */
export interface RtspServer {
  readonly port: number;
  /** Opens a path. Throws if the path is taken or the multicast address is no group. */
  mount(path: string, options?: { multicast?: MulticastGroup }): Mount;
  mounts(): StreamInfo[];
  /** Tells all clients that the server ends, and waits until every connection is closed. */
  close(): Promise<void>;
}

/** The state of one stream. */
export interface StreamInfo {
  path: string;
  kind: 'mount' | 'publication';
  tracks: number;
  players: PlayerInfo[];
}

/** A path that this process feeds. None of its functions throws or blocks. */
export interface Mount {
  readonly path: string;
  setParameters(parameters: StreamParameters): void;
  push(packet: Packet): void;
  /** Tells that the encoder failed: players wait for the next key picture. */
  breakOff(): void;
  players(): PlayerInfo[];
  close(): void;
}

/** A path that a publisher feeds. */
export interface Publication {
  readonly path: string;
  readonly address: string;
  readonly tracks: readonly TrackDescription[];
  readonly startedAtMs: number;
  receivedBytes(): number;
  players(): PlayerInfo[];
  /** Calls the listener for each RTP and RTCP packet; the result ends it. */
  onPacket(listener: RtpListener): () => void;
  /** Resolves when the publisher has gone. */
  readonly closed: Promise<void>;
  close(): void;
}

const SWEEP_MS = 500;
const DEFAULT_QUEUE_BYTES = 8 << 20;
/** Number of connections that are accepted besides those of sessions; a further one is closed at once. */
const SPARE_CONNECTIONS = 64;

/** Starts a server. Rejects if it cannot listen: the port is taken, or the address is not of this machine. */
export async function startRtspServer(options: RtspServerOptions): Promise<RtspServer> {
  const context = openServerContext(options);
  const mostConnections = context.maxSessions * 2 + SPARE_CONNECTIONS;
  const server = createServer((socket) => {
    const from = socket.remoteAddress ?? '';
    const fromThere = [...context.connections].filter(({ remoteAddress }) => isSameNetwork(remoteAddress, from)).length;
    // One network may have only its share of the connections, so that others still get one.
    if (fromThere >= mostConnections * SHARE_OF_A_NETWORK) return void socket.destroy();
    const connection = openConnection(socket, context);
    context.connections.add(connection);
    void connection.closed.then(() => context.connections.delete(connection));
  });
  server.maxConnections = mostConnections;
  await listen(server, options.host, options.port);
  server.on('error', (error) => context.log.error({ err: error }, 'RTSP listener'));
  const sweeper = setInterval(() => {
    const nowMs = performance.now();
    // Timers run before sockets are read. After a pause of this process, what has arrived meanwhile is read first.
    setImmediate(() => {
      for (const connection of context.connections) connection.sweep(nowMs);
    });
  }, SWEEP_MS);
  return {
    port: (server.address() as AddressInfo).port,
    mount: (path, { multicast } = {}) => openMount(context, path, multicast),
    mounts: () => [...context.streams.values()].map((stream) => infoOf(context, stream)),
    close: () => closeAll(server, sweeper, context),
  };
}

function openServerContext(options: RtspServerOptions): ServerContext {
  const streams = new Map<string, LiveStream>();
  const context: ServerContext = {
    log: options.log,
    realm: options.realm ?? 'Amphi',
    maxSessions: options.maxSessions ?? 200,
    maxQueueBytes: options.maxQueueBytes ?? DEFAULT_QUEUE_BYTES,
    sessionTimeoutSeconds: options.sessionTimeoutSeconds ?? 60,
    unusedSeconds: options.unusedSeconds ?? 30,
    requestTimeoutSeconds: options.requestTimeoutSeconds ?? 10,
    udp: options.udp !== false,
    udpPorts: typeof options.udp === 'object' ? options.udp : undefined,
    throttle: openThrottle(),
    streams,
    connections: new Set(),
    tunnels: new Map(),
    credentials: (path) => options.credentials?.(path),
    publishCredentials: (path) => options.publishCredentials?.(path),
    mayPublish: options.mayPublish,
    published: (session) => publish(context, session, options.onPublisher),
    ...openMulticasts(),
  };
  return context;
}

/** The multicast feeds: one for each stream, opened by the first member and closed by the last. */
function openMulticasts(): Pick<ServerContext, 'joinMulticast' | 'leaveMulticast'> {
  const feeds = new Map<LiveStream, { members: number; feed: Promise<MulticastFeed | undefined> }>();
  return {
    joinMulticast(stream, localAddress) {
      if (!stream.multicast) return Promise.resolve(undefined);
      const known = feeds.get(stream) ?? {
        members: 0,
        feed: openMulticastFeed(stream, stream.multicast, localAddress),
      };
      known.members += 1;
      feeds.set(stream, known);
      return known.feed;
    },
    leaveMulticast(stream) {
      const known = feeds.get(stream);
      if (!known || --known.members > 0) return;
      feeds.delete(stream);
      void known.feed.then((feed) => feed?.close());
    },
  };
}

function openMount(context: ServerContext, name: string, multicast: MulticastGroup | undefined): Mount {
  const path = name.replaceAll(/^\/+|\/+$/g, '');
  if (context.streams.has(path)) throw new Error(`RTSP path "${path}" is taken`);
  const stream: MountStream = openMountStream(path, { maxQueueBytes: context.maxQueueBytes, multicast });
  context.streams.set(path, stream);
  return {
    path,
    setParameters(parameters) {
      if (!stream.setParameters(parameters)) endSessions(context, stream, 'the stream has other tracks now');
    },
    push: (packet) => guarded(context, () => stream.push(packet)),
    breakOff: () => guarded(context, () => stream.breakOff()),
    players: () => playersOf(context, stream),
    close() {
      if (context.streams.get(path) === stream) context.streams.delete(path);
      endSessions(context, stream, 'the stream ends');
      stream.close();
    },
  };
}

/** Calls `act` and logs what it throws, so that a player's socket cannot stop the media. */
function guarded(context: ServerContext, act: () => void): void {
  try {
    act();
  } catch (error) {
    context.log.error({ err: error }, 'RTSP mount');
  }
}

/** Gives the path to the publisher until its session ends; then its players are disconnected. */
function publish(context: ServerContext, session: RecordSession, onPublisher: RtspServerOptions['onPublisher']): void {
  const { stream } = session;
  const { path } = stream;
  context.streams.set(path, stream);
  const closed = session.closed.then(() => {
    if (context.streams.get(path) === stream) context.streams.delete(path);
    endSessions(context, stream, 'the publisher has gone');
  });
  context.log.info({ path, address: session.remoteAddress, session: session.id }, 'publisher starts');
  guarded(context, () =>
    onPublisher?.(path, {
      path,
      address: session.remoteAddress,
      tracks: session.tracks,
      startedAtMs: session.startedAtMs,
      receivedBytes: () => stream.receivedBytes,
      players: () => playersOf(context, stream),
      onPacket: (listener) => stream.onPacket((...packet) => guarded(context, () => listener(...packet))),
      closed,
      close: () => endSessions(context, stream, 'closed here'),
    }),
  );
}

function playersOf(context: ServerContext, stream: LiveStream): PlayerInfo[] {
  const players: PlayerInfo[] = [];
  for (const { session } of context.connections) {
    const info = session?.role === 'play' && session.stream === stream ? session.info() : undefined;
    if (info) players.push(info);
  }
  return players;
}

function infoOf(context: ServerContext, stream: LiveStream): StreamInfo {
  return { path: stream.path, kind: stream.kind, tracks: stream.trackCount(), players: playersOf(context, stream) };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, backlog: 511 }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function closeAll(server: Server, sweeper: NodeJS.Timeout, context: ServerContext): Promise<void> {
  clearInterval(sweeper);
  const stopped = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const connection of context.connections) connection.end('the server closes');
  // Resolves when the last connection is closed.
  await stopped;
}
