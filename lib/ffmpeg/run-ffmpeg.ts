import { startChild, type Child, type Death } from '#lib/runtime/processes/child.ts';

/** The failure of FFmpeg. Its message is the reason. */
export class FfmpegFailed extends Error {
  override name = 'FfmpegFailed';
  /** FFmpeg's last lines; empty: it wrote none. */
  readonly words: string;

  constructor(reason: string, words: string) {
    super(reason);
    this.words = words;
  }

  /** Whether the disk is full: the last line of FFmpeg is about what came after it. */
  get isDiskFull(): boolean {
    return /No space left on device|Disk quota exceeded/.test(this.words);
  }
}

/** What is done with the output of a run. */
export interface FfmpegRun {
  /** Once it is aborted, the program is ended, and the run rejects with its reason. */
  signal?: AbortSignal | undefined;
  /** Takes each line of messages. */
  onLine?: ((line: string) => void) | undefined;
  /** Takes the bytes of pipe 1. */
  onBytes?: ((bytes: Buffer) => void) | undefined;
  /** Bytes that it gets on pipe 0. */
  input?: Uint8Array | undefined;
  /** Niceness (nice(1)); `NICENESS` without it. */
  niceness?: number | undefined;
}

/** Niceness of programs that process recordings: live, recording and pages come first. */
export const NICENESS = 19;

/** FFmpeg's words for a file without the stream that is asked for, which its last line does not repeat. */
const NO_STREAM = /(?:Stream map|Stream specifier)\b.*?[:'](a|v|V)\b.*matches no streams/;

/**
 * Runs FFmpeg to its end. Rejects with `FfmpegFailed` if it fails (a file without sound or picture is told so), and with the
 * reason of the signal when that is aborted.
 */
export async function runFfmpeg(
  ffmpeg: string,
  argv: readonly string[],
  { signal, onLine, onBytes, input, niceness = NICENESS }: FfmpegRun = {},
): Promise<void> {
  signal?.throwIfAborted();
  const child = startChild({
    command: ffmpeg,
    argv,
    feeds: input ? [0] : [],
    takes: onBytes ? [1] : [],
    niceness,
    ...(onLine ? { onStderrLine: onLine } : {}),
  });
  const stop = (): void => void child.stop();
  signal?.addEventListener('abort', stop, { once: true });
  if (input) child.feed(0).end(input);
  if (onBytes) child.take(1).on('data', onBytes);
  const ended = onBytes ? new Promise((resolve) => child.take(1).once('close', resolve)) : undefined;
  const death = await child.died;
  // The last bytes of a pipe may come after the end of the program.
  await ended;
  signal?.removeEventListener('abort', stop);
  signal?.throwIfAborted();
  throwIfFailed(child, death);
}

/** Throws `FfmpegFailed` for a run of FFmpeg that has failed. */
export function throwIfFailed(child: Pick<Child, 'stderrTail'>, { code, reason }: Death): void {
  if (code === 0) return;
  const words = child.stderrTail();
  const lacking = NO_STREAM.exec(words)?.[1];
  if (lacking === undefined) throw new FfmpegFailed(reason, words);
  throw new FfmpegFailed(lacking === 'a' ? 'this file has no sound' : 'this file has no picture', words);
}
