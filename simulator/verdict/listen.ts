import { BEEP_HZ, BEEP_LENGTHS_MS, SAMPLE_RATE_HZ } from '../signal.ts';

/** A beep that was heard. */
export interface Beep {
  hz: number;
  /** Sample at which it begins, with fractions. */
  startSample: number;
  lengthMs: number;
}

/** A range of samples. */
export interface SampleSpan {
  from: number;
  to: number;
}

/**
 * Listens to mono 48 kHz samples as they arrive, and keeps for each millisecond how much of each beep's tone is in
 * them.
 */
export interface Listener {
  hear(samples: Int16Array): void;
  beeps(): Beep[];
  /** Ranges below -60 dBFS (in steps of 20 ms) that last at least `leastMs`. */
  silence(leastMs: number): SampleSpan[];
  samples(): number;
}

const BLOCK = SAMPLE_RATE_HZ / 1000;
/** Number of blocks in a window: both tones have whole periods in it, so that neither disturbs the other. */
const WINDOW_BLOCKS = 4;
const SILENCE_BLOCKS = 20;
const SILENCE = 32_768 / 1000;

/** Opens a listener. */
export function openListener(): Listener {
  const tones = [...BEEP_HZ.values()].map((hz) => openTone(hz));
  const energy = growing();
  let heard = 0;
  let rest = new Int16Array(0);
  const block = (samples: Int16Array): void => {
    let sum = 0;
    for (const sample of samples) sum += sample * sample;
    energy.push(sum / samples.length);
    for (const tone of tones) tone.block(samples, heard);
    heard += samples.length;
  };
  return {
    hear(samples) {
      const all = new Int16Array(rest.length + samples.length);
      all.set(rest);
      all.set(samples, rest.length);
      const blocks = Math.floor(all.length / BLOCK);
      for (let n = 0; n < blocks; n++) block(all.subarray(n * BLOCK, (n + 1) * BLOCK));
      rest = all.slice(blocks * BLOCK);
    },
    beeps() {
      const levels = tones.map((tone) => tone.levels());
      return tones
        .flatMap((tone, at) => beepsIn(levels[at] as Float32Array, levels, energy.values(), tone.hz))
        .sort((a, b) => a.startSample - b.startSample);
    },
    silence: (leastMs) => silenceIn(energy.values(), leastMs),
    samples: () => heard + rest.length,
  };
}

/** Amplitude of one tone per window, from its two quadratures per block. */
function openTone(hz: number) {
  const real = growing();
  const imaginary = growing();
  const turn = (2 * Math.PI * hz) / SAMPLE_RATE_HZ;
  // The tone's phase repeats, so a table of its whole period replaces a sine per sample.
  const period = SAMPLE_RATE_HZ / greatestCommonDivisor(SAMPLE_RATE_HZ, hz);
  const cosine = Float32Array.from({ length: period }, (_, n) => Math.cos(turn * n));
  const sine = Float32Array.from({ length: period }, (_, n) => Math.sin(turn * n));
  return {
    hz,
    block(samples: Int16Array, first: number): void {
      let re = 0;
      let im = 0;
      for (let n = 0; n < samples.length; n++) {
        const phase = (first + n) % period;
        re += (samples[n] as number) * (cosine[phase] as number);
        im += (samples[n] as number) * (sine[phase] as number);
      }
      real.push((2 * re) / BLOCK);
      imaginary.push((2 * im) / BLOCK);
    },
    /** Value n is the amplitude in the window of blocks n - 2 to n + 1, whose middle is the beginning of block n. */
    levels(): Float32Array {
      const re = real.values();
      const im = imaginary.values();
      return Float32Array.from(re, (_, n) => {
        let x = 0;
        let y = 0;
        for (let at = n - WINDOW_BLOCKS / 2; at < n + WINDOW_BLOCKS / 2; at++) {
          x += re[at] ?? 0;
          y += im[at] ?? 0;
        }
        return Math.hypot(x, y) / WINDOW_BLOCKS;
      });
    },
  };
}

