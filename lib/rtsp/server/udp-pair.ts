/** Two neighbouring UDP ports, the even one for RTP, the next for RTCP (RFC 3550 section 11). */
import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';

/** An even port for RTP and the next one for RTCP. */
export interface UdpPair {
  rtp: Socket;
  rtcp: Socket;
  /** Port of `rtp`; `rtcp` has the next one. */
  port: number;
  close(): void;
}

/** The range of ports that may be used, for firewalls. */
export interface PortRange {
  from: number;
  to: number;
}

const EPHEMERAL_TRIES = 30;
/**
 * Size of the receive buffer in bytes, enough for the burst of a key picture. The kernel may give less
 * (`net.core.rmem_max`).
 */
const RECEIVE_BYTES = 1 << 20;

/** Binds a pair on `address`: the first free one of `range`, or any. Undefined if none is free. */
export async function openUdpPair(address: string, range?: PortRange): Promise<UdpPair | undefined> {
  for (const port of range ? evenPorts(range) : Array.from({ length: EPHEMERAL_TRIES }, () => 0)) {
    const pair = await tryPair(address, port);
    if (pair) return pair;
  }
  return undefined;
}

function* evenPorts(range: PortRange): Generator<number> {
  for (let port = range.from + (range.from % 2); port + 1 <= range.to; port += 2) yield port;
}

async function tryPair(address: string, wanted: number): Promise<UdpPair | undefined> {
  const first = await bindUdp(address, wanted);
  if (!first) return undefined;
  const port = first.address().port;
  const isEven = port % 2 === 0;
  const second = await bindUdp(address, isEven ? port + 1 : port - 1);
  if (!second) return void first.close();
  const [rtp, rtcp] = isEven ? [first, second] : [second, first];
  return { rtp, rtcp, port: isEven ? port : port - 1, close: () => [rtp, rtcp].forEach(closeQuietly) };
}

/** A bound socket; undefined if the port is taken. Later errors, as of an unreachable peer, are ignored. */
export function bindUdp(address: string, port: number): Promise<Socket | undefined> {
  const isV6 = isIPv6(address);
  const socket = createSocket({
    type: isV6 ? 'udp6' : 'udp4',
    recvBufferSize: RECEIVE_BYTES,
    // Addresses are numeric, so no resolver is asked for each packet.
    lookup: (host, _options, done) => done(null, host, isV6 ? 6 : 4),
  });
  return new Promise((resolve) => {
    socket.on('error', () => {
      closeQuietly(socket);
      resolve(undefined);
    });
    socket.bind({ address, port }, () => {
      socket.removeAllListeners('error');
      socket.on('error', () => undefined);
      resolve(socket);
    });
  });
}

/** Connects a socket to one peer: it sends to no other and receives from no other. */
export function connectUdp(socket: Socket, port: number, address: string): Promise<boolean> {
  return new Promise((resolve) => {
    try {
      socket.connect(port, address, (error?: Error) => resolve(!error));
    } catch {
      resolve(false);
    }
  });
}

/** Closes a socket; nothing happens if it is closed already. */
export function closeQuietly(socket: Socket): void {
  try {
    socket.close();
  } catch {
    // The socket was closed before.
  }
}
