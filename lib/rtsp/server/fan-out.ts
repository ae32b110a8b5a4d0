/**
 * One live stream for many players: its units are made once, kept since the last key picture, and handed to each
 * player.
 */
import { onChannel, type Unit } from '../wire/rtp.ts';

/** A receiver: a player or a multicast group. Its functions never block. */
export interface Sink {
  /**
   * Begins with reports and the units since the last key picture; without such units it waits for the next key picture.
   */
  begin(start: readonly Unit[]): void;
  deliver(batch: Batch): void;
}

/** The distribution of one stream; made by `openFanOut`. */
export interface FanOut {
  /** The units from the last key unit on, oldest first. */
  ring(): readonly Unit[];
  push(unit: Unit): void;
  /** Adds a receiver; `reports` are sent before the ring. */
  join(sink: Sink, reports: readonly Unit[]): void;
  leave(sink: Sink): void;
  /** Marks that units are missing before the next one, so that no receiver begins with the ring. */
  breakOff(): void;
  /** Bytes that may wait for one player, about two intervals between key pictures; beyond that it loses units. */
  queueLimitBytes(): number;
  size(): number;
  /** Delivers now what was collected. */
  flush(): void;
}

/**
 * Time in milliseconds for which units are collected, so that a TCP player gets them in one write. This saves system
 * calls, and nobody notices the delay.
 */
const COLLECT_MS = 15;
const LEAST_QUEUE_BYTES = 256 << 10;
/** Bytes that may be collected; at this size they are delivered without waiting. */
const MOST_COLLECTED_BYTES = 1 << 20;

/** Opens the distribution of one stream. `maxQueueBytes` limits the ring and what waits for one player. */
export function openFanOut(maxQueueBytes: number): FanOut {
  return new SharedFanOut(maxQueueBytes);
}

class SharedFanOut implements FanOut {
  readonly #maxQueueBytes: number;
  readonly #sinks = new Set<Sink>();
  #ring: Unit[] = [];
  #ringBytes = 0;
  #largestRing = 0;
  #collected: Unit[] = [];
  #collectedBytes = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(maxQueueBytes: number) {
    this.#maxQueueBytes = maxQueueBytes;
  }

  ring(): readonly Unit[] {
    return this.#ring;
  }

  size(): number {
    return this.#sinks.size;
  }

  queueLimitBytes(): number {
    return Math.min(this.#maxQueueBytes, Math.max(LEAST_QUEUE_BYTES, 2 * this.#largestRing));
  }

  push(unit: Unit): void {
    if (!unit.rtcp) this.#remember(unit);
    if (this.#sinks.size === 0) return;
    this.#collected.push(unit);
    this.#collectedBytes += unit.framed.length;
    if (this.#collectedBytes > MOST_COLLECTED_BYTES) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), COLLECT_MS);
  }

  join(sink: Sink, reports: readonly Unit[]): void {
    // The ring already has what was collected: without a flush the new receiver would get it twice.
    this.flush();
    sink.begin(this.#ring.length > 0 ? [...reports, ...this.#ring] : []);
    this.#sinks.add(sink);
  }

  leave(sink: Sink): void {
    this.#sinks.delete(sink);
  }

  breakOff(): void {
    this.flush();
    this.#forget();
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#collected.length === 0) return;
    const batch = openBatch(this.#collected);
    this.#collected = [];
    this.#collectedBytes = 0;
    for (const sink of this.#sinks) this.#give(sink, batch);
  }

  /** Hands a batch to one receiver. If that throws, only this receiver is lost. */
  #give(sink: Sink, batch: Batch): void {
    try {
      sink.deliver(batch);
    } catch {
      this.#sinks.delete(sink);
    }
  }

  #remember(unit: Unit): void {
    if (unit.key) this.#forget();
    else if (this.#ring.length === 0) return;
    this.#ring.push(unit);
    this.#ringBytes += unit.framed.length;
    this.#largestRing = Math.max(this.#largestRing, this.#ringBytes);
    if (this.#ringBytes > this.#maxQueueBytes / 2) this.#forget();
  }

  #forget(): void {
    this.#ring = [];
    this.#ringBytes = 0;
  }
}

/**
 * The interleaved channel of each track's RTP; -1 for a track that the player did not ask for. RTCP has the next
 * channel.
 */
export type Channels = readonly number[];

/** Units in order, and their interleaved bytes, made once for all players with the same channels. */
export interface Batch {
  readonly units: readonly Unit[];
  /** Index of the first key unit; -1 if there is none. */
  readonly firstKey: number;
  /** Number of RTP packets from unit `from` on, before unit `to`. */
  packets(from: number, to?: number): number;
  interleaved(channels: Channels, from: number): Buffer;
}

/** Makes a batch of units. */
export function openBatch(units: readonly Unit[]): Batch {
  const made = new Map<string, Buffer>();
  return {
    units,
    firstKey: units.findIndex((unit) => unit.key),
    packets: (from, to = units.length) =>
      units.slice(from, to).reduce((sum, unit) => sum + (unit.rtcp ? 0 : unit.packets.length), 0),
    interleaved(channels, from) {
      const name = `${from}:${channels.join()}`;
      let bytes = made.get(name);
      if (!bytes) made.set(name, (bytes = gather(units.slice(from), channels)));
      return bytes;
    },
  };
}

function gather(units: readonly Unit[], channels: Channels): Buffer {
  const parts: Buffer[] = [];
  for (const unit of units) {
    const channel = channels[unit.track] ?? -1;
    if (channel < 0) continue;
    parts.push(channel === unit.track * 2 ? unit.framed : onChannel(unit.framed, channel + (unit.rtcp ? 1 : 0)));
  }
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
}
