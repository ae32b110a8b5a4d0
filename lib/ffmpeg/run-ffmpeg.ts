import { startChild, type Child, type Death } from '#lib/runtime/processes/child.ts';
import { written } from '#lib/runtime/processes/written.ts';

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
  /** Gives the bytes of pipe 0; what it throws ends the program, and the run rejects with it. */
  feed?: ((give: (bytes: Uint8Array) => Promise<void>) => Promise<void>) | undefined;
  /** Niceness (nice(1)); `NICENESS` without it. */
  niceness?: number | undefined;
}

/** Niceness of programs that process recordings: live, recording and pages come first. */
export const NICENESS = 19;

/** FFmpeg's words for a file without the stream that is asked for, which its last line does not repeat. */
const NO_STREAM = /(?:Stream map|Stream specifier)\b.*?[:'](a|v|V)\b.*matches no streams/;

/** Words of FFmpeg for a file whose end could not be written, after which it may end well all the same. */
const NOT_WRITTEN = /^Error (?:writing trailer|closing file)\b.*$/m;

/**
 * Runs FFmpeg to its end. Rejects with `FfmpegFailed` if it fails (a file without sound or picture is told so), and with the
 * reason of the signal when that is aborted.
 */
export async function runFfmpeg(
  ffmpeg: string,
  argv: readonly string[],
  { signal, onLine, onBytes, feed, niceness = NICENESS }: FfmpegRun = {},
): Promise<void> {
  signal?.throwIfAborted();
  const child = startChild({
    command: ffmpeg,
    argv,
    takes: onBytes ? [1] : [],
    feeds: feed ? [0] : [],
    niceness,
    ...(onLine ? { onStderrLine: onLine } : {}),
  });
  const stop = (): void => void child.stop();
  signal?.addEventListener('abort', stop, { once: true });
  if (onBytes) child.take(1).on('data', onBytes);
  const fed = feed ? fedTo(child, feed) : Promise.resolve(undefined);
  const ended = onBytes ? new Promise((resolve) => child.take(1).once('close', resolve)) : undefined;
  const death = await child.died;
  // The last bytes of a pipe may come after the end of the program.
  await ended;
  const broken = await fed;
  signal?.removeEventListener('abort', stop);
  signal?.throwIfAborted();
  if (broken) throw broken.error;
  throwIfFailed(child, death);
}

/** Throws `FfmpegFailed` for a run of FFmpeg that has failed, or has not written the end of a file. */
export function throwIfFailed(child: Pick<Child, 'stderrTail'>, { code, reason }: Death): void {
  const words = child.stderrTail();
  if (code === 0) {
    const unwritten = NOT_WRITTEN.exec(words)?.[0];
    if (unwritten === undefined) return;
    throw new FfmpegFailed(unwritten, words);
  }
  const lacking = NO_STREAM.exec(words)?.[1];
  if (lacking === undefined) throw new FfmpegFailed(reason, words);
  throw new FfmpegFailed(lacking === 'a' ? 'this file has no sound' : 'this file has no picture', words);
}

/** Feeds a program to the end. The error of what feeds it, after which the program is ended. */
async function fedTo(child: Child, feed: NonNullable<FfmpegRun['feed']>): Promise<{ error: unknown } | undefined> {
  const into = child.feed(0);
  try {
    await feed((bytes) => written(into, bytes));
    into.end();
    return undefined;
  } catch (error) {
    void child.stop();
    return { error };
  }
}
