import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { join } from 'node:path';
import { findFfmpeg } from '#lib/ffmpeg/ffmpeg.ts';

const run = promisify(execFile);

/** How a film for a test is made. Without `size` it has no picture, without `sound` no sound. */
export interface FilmSpec {
  size?: string | undefined;
  rate?: number;
  seconds?: number;
  /** Frequency of its tone in Hz. */
  sound?: number | undefined;
  /** Loudness of the tone, 0 to 1. */
  volume?: number;
  /** Source of its pictures; a colour of FFmpeg. */
  colour?: string;
  /** Further arguments of FFmpeg before the output. */
  more?: readonly string[];
}

/** Makes a short film, or sound alone, in a folder. Gives its path. */
export async function makeFilm(
  folder: string,
  name: string,
  { size, rate = 25, seconds = 5, sound, volume = 0.5, colour, more = [] }: FilmSpec,
): Promise<string> {
  const { ffmpeg } = await findFfmpeg({});
  const path = join(folder, name);
  const picture =
    colour === undefined ? `testsrc2=size=${size}:rate=${rate}` : `color=${colour}:size=${size}:rate=${rate}`;
  const inputs = [
    ...(size === undefined ? [] : ['-f', 'lavfi', '-i', picture]),
    ...(sound === undefined
      ? []
      : ['-f', 'lavfi', '-i', `sine=frequency=${sound}:sample_rate=48000,volume=${volume * 8}`]),
  ];
  const codecs = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', String(rate * 2)];
  const argv = ['-v', 'error', '-nostdin', '-y', ...inputs, '-t', String(seconds), ...codecs, ...more, path];
  await run(ffmpeg, argv);
  return path;
}

/** Makes a copy of a film that players turn by a quarter. Gives its path. */
export async function turnedCopy(folder: string, name: string, film: string): Promise<string> {
  const { ffmpeg } = await findFfmpeg({});
  const path = join(folder, name);
  await run(ffmpeg, ['-v', 'error', '-nostdin', '-y', '-i', film, '-c', 'copy', '-metadata:s:v', 'rotate=90', path]);
  return path;
}

/** What ffprobe tells of a file, after all of it was decoded without an error. */
export async function decoded(path: string): Promise<{ frames: number; errors: string; keyTimes: number[] }> {
  const { ffmpeg, ffprobe } = await findFfmpeg({});
  const { stderr, stdout } = await run(ffmpeg, [
    '-v',
    'error',
    '-nostdin',
    '-i',
    path,
    '-map',
    '0:v:0?',
    '-map',
    '0:a?',
    '-fps_mode',
    'passthrough',
    '-f',
    'null',
    '-progress',
    'pipe:1',
    '-',
  ]);
  const frames = Number([...stdout.matchAll(/frame=(\d+)/g)].at(-1)?.[1] ?? 0);
  const shown = await run(ffprobe, [
    '-v',
    'error',
    '-select_streams',
    'v:0',
    '-show_entries',
    'packet=pts_time,flags',
    '-of',
    'csv=p=0',
    path,
  ]);
  const keyTimes = shown.stdout.split('\n').flatMap((line) => (line.includes('K') ? [Number(line.split(',')[0])] : []));
  return { frames, errors: stderr.trim(), keyTimes };
}

/** The mean colour of a rectangle of the picture at a moment: red, green, blue. */
export async function colourAt(
  path: string,
  seconds: number,
  [left, top, width, height]: readonly [number, number, number, number],
): Promise<number[]> {
  const { ffmpeg } = await findFfmpeg({});
  const { stdout } = await run(
    ffmpeg,
    [
      '-v',
      'error',
      '-nostdin',
      '-ss',
      String(seconds),
      '-i',
      path,
      '-frames:v',
      '1',
      '-vf',
      `crop=${width}:${height}:${left}:${top},scale=1:1:flags=area,format=rgb24`,
      '-f',
      'rawvideo',
      'pipe:1',
    ],
    { encoding: 'buffer' },
  );
  return [...stdout];
}