const LEAST_AMPLITUDE = 32_768 * 0.01;

/** Runs of a tone that are as long as a beep, louder than all else, and clearly separated. */
function beepsIn(levels: Float32Array, all: Float32Array[], energy: Float32Array, hz: number): Beep[] {
  const found: Beep[] = [];
  for (let at = 1; at < levels.length; at++) {
    const level = levels[at] as number;
    if (level < LEAST_AMPLITUDE) continue;
    // The level after this rise; even the shortest beep lasts that long.
    const top = mean(levels, at + 8, at + 40);
    if (level < top / 2 || (levels[at - 1] as number) >= top / 2) continue;
    const end = endOf(levels, at, top / 2);
    const from = crossing(levels, at, top / 2);
    const to = crossing(levels, end, top / 2);
    const lengthMs = to - from;
    if (!isBeepLength(lengthMs) || !isPure(all, energy, at + 8, end - 8)) continue;
    if (end + WINDOW_BLOCKS >= levels.length) break;
    const nominal = nearestLength(lengthMs);
    // The middle is exact even if an encoder has blurred both edges.
    found.push({ hz, startSample: ((from + to - nominal) / 2) * BLOCK, lengthMs: nominal });
    at = end;
  }
  return found;
}

function endOf(levels: Float32Array, at: number, half: number): number {
  let end = at;
  while (end < levels.length && (levels[end] as number) >= half) end++;
  return end;
}

/** The place between blocks `at` - 1 and `at` at which the level passes `half`. */
function crossing(levels: Float32Array, at: number, half: number): number {
  const before = levels[at - 1] ?? 0;
  const after = levels[at] ?? 0;
  return before === after ? at : at - 1 + (half - before) / (after - before);
}

const nearestLength = (ms: number): number =>
  BEEP_LENGTHS_MS.reduce<number>(
    (best, length) => (Math.abs(length - ms) < Math.abs(best - ms) ? length : best),
    BEEP_LENGTHS_MS[0],
  );

const isBeepLength = (ms: number): boolean => Math.abs(nearestLength(ms) - ms) < 15;

/** Whether the tones (both sources may beep at once) make up most of the energy. */
function isPure(all: Float32Array[], energy: Float32Array, from: number, to: number): boolean {
  const tones = all.reduce((sum, levels) => sum + squares(levels, from, to) / 2, 0);
  return tones > 0.5 * mean(energy, from, to) * (to - from);
}

function squares(values: Float32Array, from: number, to: number): number {
  let sum = 0;
  for (let at = from; at < to; at++) sum += (values[at] ?? 0) ** 2;
  return sum;
}

function mean(values: Float32Array, from: number, to: number): number {
  let sum = 0;
  for (let at = from; at < to; at++) sum += values[at] ?? 0;
  return sum / Math.max(1, to - from);
}

function silenceIn(energy: Float32Array, leastMs: number): SampleSpan[] {
  const spans: SampleSpan[] = [];
  let from: number | undefined;
  const end = Math.floor(energy.length / SILENCE_BLOCKS) * SILENCE_BLOCKS;
  for (let at = 0; at <= end; at += SILENCE_BLOCKS) {
    const silent = at < end && Math.sqrt(mean(energy, at, at + SILENCE_BLOCKS)) < SILENCE;
    if (silent) from ??= at;
    else if (from !== undefined) {
      if (at - from >= leastMs) spans.push({ from: from * BLOCK, to: at * BLOCK });
      from = undefined;
    }
  }
  return spans;
}

/** A growing list of numbers of 4 bytes each. */
function growing() {
  let values = new Float32Array(1 << 12);
  let length = 0;
  return {
    push(value: number): void {
      if (length === values.length) {
        const larger = new Float32Array(length * 2);
        larger.set(values);
        values = larger;
      }
      values[length++] = value;
    },
    values: (): Float32Array => values.subarray(0, length),
  };
}

const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b));
