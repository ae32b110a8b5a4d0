import { fileUrl, FOREIGN_FILE_ARGV, nutOutputArgv, quietArgv } from '#lib/ffmpeg/argv.ts';
import type { Rect } from '#lib/media/geometry.ts';
import { openNutReader } from '#lib/media/nut.ts';
import { runFfmpeg } from '#lib/ffmpeg/run-ffmpeg.ts';
import type { Asked } from '../asked.ts';
import { GRAY, GRAY_BYTES } from './gray.ts';

/** What is read of a file. */
export interface GraySpec extends Asked {
  ffmpeg: string;
  path: string;
  fromMs: number;
  toMs: number;
  /** Part of the picture, in parts (0 to 1) of it; without it the whole. */
  rect?: Rect | undefined;
  /** Whether key pictures alone are decoded, which costs a tenth. */
  keysOnly: boolean;
  /** Milliseconds between two pictures, at least. */
  everyMs: number;
  /** Takes a picture, which is overwritten afterwards. What it throws ends the reading. */
  onPicture: (gray: Uint8Array, timeMs: number) => void;
}

/** Time stamps in a second. */
const TICKS = 1_000_000;

/** Reads small gray pictures (see gray.ts) of a file, with their times. Rejects with FFmpeg's words if it fails. */
export async function readGrayPictures(spec: GraySpec): Promise<void> {
  const picture = new Uint8Array(GRAY_BYTES);
  const stop = new AbortController();
  let [filled, timeMs] = [0, 0];
  const reader = openNutReader({
    begins(bytes, ticks) {
      if (bytes !== GRAY_BYTES) throw new Error(`a picture has ${bytes} bytes`);
      timeMs = spec.fromMs + (Number(ticks) * 1000) / TICKS;
    },
    room: () => picture.subarray(filled),
    landed(bytes) {
      filled = (filled + bytes) % GRAY_BYTES;
      // FFmpeg may give one picture too many.
      if (filled === 0 && timeMs < spec.toMs) spec.onPicture(picture, timeMs);
    },
    torn: (reason) => stop.abort(new Error(`pictures of ${spec.path} cannot be read: ${reason}`)),
  });
  const signal = spec.signal ? AbortSignal.any([spec.signal, stop.signal]) : stop.signal;
  await runFfmpeg(spec.ffmpeg, argvOf(spec), {
    signal,
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

function argvOf({ path, fromMs, toMs, rect, keysOnly, everyMs }: GraySpec): string[] {
  const apart = `select='isnan(prev_selected_t)+gte(t-prev_selected_t,${(everyMs * 0.95) / 1000})'`;
  const crop = rect ? [`crop=w=iw*${rect.width}:h=ih*${rect.height}:x=iw*${rect.x}:y=ih*${rect.y}`] : [];
  const size = `scale=${GRAY.widthPx}:${GRAY.heightPx}:flags=area`;
  return [
    ...quietArgv('error'),
    ...(keysOnly ? ['-skip_frame', 'nokey'] : []),
    ...FOREIGN_FILE_ARGV,
    ...(fromMs > 0 ? ['-ss', String(fromMs / 1000)] : []),
    ...(Number.isFinite(toMs) ? ['-t', String((toMs - fromMs) / 1000)] : []),
    '-i',
    fileUrl(path),
    '-map',
    '0:V:0',
    '-vf',
    [apart, ...crop, size, 'format=gray', `settb=1/${TICKS}`, "setpts='max(PTS,0)'"].join(','),
    '-fps_mode',
    'passthrough',
    '-enc_time_base',
    `1:${TICKS}`,
    '-c:v',
    'rawvideo',
    ...nutOutputArgv(1),
  ];
}
