import type { EncoderWanted } from '#agent/device/state.ts';
import type { PacketRing } from '#lib/media/packet-ring.ts';
import type { Packet } from '#lib/media/packet.ts';
import { backoff } from '#lib/runtime/backoff.ts';
import type { Clock } from '#lib/runtime/clock.ts';
import type { Log } from '#lib/runtime/log.ts';
import type { EncoderFamily } from '#lib/ffmpeg/encoder-choice.ts';
import { sampleOf } from '../pictures/frame-clock.ts';
import { openHangWatch, type HangWatch } from './hang-watch.ts';
import { startEncoderInstance, type EncoderInstance, type RawFrame } from './encoder-instance.ts';

/**
 * An encoder that is kept running: frames in, packets to the ring. When its ffmpeg dies, another goes on with the next
 * frame.
 */
export interface Encoder {
  feed(raw: RawFrame): void;
  seen(): EncoderSeen;
  close(): Promise<void>;
}

/** The state of an encoder. */
export interface EncoderSeen {
  family: EncoderFamily;
  restarts: number;
  /** Frames left out because the encoder was too slow or not running. */
  dropped: number;
  /** Bits per second of the coded stream, over the last seconds. */
  kbps: number;
}

/** What an encoder needs. */
export interface EncoderSettings {
  ffmpeg: string;
  wanted: EncoderWanted;
  family: EncoderFamily;
  ring: PacketRing;
  clock: Clock;
  log: Log;
  /** The encoder begins when this resolves: the one before on the same ring still writes out its frames. */
  after?: Promise<unknown> | undefined;
  /** Niceness of its ffmpeg (nice(2)), by which it gives way to others; 0 without. */
  niceness?: number;
  /** Called when the encoder died (with the reason) or runs again (undefined). */
  onTrouble(reason: string | undefined): void;
}

/**
 * Frames that may wait for the encoder; further ones are left out, so that the memory stays limited and the clock goes
 * on.
 */
const MAX_QUEUED = 20;
/** Bytes of a sample: 16 bits for left and right. */
const BYTES_PER_SAMPLE = 4;

/** Starts an encoder and keeps it running. */
export function startEncoder(settings: EncoderSettings): Encoder {
  return new SupervisedEncoder(settings);
}

class SupervisedEncoder implements Encoder {
  readonly #settings: EncoderSettings;
  readonly #waits = backoff([0, 100, 300, 1000, 2000]);
  readonly #rate: Rate;
  #instance: EncoderInstance | undefined;
  /** Frames that came while no encoder ran. */
  #waiting: RawFrame[] = [];
  /** Whether a key picture was asked for and left out; the next frame becomes it. */
  #keyOwed = false;
  #restarts = 0;
  #dropped = 0;
  #troubled = false;
  #closed = false;
  #mayStart: boolean;
  #watch: HangWatch | undefined;
  #packets = 0;
  #heard = false;
  #cancelRestart = (): void => undefined;

  constructor(settings: EncoderSettings) {
    this.#settings = settings;
    this.#rate = openRate(settings.clock);
    this.#mayStart = !settings.after;
    void settings.after?.then(() => this.#goOn());
  }

  feed(raw: RawFrame): void {
    if (this.#closed) return raw.done();
    if (!this.#instance && !this.#mayStart) return this.#hold(raw);
    const fresh = !this.#instance;
    this.#instance ??= this.#start(raw);
    const { taken, queued } = this.#instance;
    if (!fresh && this.#watch?.isHung({ heard: this.#packets, taken, queued })) this.#instance.kill();
    if (this.#instance.queued > MAX_QUEUED) {
      this.#instance.feedSound(raw.sound);
      this.#keyOwed ||= raw.key;
      return this.#drop(raw);
    }
    const key = raw.key || fresh || this.#keyOwed;
    this.#keyOwed = false;
    this.#instance.feed({ ...raw, key, ...(fresh ? { sound: this.#ownSound(raw) } : {}) });
  }

  /**
   * The sound of a frame alone. A frame may bring the sound of frames that were left out before it, which is not for an
   * encoder that begins with it.
   */
  #ownSound({ frame, sound }: RawFrame): Buffer {
    const { fps } = this.#settings.wanted;
    const bytes = (sampleOf(frame + 1, fps) - sampleOf(frame, fps)) * BYTES_PER_SAMPLE;
    return sound.subarray(Math.max(0, sound.length - bytes));
  }

  seen(): EncoderSeen {
    const { family } = this.#settings;
    return { family, restarts: this.#restarts, dropped: this.#dropped, kbps: this.#rate.kbps() };
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelRestart();
    for (const raw of this.#waiting.splice(0)) raw.done();
    await this.#instance?.stop();
  }

  #start(first: RawFrame): EncoderInstance {
    const { ffmpeg, wanted, family, ring, clock, niceness } = this.#settings;
    this.#heard = false;
    const own = startEncoderInstance({
      ffmpeg,
      wanted,
      family,
      firstFrame: first.frame,
      ...(niceness === undefined ? {} : { niceness }),
      onParameters: (parameters) => ring.setParameters(parameters),
      onPacket: (packet) => {
        if (this.#instance === own) this.#onPacket(packet);
      },
    });
    this.#watch = openHangWatch(own, clock);
    void own.died.then(({ reason }) => this.#onDeath(own, reason));
    return own;
  }

  #onPacket(packet: Packet): void {
    if (!this.#heard && this.#troubled) {
      this.#troubled = false;
      this.#settings.onTrouble(undefined);
    }
    this.#heard = true;
    this.#packets++;
    this.#rate.count(packet.ts.length);
    this.#settings.ring.push(packet);
  }

  #onDeath(own: EncoderInstance, reason: string): void {
    if (this.#instance !== own) return;
    this.#instance = undefined;
    if (this.#closed) return;
    const { clock, log, ring } = this.#settings;
    this.#restarts++;
    this.#troubled = true;
    log.error({ reason, restarts: this.#restarts }, 'encoder died');
    ring.breakOff(reason);
    this.#settings.onTrouble(reason);
    if (this.#heard) this.#waits.reset();
    this.#mayStart = false;
    this.#cancelRestart = clock.at(clock.monotonicMs() + this.#waits.next(), () => this.#goOn());
  }

  #goOn(): void {
    this.#mayStart = true;
    for (const raw of this.#waiting.splice(0)) this.feed(raw);
  }

  #hold(raw: RawFrame): void {
    this.#waiting.push(raw);
    if (this.#waiting.length > MAX_QUEUED) this.#drop(this.#waiting.shift()!);
  }

  #drop(raw: RawFrame): void {
    this.#dropped++;
    raw.done();
  }
}

interface Rate {
  count(bytes: number): void;
  kbps(): number;
}

/** Counts bits per second over the last two to four seconds. */
function openRate(clock: Clock): Rate {
  let sinceMs = clock.monotonicMs();
  let bytes = 0;
  let last = 0;
  return {
    count(more) {
      bytes += more;
      const ms = clock.monotonicMs() - sinceMs;
      if (ms < 2000) return;
      last = Math.round((bytes * 8) / ms);
      sinceMs += ms;
      bytes = 0;
    },
    kbps: () => last,
  };
}
