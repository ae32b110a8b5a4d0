import { FfmpegFailed, runFfmpeg as run } from '@amphi/lib/ffmpeg/run-ffmpeg.ts';
import { OperationFailed, type OperationContext } from '../run/operation.ts';

/** How a run of FFmpeg is followed. */
interface Followed extends Pick<OperationContext, 'signal' | 'log'> {
  /** Is told how much is done, 0 to 1. */
  progress?: ((part: number) => void) | undefined;
  /** Length of what is made, for the progress. */
  durationMs?: number | null | undefined;
  /** Is told each line that FFmpeg writes to stderr; errors alone without `-loglevel` among the arguments. */
  line?: ((text: string) => void) | undefined;
}

/** Characters of FFmpeg's last words that are told as the reason. */
const MOST_REASON = 600;

/** What FFmpeg has made. */
export interface Made {
  /** Length of it in ms, and its number of pictures; undefined: FFmpeg did not tell. */
  durationMs: number | undefined;
  frames: number | undefined;
}

/**
 * Runs FFmpeg to its end, at a low priority. Rejects with `OperationFailed` and FFmpeg's last words if it fails, and with the
 * reason of the signal when that is aborted.
 */
export async function runFfmpeg(
  ffmpeg: string,
  argv: readonly string[],
  { signal, log, progress, durationMs, line }: Followed,
): Promise<Made> {
  const words = ['-hide_banner', '-nostdin', '-y', '-nostats', '-loglevel', 'error', '-progress', 'pipe:1', ...argv];
  const made: Made = { durationMs: undefined, frames: undefined };
  let rest = '';
  const onBytes = (bytes: Buffer): void => {
    const all = rest + bytes.toString('latin1');
    const end = all.lastIndexOf('\n') + 1;
    const text = all.slice(0, end);
    rest = all.slice(end);
    const doneUs = lastNumber(text, /out_time_us=(\d+)/g);
    if (doneUs !== undefined) made.durationMs = doneUs / 1000;
    made.frames = lastNumber(text, /frame=\s*(\d+)/g) ?? made.frames;
    if (durationMs && made.durationMs !== undefined) progress?.(made.durationMs / durationMs);
  };
  try {
    await run(ffmpeg, words, { signal, onBytes, onLine: line });
    return made;
  } catch (error) {
    if (!(error instanceof FfmpegFailed)) throw error;
    log(error.words || error.message, 'error');
    throw new OperationFailed(
      error.isDiskFull ? 'the disk of the server is full' : `FFmpeg could not do it: ${lastOf(error.message)}`,
    );
  }
}

function lastNumber(text: string, pattern: RegExp): number | undefined {
  const found = [...text.matchAll(pattern)].at(-1);
  return found && Number(found[1]);
}

const lastOf = (reason: string): string => reason.trim().slice(-MOST_REASON).toWellFormed();
