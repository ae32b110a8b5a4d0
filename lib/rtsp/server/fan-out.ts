/** One live stream to many players: made once, remembered since the last key picture, handed to each. */
import { onChannel, type Unit } from '../wire/rtp.ts';

/** Who receives: a player, or a multicast group. Nothing it does may block. */
export interface Sink {
  /** What to begin with: reports and the units since the last key picture (none: it waits for the next). */
  begin(start: readonly Unit[]): void;
  deliver(batch: Batch): void;
}

export interface FanOut {
  /** Units since (and with) the last key unit, oldest first. */
  ring(): readonly Unit[];
  push(unit: Unit): void;
  /** `reports` are sent before the ring. */
  join(sink: Sink, reports: readonly Unit[]): void;
  leave(sink: Sink): void;
  /** Units are missing before the next one: nobody may begin with the ring. */
  breakOff(): void;
  /** How many bytes may wait for one player before it loses units: about two key picture distances. */
  queueLimitBytes(): number;
  size(): number;
  /** Hands over at once what is collected. */
  flush(): void;
}

/** Units that arrive within this time reach a TCP player in one write: fewer system calls, no delay anyone notices. */
const COLLECT_MS = 15;
const LEAST_QUEUE_BYTES = 256 << 10;
/** Units waiting to be handed over are flushed early at this size. */
const MOST_COLLECTED_BYTES = 1 << 20;

/** `maxQueueBytes` bounds the ring, and what waits for one player. */
export function openFanOut(maxQueueBytes: number): FanOut {
  return new Spread(maxQueueBytes);
}

class Spread implements FanOut {
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
    // What is collected is in the ring too: the newcomer must not have it twice.
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

  /** A sink that breaks is the loss of one player, not of all that come after it in the list. */
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

/** Interleaved channel of each track's RTP, by track; -1 for a track the player did not ask for. RTCP is one above. */
export type Channels = readonly number[];

/** Some units in order, and their interleaved bytes, made once for all players with the same channels. */
export interface Batch {
  readonly units: readonly Unit[];
  /** Index of the first key unit, or -1. */
  readonly firstKey: number;
  /** RTP packets from unit `from` on, before unit `to`. */
  packets(from: number, to?: number): number;
  interleaved(channels: Channels, from: number): Buffer;
}

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
