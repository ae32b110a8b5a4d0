import { startChild } from '@amphi/lib/runtime/processes/child.ts';
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

/** Niceness of FFmpeg: processing gets what live, recording and pages leave. */
const NICENESS = 19;
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
  signal.throwIfAborted();
  const words = ['-hide_banner', '-nostdin', '-y', '-nostats', '-loglevel', 'error', '-progress', 'pipe:1', ...argv];
  const child = startChild({
    command: ffmpeg,
    argv: words,
    takes: [1],
    niceness: NICENESS,
    ...(line && { onStderrLine: line }),
  });
  const stop = (): void => void child.stop(1000);
  signal.addEventListener('abort', stop, { once: true });
  const made: Made = { durationMs: undefined, frames: undefined };
  try {
    child
      .take(1)
      .setEncoding('utf8')
      .on('data', (text: string) => {
        const doneUs = text
          .match(/out_time_us=\d+/g)
          ?.at(-1)
          ?.slice('out_time_us='.length);
        if (doneUs !== undefined) made.durationMs = Number(doneUs) / 1000;
        const frames = text
          .match(/frame=\s*\d+/g)
          ?.at(-1)
          ?.replace(/\D+/, '');
        if (frames !== undefined) made.frames = Number(frames);
        if (durationMs && made.durationMs !== undefined) progress?.(made.durationMs / durationMs);
      });
    const { code, reason } = await child.died;
    signal.throwIfAborted();
    if (code === 0) return made;
    const words = child.stderrTail();
    log(words || reason, 'error');
    throw new OperationFailed(whyFailed(words, reason));
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** A full disk is told as such: the last line of FFmpeg is about what came after it. */
const whyFailed = (words: string, reason: string): string =>
  /No space left on device|Disk quota exceeded/.test(words)
    ? 'the disk of the server is full'
    : `FFmpeg could not do it: ${lastOf(reason)}`;

const lastOf = (reason: string): string => reason.trim().slice(-MOST_REASON).toWellFormed();
