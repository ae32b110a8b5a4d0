export const SAMPLE_RATE = 48_000;
export const CHANNELS = 2;

/** The last seconds of one input's sound: 48 kHz stereo, 16 bits. Sample n belongs to the moment n / 48000 s of the input. */
export interface SoundRing {
  write(chunk: Buffer): void;
  /** Samples (of both ears) received so far. */
  readonly samples: number;
  /**
   * Fills `into` (stereo, -1 to 1) with as many samples as it holds, read from `from` (may be a fraction) at `step` samples
   * a sample. What is not there is silence. Returns how many samples were there.
   */
  read(from: number, step: number, into: Float32Array): number;
}

export function openSoundRing(seconds = 3): SoundRing {
  const length = seconds * SAMPLE_RATE;
  const ring = new Int16Array(length * CHANNELS);
  let samples = 0;
  let rest: Buffer = Buffer.alloc(0);

  const has = (sample: number): boolean => sample >= 0 && sample < samples && sample >= samples - length;
  const value = (sample: number, ear: number): number => (ring[(sample % length) * CHANNELS + ear] ?? 0) / 32768;

  return {
    write(chunk) {
      const data = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
      const whole = data.length - (data.length % 4);
      for (let at = 0; at < whole; at += 4) {
        const place = (samples++ % length) * CHANNELS;
        ring[place] = data.readInt16LE(at);
        ring[place + 1] = data.readInt16LE(at + 2);
      }
      rest = data.subarray(whole);
    },
    get samples() {
      return samples;
    },
    read(from, step, into) {
      let there = 0;
      for (let index = 0; index < into.length / CHANNELS; index++) {
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
