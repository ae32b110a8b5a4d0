/** One player of a live stream: whole units, or none until the next key picture. */
import type { Socket } from 'node:net';
import { openBatch, type Batch, type Channels, type FanOut, type Sink } from './fan-out.ts';
import type { UdpSender } from './udp-sender.ts';

export interface PlayerInfo {
  id: string;
  address: string;
  transport: 'tcp' | 'udp' | 'multicast';
  startedAtMs: number;
  sentBytes: number;
  droppedPackets: number;
}

/** How units leave: a TCP connection, a pair of UDP ports per track. */
export interface Outlet {
  queuedBytes(): number;
  /** Sends the units from `from` on; returns how many bytes that were. */
  send(batch: Batch, from: number): number;
}

/** A sink that never lets more than the stream's limit wait: then it loses units, until a key unit comes and the way is free. */
export interface Player extends Sink {
  readonly sentBytes: number;
  readonly droppedPackets: number;
}

export function openPlayer(outlet: Outlet, fanOut: Pick<FanOut, 'queueLimitBytes'>): Player {
  let flowing = false;
  let sentBytes = 0;
  let droppedPackets = 0;
  const drop = (batch: Batch, to?: number): void => {
    // Before the first picture nothing is lost yet.
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

/** All tracks in one TCP connection. The bytes are the same Buffer for every player with the same channels. */
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
