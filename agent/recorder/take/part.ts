import { openFmp4, type Fmp4 } from '#lib/media/fmp4.ts';
import { TICKS_PER_SECOND, type Packet, type StreamParameters } from '#lib/media/packet.ts';
import { bytesOf } from './backlog.ts';
import type { FileWriter } from './file-writer.ts';

/**
 * Longest time of pictures in a fragment, in ticks. After a crash at most this much is lost, besides the pictures that
 * the encoder still holds.
 */
const FRAGMENT_TICKS = 0.25 * TICKS_PER_SECOND;

/**
 * Upper bound of the finished file's index: bytes for each sample (INDEX_BYTES_PER_SAMPLE) and for the rest
 * (INDEX_BYTES).
 */
const INDEX_BYTES_PER_SAMPLE = 48;
const INDEX_BYTES = 16_384;

/** One file of a take while it is being written. */
export interface Part {
  /** PTS (in the run's time) of its first picture. */
  readonly startTicks: number;
  /** PTS (in the run's time) at which its pictures end so far. */
  readonly endTicks: number;
  readonly pictures: number;
  /** Bytes of the file, including those that are not written yet. */
  readonly bytes: number;
  /** Upper bound of the file's size in bytes, both as it is and when it is finished. */
  readonly boundBytes: number;
  /**
   * Adds a packet. Gives the offset at which the packet's fragment begins, if it is a key picture; for others, the
   * bytes so far.
   */
  add(packet: Packet): number;
  /** Closes the present fragment, and passes its bytes to the writer. */
  flush(): void;
}

/** Opens a part. `first` is the key picture that it begins with; it must then be added, too. */
export function openPart(
  writer: FileWriter,
  parameters: StreamParameters,
  first: Packet,
  options: { language?: string } = {},
): Part {
  return new PartOfFile(writer, parameters, first, options);
}

class PartOfFile implements Part {
  readonly #writer: FileWriter;
  readonly #muxer: Fmp4;
  #open: Packet[] = [];
  #openBytes = 0;
  #fragmentFromTicks = 0;
  #samples = 0;
  #payloadBytes = 0;
  #lastDts = 0;
  #frameTicks = TICKS_PER_SECOND / 25;
  readonly startTicks: number;
  endTicks: number;
  pictures = 0;

  constructor(writer: FileWriter, parameters: StreamParameters, first: Packet, options: { language?: string }) {
    this.#writer = writer;
    this.startTicks = first.ptsTicks;
    this.endTicks = first.ptsTicks;
    this.#lastDts = first.dtsTicks;
    const leadTicks = first.ptsTicks - first.dtsTicks;
    this.#muxer = openFmp4(parameters, { startTicks: first.ptsTicks, leadTicks, ...options });
    writer.write(this.#muxer.init());
  }

  get bytes(): number {
    return this.#writer.bytes + this.#openBytes;
  }

  get boundBytes(): number {
    const finished = this.#payloadBytes + this.#samples * INDEX_BYTES_PER_SAMPLE + INDEX_BYTES;
    return Math.max(this.bytes + INDEX_BYTES, finished);
  }

  add(packet: Packet): number {
    // Sound from before the first picture does not belong into this file.
    if (packet.track === 'audio' && packet.ptsTicks < this.startTicks) return this.#writer.bytes;
    if (packet.track === 'video') this.#picture(packet);
    this.#open.push(packet);
    const bytes = bytesOf(packet);
    this.#openBytes += bytes + INDEX_BYTES_PER_SAMPLE;
    this.#payloadBytes += bytes;
    this.#samples++;
    return this.#writer.bytes;
  }

  flush(): void {
    this.#flush();
  }

  #picture(packet: Packet): void {
    if (packet.key || packet.dtsTicks + this.#frameTicks - this.#fragmentFromTicks > FRAGMENT_TICKS) {
      this.#flush(packet.dtsTicks);
      this.#fragmentFromTicks = packet.dtsTicks;
    }
    const step = packet.dtsTicks - this.#lastDts;
    if (step > 0) this.#frameTicks = step;
    this.#lastDts = packet.dtsTicks;
    this.endTicks = Math.max(this.endTicks, packet.ptsTicks + this.#frameTicks);
    this.pictures++;
  }

  #flush(videoDtsTicks?: number): void {
    if (this.#open.length === 0) return;
    const following = videoDtsTicks === undefined ? {} : { videoDtsTicks };
    this.#writer.write(this.#muxer.fragment(this.#open, following));
    this.#open = [];
    this.#openBytes = 0;
  }
}
