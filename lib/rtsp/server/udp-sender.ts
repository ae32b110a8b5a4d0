/**
 * Sends units by UDP at a limited pace: a key picture or the first seconds at once would overflow the player's buffer.
 */
import type { Socket } from 'node:dgram';
import type { Unit } from '../wire/rtp.ts';

/** A paced sender over UDP. */
export interface UdpSender {
  /** Sends a unit; returns its bytes, or 0 if it is of a track that is not sent. */
  send(unit: Unit): number;
  queuedBytes(): number;
  /**
   * Whether the other side has refused the packets of each track for some seconds, so that nobody is listening there.
   */
  isRefused(): boolean;
  close(): void;
}

/** The connected sockets of one track. */
export interface UdpLane {
  rtp: Socket;
  rtcp: Socket;
}

/** Packets that are sent at once; after them, packets per millisecond (4 of 1340 bytes: 43 Mb/s). The rest waits. */
const BURST_PACKETS = 32;
const PACKETS_PER_MS = 4;
const TICK_MS = 4;
/**
 * Number of refused packets of a track, and the time in milliseconds over which they came, after which nobody listens
 * to it.
 */
const REFUSALS = 20;
const REFUSED_MS = 3000;
/**
 * Milliseconds between two refusals beyond which the count begins anew: single ones now and then come from another
 * program.
 */
const APART_MS = 5000;

/** The refusals by one port: how many, since when, and the last. */
interface Outcome {
  refusals: number;
  sinceMs: number;
  lastMs: number;
}

/** Makes a sender. `lanes` are by track; a track without a lane is not sent. */
export function openUdpSender(lanes: ReadonlyMap<number, UdpLane>, nowMs = () => performance.now()): UdpSender {
  const queue: { socket: Socket; packet: Buffer }[] = [];
  let head = 0;
  let queuedBytes = 0;
  let budget = BURST_PACKETS;
  let refilledMs = nowMs();
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  /**
   * Outcomes of ports for media alone, since some players take no reports. A port to which nothing was sent is not in
   * it.
   */
  const outcomes = new Map<Socket, Outcome>();
  const media = new Set([...lanes.values()].map(({ rtp }) => rtp));
  const refusedBy = (socket: Socket, error: NodeJS.ErrnoException | null): void => {
    const outcome = outcomes.get(socket);
    if (outcome && error?.code === 'ECONNREFUSED') noteRefusal(outcome, nowMs());
  };
  // A refusal is reported with the next packet, or before that by the socket itself.
  const listeners = [...media].map((socket) => ({ socket, hear: (error: Error) => refusedBy(socket, error) }));
  for (const { socket, hear } of listeners) socket.on('error', hear);

  const transmit = (socket: Socket, packet: Buffer): void => {
    if (media.has(socket) && !outcomes.has(socket)) outcomes.set(socket, { refusals: 0, sinceMs: 0, lastMs: 0 });
    try {
      socket.send(packet, (error: NodeJS.ErrnoException | null) => refusedBy(socket, error));
    } catch {
      // The socket was closed a moment ago: its player is gone.
    }
  };

  const pump = (): void => {
    timer = undefined;
    const now = nowMs();
    budget = Math.min(BURST_PACKETS, budget + (now - refilledMs) * PACKETS_PER_MS);
    refilledMs = now;
    for (; budget >= 1 && head < queue.length; budget -= 1) {
      const { socket, packet } = queue[head++]!;
      queuedBytes -= packet.length;
      transmit(socket, packet);
    }
    if (head < queue.length) timer = setTimeout(pump, TICK_MS);
    if (head === queue.length || head > 1024) {
      queue.splice(0, head);
      head = 0;
    }
  };

  return {
    queuedBytes: () => queuedBytes,
    isRefused: () => outcomes.size > 0 && [...outcomes.values()].every((one) => hasNoListener(one, nowMs())),
    send(unit) {
      const lane = lanes.get(unit.track);
      if (!lane || isClosed) return 0;
      let bytes = 0;
      for (const packet of unit.packets) {
        // Reports are sent before waiting packets: they are needed first, and are few.
        if (unit.rtcp) transmit(lane.rtcp, packet);
        else queue.push({ socket: lane.rtp, packet });
        bytes += packet.length;
      }
      if (!unit.rtcp) queuedBytes += bytes;
      if (!timer) pump();
      return bytes;
    },
    close() {
      isClosed = true;
      for (const { socket, hear } of listeners) socket.off('error', hear);
      clearTimeout(timer);
      queue.length = 0;
      head = 0;
      queuedBytes = 0;
    },
  };
}

function noteRefusal(outcome: Outcome, nowMs: number): void {
  if (nowMs - outcome.lastMs > APART_MS) Object.assign(outcome, { refusals: 0, sinceMs: nowMs });
  outcome.refusals += 1;
  outcome.lastMs = nowMs;
}

const hasNoListener = ({ refusals, sinceMs, lastMs }: Outcome, nowMs: number): boolean =>
  refusals > REFUSALS && lastMs - sinceMs > REFUSED_MS && nowMs - lastMs <= APART_MS;
