import { quietArgv } from '#lib/ffmpeg/argv.ts';
import { runFfmpeg } from '#lib/ffmpeg/run-ffmpeg.ts';
import type { Asked, Programs } from '../asked.ts';
import { soundInputArgv } from './sound-argv.ts';

/** Loudness of a recording, measured as EBU R128 says. */
export interface Loudness {
  /** Integrated loudness in LUFS; -70 for silence. */
  integratedLufs: number;
  /** Loudness range in LU. */
  rangeLu: number;
  /** True peak in dB of the greatest possible; -Infinity for silence. */
  truePeakDb: number;
}

/** Loudness without other wishes, in LUFS. */
export const TARGET_LUFS = -16;
/** Peak that is not exceeded, in dB. */
const MOST_PEAK_DB = -1.5;
/** Gain in dB; a recording that would need more is made so much louder only, since its noise would be loud. */
const MOST_GAIN_DB = 30;
/** Loudness in LUFS up to which a recording counts as silent, and is left as it is. */
const SILENT_LUFS = -60;

/** Measures the first sound of a file: the first of two passes. Rejects with FFmpeg's words, also if it has none. */
export async function measureLoudness(
  { ffmpeg }: Pick<Programs, 'ffmpeg'>,
  path: string,
  { signal }: Asked = {},
): Promise<Loudness> {
  const lines: string[] = [];
  let isSummary = false;
  await runFfmpeg(
    ffmpeg,
    [...quietArgv('info'), ...soundInputArgv(path), '-af', 'ebur128=peak=true:framelog=verbose', '-f', 'null', '-'],
    {
      signal,
      onLine(line) {
        isSummary ||= /ebur128.*Summary:/.test(line);
        if (isSummary) lines.push(line);
      },
    },
  );
  return summaryOf(lines);
}

function summaryOf(lines: readonly string[]): Loudness {
  const value = (name: string): number | undefined => {
    const text = lines
      .map((line) => new RegExp(`^\\s*${name}:\\s+(-?[\\d.]+|-?inf|nan)`).exec(line)?.[1])
      .find(Boolean);
    if (text === undefined) return undefined;
    return Number.isFinite(Number(text)) ? Number(text) : -Infinity;
  };
  const integratedLufs = value('I');
  if (integratedLufs === undefined) throw new Error('FFmpeg did not say how loud the sound is');
  return {
    integratedLufs: Math.max(-70, integratedLufs),
    rangeLu: value('LRA') ?? 0,
    truePeakDb: value('Peak') ?? -Infinity,
  };
}

/** Gain in dB that brings a recording to the wanted loudness. */
export function gainOf({ integratedLufs }: Loudness, targetLufs = TARGET_LUFS): number {
  if (integratedLufs <= SILENT_LUFS) return 0;
  return Math.min(MOST_GAIN_DB, targetLufs - integratedLufs);
}

/**
 * The filter of the second pass: the same gain from beginning to end, so that soft and loud keep their distance; if peaks
 * would exceed -1.5 dB, these alone are lowered.
 */
export function loudnessFilter(loudness: Loudness, targetLufs = TARGET_LUFS): string {
  const gain = gainOf(loudness, targetLufs);
  const volume = `volume=${gain.toFixed(2)}dB:precision=float`;
  if (loudness.truePeakDb + gain <= MOST_PEAK_DB) return volume;
  return `${volume},alimiter=limit=${(10 ** (MOST_PEAK_DB / 20)).toFixed(4)}:level=false:latency=true`;
}
