/** Samples a second of all sound in the box. */
export const SAMPLE_RATE = 48_000;
/** Channels of all sound in the box: left and right. */
export const CHANNELS = 2;
const SAMPLE_BYTES = 2 * CHANNELS;

/** The last seconds of one input's sound: 48 kHz stereo, 16 bits. Sample n is at n / 48000 s of the input. */
export interface SoundRing {
  /** The memory for the next bytes, up to the ring's end. */
  room(): Uint8Array;
  /** Tells how many bytes were read into `room()`. */
  landed(bytes: number): void;
  /** Number of samples (of left and right together) received so far. */
  readonly samples: number;
  /**
   * Fills `into` (stereo, -1 to 1) with the samples from `from` on (may be a fraction), at `step` samples a sample.
   * Missing samples are silence. Returns how many were there.
   */
  read(from: number, step: number, into: Float32Array): number;
}

/** Opens a ring that keeps the last `seconds`. */
export function openSoundRing(seconds = 3): SoundRing {
  const length = seconds * SAMPLE_RATE;
  const ring = new Int16Array(length * CHANNELS);
  const bytes = Buffer.from(ring.buffer);
  /** Bytes received so far, half samples included. */
  let received = 0;

  const samplesNow = (): number => Math.floor(received / SAMPLE_BYTES);
  const has = (sample: number): boolean => sample >= 0 && sample < samplesNow() && sample >= samplesNow() - length;
  const value = (sample: number, ear: number): number => (ring[(sample % length) * CHANNELS + ear] ?? 0) / 32768;

  /** Reads like `read` if all samples are there and whole. */
  const copy = (from: number, into: Float32Array): void => {
    let at = (from % length) * CHANNELS;
    for (let index = 0; index < into.length; index++) {
      into[index] = ring[at]! / 32768;
      if (++at === ring.length) at = 0;
    }
  };

  return {
    room: () => bytes.subarray(received % bytes.length),
    landed: (count) => void (received += count),
    get samples() {
      return samplesNow();
    },
    read(from, step, into) {
      const count = into.length / CHANNELS;
      if (step === 1 && Number.isInteger(from) && has(from) && has(from + count - 1)) {
        copy(from, into);
        return count;
      }
      let there = 0;
      for (let index = 0; index < count; index++) {
        const position = from + index * step;
        const first = Math.floor(position);
        if (!has(first)) {
          into[index * 2] = into[index * 2 + 1] = 0;
          continue;
        }
        there++;
        const part = position - first;
        const second = part > 0 && has(first + 1) ? first + 1 : first;
        into[index * 2] = value(first, 0) * (1 - part) + value(second, 0) * part;
        into[index * 2 + 1] = value(first, 1) * (1 - part) + value(second, 1) * part;
      }
      return there;
    },
  };
}
