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
  /** Whether the other side has refused packets for some seconds: nobody listens there. */
  isRefused(): boolean;
  close(): void;
}

/** The connected sockets of one track. */
export interface UdpLane {
  rtp: Socket;
  rtcp: Socket;
}

/** Packets that are sent at once; after them a few per millisecond (4 of 1340 bytes: 43 Mb/s). The rest waits. */
const BURST_PACKETS = 32;
const PACKETS_PER_MS = 4;
const TICK_MS = 4;
/** Refused packets in a row of seconds by which a player counts as gone. A refusal now and then is another program's. */
const REFUSALS = 20;
const REFUSED_MS = 3000;

/** Makes a sender. `lanes` are by track; a track without a lane is not sent. */
export function openUdpSender(lanes: ReadonlyMap<number, UdpLane>, nowMs = () => performance.now()): UdpSender {
  const queue: { socket: Socket; packet: Buffer }[] = [];
  let head = 0;
  let queuedBytes = 0;
  let budget = BURST_PACKETS;
  let refilledMs = nowMs();
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  let refusals = 0;
  let refusedSinceMs = 0;

  const transmit = (socket: Socket, packet: Buffer): void => {
    try {
      socket.send(packet, (error: NodeJS.ErrnoException | null) => {
        if (error?.code !== 'ECONNREFUSED') return;
        if (refusals++ === 0) refusedSinceMs = nowMs();
      });
    } catch {
      // A socket that was closed a moment ago: its player is gone.
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
    isRefused: () => refusals > REFUSALS && nowMs() - refusedSinceMs > REFUSED_MS,
    send(unit) {
      const lane = lanes.get(unit.track);
      if (!lane || isClosed) return 0;
      let bytes = 0;
      for (const packet of unit.packets) {
        // Reports overtake waiting packets: they are needed first, and are few.
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
      clearTimeout(timer);
      queue.length = 0;
      head = 0;
      queuedBytes = 0;
    },
  };
}
