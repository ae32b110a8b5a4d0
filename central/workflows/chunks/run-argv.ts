import { pipeInputArgv, quietArgv, transportStreamArgv } from '@amphi/lib/ffmpeg/argv.ts';
import { TICKS_PER_SECOND } from '@amphi/lib/media/packet.ts';
import type { ChunkOutput } from './plan/chunk-output.ts';
import type { Rate } from './plan/filter-chain.ts';

/** What one output of a run takes. */
export interface RunOutput {
  output: ChunkOutput;
  /** The usual rate of the film, which the encoder is told where the profile has no rate. */
  filmRate: Rate | undefined;
  /** Numbers of the pictures that are encoded, after all filters: from `from` up to, not including, `to`. */
  from: number;
  to: number;
  /** Times in ticks of the pictures at which groups begin. */
  keyTicks: readonly number[];
}

/** File descriptor of the pipe of the first output; the others follow. */
export const FIRST_FD = 3;
/** Seconds that are added to all times of the encoder, so that no decoding time is below 0. */
export const OFFSET_S = 10;
/** Ticks by which a key picture is asked for too early, so that rounding never misses it. */
const EARLY_TICKS = 45;

/**
 * Arguments for an ffmpeg that decodes a run of groups once (fragmented MP4 on its standard input) and encodes it for
 * each output to MPEG-TS on a pipe. Groups begin where they are asked to and nowhere else; times are kept. One thread
 * each: as many runs are made side by side as there are processors.
 */
export const runArgv = (outputs: readonly RunOutput[]): string[] => [
  ...quietArgv('error'),
  '-copyts',
  '-threads',
  '1',
  '-filter_threads',
  '1',
  ...MP4_INPUT,
  ...outputs.flatMap((one, n) => outputArgv(one, FIRST_FD + n)),
];

/** The index stands at the front, so nothing has to be read ahead. */
const MP4_INPUT = pipeInputArgv('mp4', 0);

function outputArgv(run: RunOutput, fd: number): string[] {
  const { output, from, to } = run;
  const select = `select='between(n,${from},${to - 1})'`;
  const filters = [...(output.filters === undefined ? [] : [output.filters]), select].join(',');
  const keys = run.keyTicks.map((ticks) => secondsOf(Math.max(0, ticks - EARLY_TICKS)));
  const pictures = ['-map', '0:v:0', '-an', '-filter:v', filters, '-fps_mode', 'passthrough'];
  const times = ['-enc_time_base', output.timeBase ?? '1:90000', '-force_key_frames', keys.join(',')];
  const target = ['-output_ts_offset', String(OFFSET_S), '-mpegts_copyts', '1', ...transportStreamArgv(fd)];
  return [...pictures, ...times, ...encoderArgv(run), ...target];
}

const secondsOf = (ticks: number): string => (ticks / TICKS_PER_SECOND).toFixed(6);

/** Options of the encoder, the same for every run of a rendition, so that its parameter sets are too. */
export function encoderArgv({ output, filmRate }: Pick<RunOutput, 'output' | 'filmRate'>): string[] {
  const rate = output.rate ?? filmRate;
  const parameters = [...output.x264, ...(rate ? [`fps=${rate.over}/${rate.under}`] : [])].join(':');
  const codec = ['-c:v', 'libx264', ...output.video, '-threads:v', '1'];
  return [...codec, ...GROUPS, ...(parameters === '' ? [] : ['-x264-params', parameters])];
}

/** Groups begin with the key pictures that are asked for, and are closed. */
const GROUPS = '-g 100000 -keyint_min 50000 -sc_threshold 0 -flags +cgop -forced-idr 1'.split(' ');
