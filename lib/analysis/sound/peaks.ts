import { quietArgv } from '#lib/ffmpeg/argv.ts';
import { runFfmpeg } from '#lib/ffmpeg/run-ffmpeg.ts';
import type { Asked, Programs } from '../asked.ts';
import { soundInputArgv } from './sound-argv.ts';

/** The shape of a sound, for a page that draws it. */
export interface Peaks {
  perSecond: number;
  /** The highest level in each stretch, 0 to 100 of the greatest possible. */
  peaks: number[];
}

/** What is asked of the shape. */
export interface PeaksAsked extends Asked {
  /** Values in a second (10), 1 to 100. */
  perSecond?: number;
}

/** Samples in a second that are looked at; peaks of speech are well kept. */
const RATE = 8000;

/** Reads the shape of a file's first sound. Rejects with FFmpeg's words, also if it has none. */
export async function readPeaks(
  { ffmpeg }: Pick<Programs, 'ffmpeg'>,
  path: string,
  { perSecond = 10, signal }: PeaksAsked = {},
): Promise<Peaks> {
  const reader = openPeakReader(Math.round(RATE / Math.min(100, Math.max(1, perSecond))));
  const output = ['-ac', '1', '-ar', String(RATE), '-c:a', 'pcm_s16le', '-f', 's16le', 'pipe:1'];
  await runFfmpeg(ffmpeg, [...quietArgv('error'), ...soundInputArgv(path), ...output], {
    signal,
    onBytes: (bytes) => reader.read(bytes),
  });
  return { perSecond: RATE / reader.samples, peaks: reader.end() };
}

/** Opens a reader of 16 bit samples, little endian, that gives the highest of each so many. */
export function openPeakReader(samples: number): { samples: number; read(bytes: Uint8Array): void; end(): number[] } {
  const peaks: number[] = [];
  let [count, peak] = [0, 0];
  let half: number | undefined;
  const take = (low: number, high: number): void => {
    const value = ((low | (high << 8)) << 16) >> 16;
    peak = Math.max(peak, Math.abs(value));
    if (++count < samples) return;
    peaks.push(Math.round((Math.min(peak, 32_767) * 100) / 32_767));
    [count, peak] = [0, 0];
  };
  return {
    samples,
    read(bytes) {
      let at = 0;
      if (half !== undefined && bytes.length > 0) take(half, bytes[at++]!);
      else if (half !== undefined) return;
      half = undefined;
      for (; at + 1 < bytes.length; at += 2) take(bytes[at]!, bytes[at + 1]!);
      if (at < bytes.length) half = bytes[at];
    },
    end() {
      if (count > 0) peaks.push(Math.round((Math.min(peak, 32_767) * 100) / 32_767));
      return peaks;
    },
  };
}
