import { lengthOf, type Interval } from '#lib/media/intervals.ts';
import { chosenPictures } from './chosen-pictures.ts';
import { fileUrl, FOREIGN_FILE_ARGV, quietArgv } from '#lib/ffmpeg/argv.ts';
import { probeWithLength } from '../length.ts';
import { runFfmpeg, type FfmpegRun } from '#lib/ffmpeg/run-ffmpeg.ts';
import type { Asked, Programs } from '../asked.ts';
import { keysForPreviews } from './keys-for-previews.ts';
import { giveKeys, SINGLE_KEYS_ARGV, withSingleKeys } from './single-keys.ts';
import { writeBeside } from '#lib/runtime/disk/write-beside.ts';

/** What is asked of previews for a timeline. */
export interface PreviewsAsked extends Asked {
  /** Number of small pictures (100, as in Opencast), 1 to 1000. */
  count?: number;
  /** Width of a small picture in pixels (160); the height follows from the video. */
  widthPx?: number;
  /** Stretches of the recording that the timeline has, in the order of time; undefined: all of it. */
  kept?: readonly Interval[] | undefined;
}

/** One picture with many small ones, row by row; that of a time has the number `floor(time / everyMs)`. */
export interface TimelinePreviews {
  count: number;
  columns: number;
  rows: number;
  /** Size of a small picture. */
  widthPx: number;
  heightPx: number;
  everyMs: number;
}

/** Limits of what is asked. */
const MOST_PICTURES = 1000;
const WIDEST_PX = 640;

/**
 * Makes previews for a timeline: a JPEG with small pictures at even distances, each from the middle of its stretch, or the
 * key picture before it. Of an H.264 film in an MP4 file only these key pictures are read; of others all key pictures.
 * Rejects for a file without picture or length, else with FFmpeg's words.
 */
export async function makeTimelinePreviews(
  programs: Programs,
  path: string,
  to: string,
  { count = 100, widthPx = 160, kept, signal }: PreviewsAsked = {},
): Promise<TimelinePreviews> {
  const { streams, durationMs } = await probeWithLength(programs, path, { signal });
  const shownMs = kept ? lengthOf(kept) : durationMs;
  const geometry = geometryOf({ streams, durationMs: shownMs }, count, widthPx);
  const draw: Draw = (input, filters, feed) =>
    writeBeside(to, (temporary) =>
      runFfmpeg(programs.ffmpeg, [...input, ...outputArgv(geometry, filters, temporary)], { signal, feed }),
    );
  const shown = kept ?? [{ fromMs: 0, toMs: durationMs }];
  const isDrawn = await withSingleKeys(path, async (keys) => {
    const numbers = keysForPreviews(keys.timesMs, geometry, shown);
    await draw(SINGLE_KEYS_ARGV, [], (give) => giveKeys(keys, numbers, give));
    return true;
  });
  if (!isDrawn) await draw(inputArgv(path), evenPictures(geometry, kept));
  return geometry;
}

/** Draws what an input gives after these filters. */
type Draw = (input: readonly string[], filters: readonly string[], feed?: FfmpegRun['feed']) => Promise<void>;

function geometryOf(
  { durationMs, streams }: Pick<Awaited<ReturnType<typeof probeWithLength>>, 'durationMs' | 'streams'>,
  count: number,
  widthPx: number,
): TimelinePreviews {
  const video = streams.find(({ kind }) => kind === 'video');
  if (!video) throw new Error('previews need a video: this file has none');
  if (durationMs <= 0) throw new Error('previews need a video that has a length');
  const pictures = Math.round(Math.min(MOST_PICTURES, Math.max(1, count)));
  const columns = Math.ceil(Math.sqrt(pictures));
  const width = 2 * Math.round(Math.min(WIDEST_PX, Math.max(16, widthPx)) / 2);
  const { widthPx: wide = 16, heightPx: high = 9 } = video;
  return {
    count: pictures,
    columns,
    rows: Math.ceil(pictures / columns),
    widthPx: width,
    heightPx: 2 * Math.max(1, Math.round((width * high) / wide / 2)),
    everyMs: durationMs / pictures,
  };
}

const inputArgv = (path: string): string[] => [...FOREIGN_FILE_ARGV, '-skip_frame', 'nokey', '-i', fileUrl(path)];

/** Filters that give one picture for each stretch, of all key pictures of a file. */
function evenPictures({ count, everyMs }: TimelinePreviews, kept: readonly Interval[] | undefined): string[] {
  const every = everyMs / 1000;
  // The last key picture is shown to the end. Each picture of the output repeats the newest key picture that is not later than the middle of its stretch.
  return [
    ...(kept ? [chosenPictures(kept)] : []),
    `tpad=stop_mode=clone:stop_duration=${every * 1.5}`,
    `fps=fps=${1 / every}:start_time=${every / 2}:round=up`,
    `tpad=stop_mode=clone:stop=${count}`,
  ];
}

function outputArgv(
  { count, columns, rows, widthPx, heightPx }: TimelinePreviews,
  chosen: readonly string[],
  temporary: string,
): string[] {
  const filters = [
    `scale=${widthPx}:${heightPx}:force_original_aspect_ratio=decrease:flags=area`,
    `pad=${widthPx}:${heightPx}:-1:-1`,
    'setsar=1',
    ...chosen,
    `tile=${columns}x${rows}:nb_frames=${count}`,
  ];
  return [
    ...quietArgv('error'),
    '-map',
    '0:V:0',
    '-vf',
    filters.join(','),
    '-frames:v',
    '1',
    '-c:v',
    'mjpeg',
    '-q:v',
    '4',
    '-pix_fmt',
    'yuvj420p',
    '-map_metadata',
    '-1',
    '-f',
    'image2',
    '-update',
    '1',
    '-y',
    fileUrl(temporary),
  ];
}
