import type { Wanted } from '#agent/device/state.ts';
import type { Channel } from '#lib/media/layout.ts';
import type { InputFrame } from '../inputs/input.ts';
import { CHANNELS, SAMPLE_RATE, type SoundRing } from './sound-ring.ts';

/** Peaks in dBFS; -150 is silence. */
export interface Levels {
  leftDb: number;
  rightDb: number;
}

/** Mixes the sound of both channels. */
export interface SoundMixer {
  /** The sound of one frame: `samples` of 48 kHz stereo, 16 bits little endian. */
  mix(wanted: Wanted['audio'], shown: Partial<Record<Channel, InputFrame>>, samples: number): Buffer;
  /** The highest peaks since the last call. */
  levels(): Record<Channel | 'output', Levels>;
}

/**
 * Distance, in samples, from the right place. Above it lips are seen to be off, so reading jumps there with a
 * cross-fade; below it reading slides there, which nobody hears.
 */
const JUMP_SAMPLES = 0.04 * SAMPLE_RATE;
/** Length of the cross-fade of a jump, so that it makes no click. */
const CROSS_SAMPLES = 0.01 * SAMPLE_RATE;
/** Largest change of speed while sliding. */
const MAX_SLIDE = 0.01;

interface Reader {
  ring: SoundRing | undefined;
  position: number;
}

/**
 * Makes a mixer. It reads each channel's sound where its picture is, and goes on without a click when a frame is
 * repeated or left out.
 */
export function openSoundMixer(): SoundMixer {
  const readers: Record<Channel, Reader> = { A: { ring: undefined, position: 0 }, B: { ring: undefined, position: 0 } };
  const peaks = { A: [0, 0], B: [0, 0], output: [0, 0] };
  let scratch = roomFor(0);

  const read = (channel: Channel, frame: InputFrame | undefined, delayMs: number): Float32Array => {
    const into = scratch[channel];
    const reader = readers[channel];
    if (!frame || frame.waiting) {
      reader.ring = undefined;
      return into.fill(0);
    }
    const length = into.length / CHANNELS;
    const due = frame.sample - (delayMs * frame.rate * SAMPLE_RATE) / 1000;
    const left = reader.ring === frame.sound && isElsewhere(due - reader.position) ? reader.position : undefined;
    if (reader.ring !== frame.sound || Math.abs(due - reader.position) < 1 || left !== undefined) {
      reader.ring = frame.sound;
      reader.position = due;
    }
    const slide = (due - reader.position) / length / 8;
    const step = frame.rate * (1 + Math.max(-MAX_SLIDE, Math.min(MAX_SLIDE, slide)));
    frame.sound.read(reader.position, step, into);
    if (left !== undefined) crossFrom(frame.sound, left, into);
    reader.position += length * step;
    return into;
  };

  return {
    mix(wanted, shown, samples) {
      if (scratch.output.length !== samples * CHANNELS) scratch = roomFor(samples);
      const output = scratch.output.fill(0);
      for (const channel of ['A', 'B'] as const) {
        const { gainDb, muted, delayMs, mono } = wanted.channels[channel];
        const sound = read(channel, shown[channel], delayMs);
        amplify(sound, muted ? 0 : 10 ** (gainDb / 20));
        if (mono) toMono(sound);
        keepPeaks(peaks[channel], sound);
        if (wanted.from === 'mix' || wanted.from === channel) add(output, sound);
      }
      amplify(output, wanted.outputMuted ? 0 : 10 ** (wanted.outputGainDb / 20));
      keepPeaks(peaks.output, output);
      return toBytes(output);
    },
    levels() {
      const levels = { A: levelsOf(peaks.A), B: levelsOf(peaks.B), output: levelsOf(peaks.output) };
      for (const pair of Object.values(peaks)) pair.fill(0);
      return levels;
    },
  };
}

const roomFor = (samples: number): Record<Channel | 'output', Float32Array> => ({
  A: new Float32Array(samples * CHANNELS),
  B: new Float32Array(samples * CHANNELS),
  output: new Float32Array(samples * CHANNELS),
});

function amplify(sound: Float32Array, factor: number): void {
  if (factor === 1) return;
  for (let index = 0; index < sound.length; index++) sound[index]! *= factor;
}

function toMono(sound: Float32Array): void {
  for (let index = 0; index + 1 < sound.length; index += CHANNELS) {
    sound[index] = sound[index + 1] = (sound[index]! + sound[index + 1]!) / 2;
  }
}

function add(output: Float32Array, sound: Float32Array): void {
  for (let index = 0; index < output.length; index++) output[index]! += sound[index]!;
}

function keepPeaks(peaks: number[], sound: Float32Array): void {
  let [left = 0, right = 0] = peaks;
  for (let index = 0; index < sound.length; index += CHANNELS) {
    left = Math.max(left, Math.abs(sound[index]!));
    right = Math.max(right, Math.abs(sound[index + 1]!));
  }
  peaks[0] = left;
  peaks[1] = right;
}

const levelsOf = ([left = 0, right = 0]: number[]): Levels => ({ leftDb: decibels(left), rightDb: decibels(right) });
const isElsewhere = (distance: number): boolean => Math.abs(distance) > JUMP_SAMPLES;

/** Begins `sound` with what would have come at `position`, and fades over. */
function crossFrom(ring: SoundRing, position: number, sound: Float32Array): void {
  const before = new Float32Array(Math.min(sound.length, CROSS_SAMPLES * CHANNELS));
  ring.read(position, 1, before);
  for (let index = 0; index < before.length; index++) {
    const part = index / before.length;
    sound[index] = (sound[index] ?? 0) * part + (before[index] ?? 0) * (1 - part);
  }
}

const decibels = (size: number): number => Math.max(-150, Math.round(20 * Math.log10(size || 1e-9) * 10) / 10);

function toBytes(output: Float32Array): Buffer {
  const samples = new Int16Array(output.length);
  for (let index = 0; index < output.length; index++) {
    samples[index] = Math.max(-32768, Math.min(32767, Math.round(output[index]! * 32768)));
  }
  return Buffer.from(samples.buffer);
}
