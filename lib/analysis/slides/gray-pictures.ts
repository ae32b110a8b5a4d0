import { fileUrl, FOREIGN_FILE_ARGV, nutOutputArgv, quietArgv } from '#lib/ffmpeg/argv.ts';
import type { Rect } from '#lib/media/geometry.ts';
import type { Interval } from '#lib/media/intervals.ts';
import { openNutReader } from '#lib/media/nut.ts';
import { runFfmpeg, type FfmpegRun } from '#lib/ffmpeg/run-ffmpeg.ts';
import type { Asked } from '../asked.ts';
import { chosenPictures } from '../pictures/chosen-pictures.ts';
import { SINGLE_KEYS_ARGV } from '../pictures/single-keys.ts';
import { GRAY, GRAY_BYTES } from './gray.ts';

/** What is read of a file. */
export interface GraySpec extends Asked {
  ffmpeg: string;
  path: string;
  fromMs: number;
  toMs: number;
  /** Part of the picture, in parts (0 to 1) of it; without it the whole. */
  rect?: Rect | undefined;
  /** Stretches of the whole file whose pictures are read; their times are then those of what is kept. */
  kept?: readonly Interval[] | undefined;
  /** Whether key pictures alone are decoded, which costs a tenth. */
  keysOnly: boolean;
  /** Milliseconds between two pictures, at least. */
  everyMs: number;
  /** Takes a picture, which is overwritten afterwards. What it throws ends the reading. */
  onPicture: (gray: Uint8Array, timeMs: number) => void;
}

/** Part of the wanted distance that two pictures have at least: films are not quite even. */
export const APART = 0.95;
/** Time stamps in a second. */
const TICKS = 1_000_000;

/** Reads small gray pictures (see gray.ts) of a file, with their times. Rejects with FFmpeg's words if it fails. */
export async function readGrayPictures(spec: GraySpec): Promise<void> {
  const { ffmpeg, path, fromMs, toMs, signal, onPicture } = spec;
  const from = { ffmpeg, argv: argvOf(spec), signal, name: path };
  await takeGray(from, (gray, ms) => {
    // FFmpeg may give one picture too many.
    if (fromMs + ms < toMs) onPicture(gray, fromMs + ms);
  });
}

/** Pictures that are fed one after the other. */
export interface GrayFed extends Asked {
  ffmpeg: string;
  /** Gives key pictures, each as an Annex B stream of its own. */
  feed: NonNullable<FfmpegRun['feed']>;
  /** Takes a picture, which is overwritten afterwards. */
  onPicture: (gray: Uint8Array) => void;
}

/** Decodes single key pictures to small gray ones, in order. Rejects with FFmpeg's words if it fails. */
export async function decodeGrayKeys({ ffmpeg, feed, onPicture, signal }: GrayFed): Promise<void> {
  // Threads cost more than they give: no picture waits for another.
  const input = ['-threads', '1', ...SINGLE_KEYS_ARGV];
  const argv = [...quietArgv('error'), ...input, ...outputArgv([SMALL])];
  await takeGray({ ffmpeg, argv, signal, feed, name: 'a film' }, onPicture);
}

/** A run of FFmpeg that gives gray pictures on pipe 1. */
interface GrayRun extends Pick<FfmpegRun, 'signal' | 'feed'> {
  ffmpeg: string;
  argv: readonly string[];
  /** What the pictures are of, for messages. */
  name: string;
}

/** Takes the pictures of a run, with their times. */
async function takeGray(
  { ffmpeg, argv, name, signal: asked, feed }: GrayRun,
  onPicture: (gray: Uint8Array, ms: number) => void,
): Promise<void> {
  const picture = new Uint8Array(GRAY_BYTES);
  const stop = new AbortController();
  let [filled, ms] = [0, 0];
  const reader = openNutReader({
    begins(bytes, ticks) {
      if (bytes !== GRAY_BYTES) throw new Error(`a picture has ${bytes} bytes`);
      ms = (Number(ticks) * 1000) / TICKS;
    },
    room: () => picture.subarray(filled),
    landed(bytes) {
      filled = (filled + bytes) % GRAY_BYTES;
      if (filled === 0) onPicture(picture, ms);
    },
    torn: (reason) => stop.abort(new Error(`pictures of ${name} cannot be read: ${reason}`)),
  });
  const signal = asked ? AbortSignal.any([asked, stop.signal]) : stop.signal;
  await runFfmpeg(ffmpeg, argv, {
    signal,
    feed,
    onBytes(bytes) {
      try {
        for (let at = 0; at < bytes.length && !stop.signal.aborted;) {
          const room = reader.room();
          const count = Math.min(room.length, bytes.length - at);
          room.set(bytes.subarray(at, at + count));
          at += count;
          reader.landed(count);
        }
      } catch (error) {
        stop.abort(error);
      }
    },
  });
}

const SMALL = `scale=${GRAY.widthPx}:${GRAY.heightPx}:flags=area`;

function argvOf({ path, fromMs, toMs, rect, kept, keysOnly, everyMs }: GraySpec): string[] {
  const apart = `select='isnan(prev_selected_t)+gte(t-prev_selected_t,${(everyMs * APART) / 1000})'`;
  const crop = rect ? [`crop=w=iw*${rect.width}:h=ih*${rect.height}:x=iw*${rect.x}:y=ih*${rect.y}`] : [];
  return [
    ...quietArgv('error'),
    ...(keysOnly ? ['-skip_frame', 'nokey'] : []),
    ...FOREIGN_FILE_ARGV,
    ...(fromMs > 0 ? ['-ss', String(fromMs / 1000)] : []),
    ...(Number.isFinite(toMs) ? ['-t', String((toMs - fromMs) / 1000)] : []),
    '-i',
    fileUrl(path),
    ...outputArgv([...(kept ? [chosenPictures(kept)] : []), apart, ...crop, SMALL]),
  ];
}

const outputArgv = (filters: readonly string[]): string[] => [
  '-map',
  '0:V:0',
  '-vf',
  [...filters, 'format=gray', `settb=1/${TICKS}`, "setpts='max(PTS,0)'"].join(','),
  '-fps_mode',
  'passthrough',
  '-enc_time_base',
  `1:${TICKS}`,
  '-c:v',
  'rawvideo',
  ...nutOutputArgv(1),
];
