/** One player of a live stream. It gets whole units; after a loss it gets none until the next key picture. */
import type { Socket } from 'node:net';
import { openBatch, type Batch, type Channels, type FanOut, type Sink } from './fan-out.ts';
import type { UdpSender } from './udp-sender.ts';

/** The state of a player. */
export interface PlayerInfo {
  id: string;
  address: string;
  transport: 'tcp' | 'udp' | 'multicast';
  startedAtMs: number;
  sentBytes: number;
  droppedPackets: number;
}

/** The way units leave: a TCP connection, or a pair of UDP ports for each track. */
export interface Outlet {
  queuedBytes(): number;
  /** Sends the units from `from` on; returns the number of bytes. */
  send(batch: Batch, from: number): number;
}

/**
 * A receiver with a limit to what waits for it. Beyond the limit it loses units, until a key unit comes and nothing
 * waits.
 */
export interface Player extends Sink {
  readonly sentBytes: number;
  readonly droppedPackets: number;
}

/** Opens a player that sends through `outlet`. */
export function openPlayer(outlet: Outlet, fanOut: Pick<FanOut, 'queueLimitBytes'>): Player {
  let flowing = false;
  let sentBytes = 0;
  let droppedPackets = 0;
  const drop = (batch: Batch, to?: number): void => {
    // Packets before the first picture do not count as lost.
    if (sentBytes > 0) droppedPackets += batch.packets(0, to);
  };
  return {
    get sentBytes() {
      return sentBytes;
    },
    get droppedPackets() {
      return droppedPackets;
    },
    begin(start) {
      flowing = start.length > 0;
      if (flowing) sentBytes += outlet.send(openBatch(start), 0);
    },
    deliver(batch) {
      const isFull = outlet.queuedBytes() > fanOut.queueLimitBytes();
      const from = flowing ? 0 : batch.firstKey;
      flowing = !isFull && from >= 0;
      if (!flowing) return drop(batch);
      if (from > 0) drop(batch, from);
      sentBytes += outlet.send(batch, from);
    },
  };
}

/** An outlet with all tracks in one TCP connection. Players with the same channels share the bytes. */
export function tcpOutlet(socket: Socket, channels: Channels): Outlet {
  return {
    queuedBytes: () => socket.writableLength,
    send(batch, from) {
      const bytes = batch.interleaved(channels, from);
      if (bytes.length > 0 && socket.writable) socket.write(bytes);
      return bytes.length;
    },
  };
}

/** An outlet over UDP. */
export function udpOutlet(sender: UdpSender): Outlet {
  return {
    queuedBytes: () => sender.queuedBytes(),
    send(batch, from) {
      let bytes = 0;
      for (const unit of batch.units.slice(from)) bytes += sender.send(unit);
      return bytes;
    },
  };
}
