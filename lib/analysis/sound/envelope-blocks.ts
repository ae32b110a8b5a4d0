import { BLOCKS_PER_SECOND, MEAN, PEAK, PER_BLOCK, SQUARE, type Envelope } from './envelope.ts';

/** Hours of sound that an envelope has at most, which take 104 MB; of a longer sound there is none. */
export const MOST_HOURS = 24;
const MOST_BLOCKS = MOST_HOURS * 3600 * BLOCKS_PER_SECOND;
/** Seconds by which a time stamp may be before the end of the sound so far; one further back is not believed. */
const MOST_BACK_S = 1;
/** Highest value that is kept: damaged sound in floating point may have any. */
const MOST_VALUE = 1e6;

/** The blocks of a sound, made of its samples as they come. */
export interface EnvelopeBlocks {
  /**
   * Adds samples, those of all channels one after the other, of which the first is frame number `first` of the sound. Throws if
   * the sound is too long.
   */
  add(first: number, samples: Float32Array): void;
  /** All that came. */
  envelope(): Envelope;
}

/** Opens the blocks of a sound. */
export function openEnvelopeBlocks(rateHz: number, channels: number): EnvelopeBlocks {
  return new SampledEnvelopeBlocks(rateHz, channels);
}

class SampledEnvelopeBlocks implements EnvelopeBlocks {
  readonly #rate: number;
  readonly #channels: number;
  #values = new Float32Array(PER_BLOCK * 1024);
  /** The frame that comes next, the block that it is in, and the frames at which this one begins and ends. */
  #at = 0;
  #block = 0;
  #begin = 0;
  #end: number;
  #peak = 0;
  #mean = 0;
  #square = 0;
  #isBegun = false;

  constructor(rateHz: number, channels: number) {
    this.#rate = rateHz;
    this.#channels = channels;
    this.#end = this.#beginOf(1);
  }

  add(first: number, samples: Float32Array): void {
    const skipped = this.#step(first);
    let from = Math.min(samples.length, skipped * this.#channels);
    while (from < samples.length) {
      const to = Math.min(samples.length, from + (this.#end - this.#at) * this.#channels);
      if (this.#channels === 2) this.#addStereo(samples, from, to);
      else this.#addAny(samples, from, to);
      this.#at += (to - from) / this.#channels;
      from = to;
      if (this.#at === this.#end) this.#goTo(this.#at, this.#end - this.#begin);
    }
  }

  envelope(): Envelope {
    const isPart = this.#at > this.#begin;
    if (isPart) this.#settle(this.#at - this.#begin);
    return { values: this.#values.slice(0, (this.#block + (isPart ? 1 : 0)) * PER_BLOCK) };
  }

  /** Goes to the frame that samples begin with; gives the number of frames that were there before and are left out. */
  #step(first: number): number {
    const ahead = first - this.#at;
    // Time stamps are rounded: what is less than a block apart follows without a hole.
    const least = this.#isBegun ? this.#rate / BLOCKS_PER_SECOND : 1;
    this.#isBegun = true;
    if (ahead >= least) this.#goTo(first, this.#end - this.#begin);
    return ahead <= -least && ahead >= -MOST_BACK_S * this.#rate ? -ahead : 0;
  }

  /** Ends the block, whose length is known, and goes to a frame behind it or further on. */
  #goTo(frame: number, frames: number): void {
    if (frame < this.#end) {
      this.#at = frame;
      return;
    }
    this.#settle(frames);
    this.#at = frame;
    this.#block = Math.floor((frame * BLOCKS_PER_SECOND) / this.#rate);
    while (this.#beginOf(this.#block + 1) <= frame) this.#block++;
    while (this.#beginOf(this.#block) > frame) this.#block--;
    this.#begin = this.#beginOf(this.#block);
    this.#end = this.#beginOf(this.#block + 1);
    this.#peak = this.#mean = this.#square = 0;
    this.#makeRoom();
  }

  #beginOf(block: number): number {
    return Math.round((block * this.#rate) / BLOCKS_PER_SECOND);
  }

  #settle(frames: number): void {
    const samples = frames * this.#channels;
    const at = this.#block * PER_BLOCK;
    this.#values[at + PEAK] = finite(this.#peak);
    this.#values[at + MEAN] = finite(this.#mean / samples);
    this.#values[at + SQUARE] = finite(this.#square / samples);
  }

  #makeRoom(): void {
    if (this.#block >= MOST_BLOCKS) throw new Error(`the sound is longer than ${MOST_HOURS} hours`);
    const needed = (this.#block + 1) * PER_BLOCK;
    if (needed <= this.#values.length) return;
    const larger = new Float32Array(Math.min(MOST_BLOCKS * PER_BLOCK, 2 * needed));
    larger.set(this.#values);
    this.#values = larger;
  }

  #addStereo(samples: Float32Array, from: number, to: number): void {
    let [peak, mean, square] = [this.#peak, this.#mean, this.#square];
    for (let at = from; at < to; at += 2) {
      const left = samples[at]!;
      const right = samples[at + 1]!;
      const absLeft = Math.abs(left);
      const absRight = Math.abs(right);
      if (absLeft > peak) peak = absLeft;
      if (absRight > peak) peak = absRight;
      mean += Math.abs(left + right);
      square += left * left + right * right;
    }
    [this.#peak, this.#mean, this.#square] = [peak, mean, square];
  }

  #addAny(samples: Float32Array, from: number, to: number): void {
    const channels = this.#channels;
    let [peak, mean, square] = [this.#peak, this.#mean, this.#square];
    for (let at = from; at < to; at += channels) {
      let sum = 0;
      for (let channel = 0; channel < channels; channel++) {
        const sample = samples[at + channel]!;
        const abs = Math.abs(sample);
        if (abs > peak) peak = abs;
        sum += sample;
        square += sample * sample;
      }
      mean += Math.abs(sum);
    }
    [this.#peak, this.#mean, this.#square] = [peak, mean, square];
  }
}

const finite = (value: number): number => (Number.isFinite(value) ? Math.min(value, MOST_VALUE) : 0);
