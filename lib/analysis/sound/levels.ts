import { quietArgv } from '#lib/ffmpeg/argv.ts';
import { runFfmpeg } from '#lib/ffmpeg/run-ffmpeg.ts';
import type { Asked, Programs } from '../asked.ts';
import { soundInputArgv } from './sound-argv.ts';

/** The sound of one second. */
export interface Level {
  fromMs: number;
  /** Mean (RMS) and highest level of all channels, in dB of the greatest possible; -Infinity without any sound. */
  rmsDb: number;
  peakDb: number;
}

/** Samples in a second to which the sound is brought, so that a second has the same number of them in all files. */
const RATE = 48_000;

/** The level of each second of a file's first sound. Rejects with FFmpeg's words, also if it has none. */
export async function readLevels(
  { ffmpeg }: Pick<Programs, 'ffmpeg'>,
  path: string,
  { signal }: Asked = {},
): Promise<Level[]> {
  const reader = openLevelReader();
  const measured = `asetnsamples=n=${RATE}:p=0,astats=metadata=1:reset=1:measure_perchannel=none`;
  const filters = `aresample=${RATE},aformat=sample_fmts=fltp,${measured}:measure_overall=Peak_level+RMS_level`;
  await runFfmpeg(
    ffmpeg,
    [
      ...quietArgv('error'),
      ...soundInputArgv(path),
      '-af',
      `${filters},ametadata=mode=print:file='pipe\\:1'`,
      '-f',
      'null',
      '-',
    ],
    { signal, onBytes: (bytes) => reader.read(bytes.toString('latin1')) },
  );
  return reader.levels();
}

/** Opens a reader of what FFmpeg's `ametadata` prints of `astats`. */
export function openLevelReader(): { read(text: string): void; levels(): Level[] } {
  const levels: Level[] = [];
  let rest = '';
  const readLine = (line: string): void => {
    const [, seconds] = /\bpts_time:(-?[\d.]+)/.exec(line) ?? [];
    if (seconds !== undefined) {
      levels.push({ fromMs: Math.round(Number(seconds) * 1000), rmsDb: -Infinity, peakDb: -Infinity });
      return;
    }
    const [, name, value = ''] = /Overall\.(Peak|RMS)_level=(\S+)/.exec(line) ?? [];
    const level = levels.at(-1);
    if (!level || name === undefined) return;
    const db = Number.isFinite(Number(value)) ? Number(value) : -Infinity;
    if (name === 'Peak') level.peakDb = db;
    else level.rmsDb = db;
  };
  return {
    read(text) {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) readLine(line);
    },
    levels: () => levels,
  };
}
