import { FOREIGN_FILE_ARGV } from '@amphi/lib/ffmpeg/argv.ts';
import { OperationFailed, type OperationContext, type OperationNeeds } from '../../../run/operation.ts';
import { runFfmpeg } from '../../run-ffmpeg.ts';
import { named, type Track } from './examined.ts';

/** How loud a sound is. */
export interface Loudness {
  /** Loudness by EBU R128. Undefined: it is silent. */
  loudnessLufs: number | undefined;
  /** Mean level (RMS) in dB. Undefined: it is silent. */
  rmsLevelDb: number | undefined;
  /** Highest sample in dB. */
  peakLevelDb: number | undefined;
}

/** Loudness of the first sound of a track. Rejects with `OperationFailed` if it cannot be read. */
export async function measureLoudness(
  { ffmpeg }: Pick<OperationNeeds, 'ffmpeg'>,
  { pathOf, signal, log, progress }: Pick<OperationContext, 'pathOf' | 'signal' | 'log' | 'progress'>,
  track: Track,
): Promise<Loudness> {
  const seen = new Map<string, number>();
  const line = (text: string): void => {
    const [, name, value] = /\b(I|RMS level dB|Peak level dB): *(-?(?:inf|\d+(?:\.\d+)?))/.exec(text) ?? [];
    // The loudness stands in the lines before the end too: the last one counts.
    if (name !== undefined) seen.set(name, Number(value));
  };
  const filter = 'astats=measure_perchannel=none:measure_overall=RMS_level+Peak_level,ebur128=framelog=verbose';
  const argv = [
    '-loglevel',
    'info',
    ...FOREIGN_FILE_ARGV,
    '-i',
    pathOf(track),
    '-map',
    '0:a:0',
    '-af',
    filter,
    '-f',
    'null',
    '-',
  ];
  await runFfmpeg(ffmpeg, argv, { signal, log, progress, durationMs: track.duration_ms, line });
  if (seen.size === 0) throw new OperationFailed(`the loudness of ${named(track)} cannot be measured`);
  const of = (name: string): number | undefined => {
    const value = seen.get(name);
    return value === undefined || !Number.isFinite(value) ? undefined : value;
  };
  const loudness = of('I');
  // The gate of EBU R128 is at -70 LUFS: what is below it is no sound.
  const isHeard = loudness !== undefined && loudness > SILENT_LUFS;
  return {
    loudnessLufs: isHeard ? loudness : undefined,
    rmsLevelDb: of('RMS level dB'),
    peakLevelDb: of('Peak level dB'),
  };
}

const SILENT_LUFS = -70;

/** Decibels by which a sound is made louder at most: beyond this there is noise alone. */
const MOST_GAIN_DB = 30;
/** Level in dB that no sample exceeds afterwards. */
const CEILING_DB = -1.5;

/**
 * Filter that changes the level by some dB, all of it equally; peaks that would be too loud are held down. Gains of more than 30 dB
 * become 30.
 */
export function gainFilter(gainDb: number, { peakLevelDb = 0 }: Pick<Loudness, 'peakLevelDb'>): string {
  const gain = Math.min(gainDb, MOST_GAIN_DB);
  const volume = `volume=${gain.toFixed(2)}dB`;
  if (peakLevelDb + gain <= CEILING_DB) return volume;
  return `${volume},alimiter=limit=${(10 ** (CEILING_DB / 20)).toFixed(4)}:level=disabled`;
}
