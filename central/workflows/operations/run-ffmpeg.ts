import { constants, setPriority } from 'node:os';
import { startChild } from '@amphi/lib/runtime/processes/child.ts';
import { OperationFailed, type OperationContext } from '../run/operation.ts';

/** How a run of FFmpeg is followed. */
interface Followed extends Pick<OperationContext, 'signal' | 'log'> {
  /** Is told how much is done, 0 to 1. */
  progress?: ((part: number) => void) | undefined;
  /** Length of what is made, for the progress. */
  durationMs?: number | null | undefined;
}

/** Characters of FFmpeg's last words that are told as the reason. */
const MOST_REASON = 600;

/**
 * Runs FFmpeg to its end, at a low priority. Rejects with `OperationFailed` and FFmpeg's last words if it fails, and with the
 * reason of the signal when that is aborted.
 */
export async function runFfmpeg(
  ffmpeg: string,
  argv: readonly string[],
  { signal, log, progress, durationMs }: Followed,
): Promise<void> {
  signal.throwIfAborted();
  const words = ['-hide_banner', '-nostdin', '-y', '-loglevel', 'error', '-progress', 'pipe:1', ...argv];
  const child = startChild({ command: ffmpeg, argv: words, takes: [1] });
  if (child.pid !== undefined) lowered(child.pid);
  const stop = (): void => void child.stop(1000);
  signal.addEventListener('abort', stop, { once: true });
  try {
    child
      .take(1)
      .setEncoding('utf8')
      .on('data', (text: string) => {
        const [, doneUs] = /out_time_us=(\d+)/.exec(text) ?? [];
        if (durationMs && doneUs !== undefined) progress?.(Number(doneUs) / 1000 / durationMs);
      });
    const { code, reason } = await child.died;
    signal.throwIfAborted();
    if (code === 0) return;
    log(reason, 'error');
    throw new OperationFailed(`FFmpeg could not do it: ${lastOf(reason)}`);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

const lastOf = (reason: string): string => reason.trim().slice(-MOST_REASON).toWellFormed();

/** Processing gets what live, recording and pages leave. */
function lowered(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_LOW);
  } catch {
    // It has ended already.
  }
}
