import { randomUUID } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import type { Ffmpeg } from '#lib/ffmpeg/ffmpeg.ts';
import { startChild } from '#lib/runtime/processes/child.ts';

/** The programs of FFmpeg, by absolute paths. */
export type Programs = Pick<Ffmpeg, 'ffmpeg' | 'ffprobe'>;

/** What every function of this room may be given. */
export interface Asked {
  /** Once it is aborted, the program is ended, and the function rejects with its reason. */
  signal?: AbortSignal | undefined;
}

/** What is done with the output of a run. */
interface Taken extends Asked {
  /** Takes each line of messages. */
  onLine?: (line: string) => void;
  /** Takes the bytes of pipe 1. */
  onBytes?: (bytes: Buffer) => void;
}

/** Niceness of programs that look at recordings: live, recording and pages come first. */
export const NICENESS = 19;

/** FFmpeg's words for a file without the stream that is asked for, which its last line does not repeat. */
const NO_STREAM = /(?:Stream map|Stream specifier)\b.*?[:'](a|v|V)\b.*matches no streams/;

/** Runs FFmpeg to its end. Rejects with FFmpeg's words if it fails; a file without sound or picture is told so. */
export async function runFfmpeg(
  ffmpeg: string,
  argv: readonly string[],
  { signal, onLine, onBytes }: Taken = {},
): Promise<void> {
  signal?.throwIfAborted();
  const child = startChild({
    command: ffmpeg,
    argv,
    takes: onBytes ? [1] : [],
    niceness: NICENESS,
    ...(onLine ? { onStderrLine: onLine } : {}),
  });
  const stop = (): void => void child.stop();
  signal?.addEventListener('abort', stop, { once: true });
  if (onBytes) child.take(1).on('data', onBytes);
  const ended = onBytes ? new Promise((resolve) => child.take(1).once('close', resolve)) : undefined;
  const death = await child.died;
  // The last bytes of a pipe may come after the end of the program.
  await ended;
  signal?.removeEventListener('abort', stop);
  signal?.throwIfAborted();
  if (death.code === 0) return;
  const lacking = NO_STREAM.exec(child.stderrTail())?.[1];
  if (lacking === undefined) throw new Error(death.reason);
  throw new Error(lacking === 'a' ? 'this file has no sound' : 'this file has no picture');
}

/** Lets `write` make a file under a temporary name beside `to`, and gives it its name; nothing is left if it rejects. */
export async function writeBeside(to: string, write: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = `${to}.${randomUUID()}.tmp`;
  try {
    await write(temporary);
    await rename(temporary, to);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
