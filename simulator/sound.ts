import { randomFrom } from './pictures/render.ts';
import { BEEP_AMPLITUDE, BEEP_HUSH_MS, FLASH_EVERY_MS, SAMPLE_RATE_HZ, beepLengthMs } from './signal.ts';

/** A background sound that repeats: mono, -1 to 1, with the loudness of each 20 ms (0 to 1). */
export interface Background {
  samples: Float32Array;
  loudness: Float32Array;
}

const LOOP_SECONDS = 20;
const BLOCK = SAMPLE_RATE_HZ / 50;

/** Makes a voice as it is heard at the back of the hall: pulses through three resonances, in syllables and breaths. */
export function voice(): Background {
  const random = randomFrom(17);
  const samples = new Float32Array(LOOP_SECONDS * SAMPLE_RATE_HZ);
  const resonances = [resonator(), resonator(), resonator()];
  let at = 0;
  while (at < samples.length) {
    const breath = random() < 0.16;
    const length = Math.min(samples.length - at, Math.round((breath ? 0.25 : 0.11 + 0.12 * random()) * SAMPLE_RATE_HZ));
    const vowel = VOWELS[Math.floor(random() * VOWELS.length)] ?? VOWELS[0];
    const pitch = 105 + 35 * random();
    resonances.forEach((resonance, n) => resonance.tune(vowel[n] as number));
    for (let n = 0; n < length; n++) {
      const pulse = breath ? 0 : glottis((n * pitch) / SAMPLE_RATE_HZ) * Math.sin((Math.PI * n) / length);
      const air = 0.02 * (random() - 0.5);
      samples[at + n] = resonances.reduce((sum, resonance) => sum + resonance.next(pulse + air), 0) + air / 2;
    }
    at += length;
  }
  return background(samples, 0.16);
}

const VOWELS = [
  [700, 1220, 2600],
  [310, 2020, 2960],
  [390, 800, 2550],
  [530, 1840, 2480],
  [350, 1900, 2200],
] as const;

const glottis = (turns: number): number => {
  const phase = turns % 1;
  return phase < 0.6 ? Math.sin((Math.PI * phase) / 0.6) ** 2 - 0.3 : -0.3;
};

/** A filter with two poles; its bandwidth is a tenth of its frequency. */
function resonator() {
  let a1 = 0;
  let a2 = 0;
  let gain = 0;
  let last = 0;
  let beforeLast = 0;
  return {
    tune(hz: number): void {
      const radius = Math.exp((-Math.PI * hz * 0.1) / SAMPLE_RATE_HZ);
      a1 = 2 * radius * Math.cos((2 * Math.PI * hz) / SAMPLE_RATE_HZ);
      a2 = -radius * radius;
      gain = 1 - radius;
    },
    next(input: number): number {
      const output = gain * input + a1 * last + a2 * beforeLast;
      beforeLast = last;
      last = output;
      return output;
    },
  };
}

/** Makes quiet chords, like those of a film on the lap-top. Their notes differ from those of beeps. */
export function music(): Background {
  const samples = new Float32Array(LOOP_SECONDS * SAMPLE_RATE_HZ);
  for (let at = 0; at < samples.length; at++) {
    const seconds = at / SAMPLE_RATE_HZ;
    const chord = CHORDS[Math.floor(seconds / 2.5) % CHORDS.length] ?? CHORDS[0];
    const swell = 0.35 + 0.65 * Math.exp(-2 * (seconds % 2.5)) * (1 - Math.exp(-60 * (seconds % 2.5)));
    samples[at] = swell * chord.reduce((sum, hz) => sum + Math.sin(2 * Math.PI * hz * seconds), 0);
  }
  return background(samples, 0.05);
}

const CHORDS = [
  [220, 277.2, 329.6],
  [196, 246.9, 293.7],
  [174.6, 220, 261.6],
  [196, 246.9, 329.6],
] as const;

function background(samples: Float32Array, peak: number): Background {
  const loudest = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 1e-9);
  const random = randomFrom(5);
  // A noise floor of about -55 dB distinguishes a pause from missing sound.
  const scaled = samples.map((sample) => (sample * peak) / loudest + 0.006 * (random() - 0.5));
  const loudness = Float32Array.from({ length: Math.floor(scaled.length / BLOCK) }, (_, block) =>
    Math.min(1, (3 * scaled.subarray(block * BLOCK, (block + 1) * BLOCK).reduce(maxAbs, 0)) / peak),
  );
  return { samples: scaled, loudness };
}

const maxAbs = (most: number, sample: number): number => Math.max(most, Math.abs(sample));

/** Loudness of the background at a sample, 0 to 1; it moves the teacher's mouth. */
export const loudnessAt = ({ loudness }: Background, sample: number): number =>
  loudness[Math.floor(sample / BLOCK) % loudness.length] ?? 0;

/** A beep that has begun: its first sample, and the slot that it shows. */
export interface Beep {
  startSample: number;
  slot: number;
}

/**
 * The sound of samples `from` to `to` (48 kHz, stereo, s16le, interleaved): background and beep. `clockAt` gives the
 * source's clock in ms at a sample.
 */
export function soundOf(
  background: Background,
  beepHz: number,
  beep: Beep | undefined,
  from: number,
  to: number,
  clockAt: (sample: number) => number,
): Buffer {
  const out = Buffer.alloc((to - from) * 4);
  const { samples } = background;
  const sinceBeep = beep ? beep.startSample : Number.NEGATIVE_INFINITY;
  const beepSamples = beep ? (beepLengthMs(beep.slot) * SAMPLE_RATE_HZ) / 1000 : 0;
  const hush = (BEEP_HUSH_MS * SAMPLE_RATE_HZ) / 1000;
  for (let sample = from; sample < to; sample++) {
    const into = sample - sinceBeep;
    const beforeNext = FLASH_EVERY_MS - (clockAt(sample) % FLASH_EVERY_MS);
    const hushed = into < beepSamples + hush || beforeNext < BEEP_HUSH_MS;
    const value =
      (hushed ? 0.02 : 1) * (samples[sample % samples.length] as number) + beepValue(into, beepSamples, beepHz);
    const level = Math.round(value * 32_767);
    const at = (sample - from) * 4;
    out.writeInt16LE(level, at);
    out.writeInt16LE(level, at + 2);
  }
  return out;
}

const RAMP = SAMPLE_RATE_HZ / 1000;

/** A sine with edges of 1 ms inside of its length. */
function beepValue(into: number, length: number, hz: number): number {
  if (into < 0 || into >= length) return 0;
  const edge = Math.min(1, into / RAMP, (length - into) / RAMP);
  return BEEP_AMPLITUDE * edge * Math.sin((2 * Math.PI * hz * into) / SAMPLE_RATE_HZ);
}
