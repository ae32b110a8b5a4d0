import { openInTurn } from '#lib/runtime/in-turn.ts';
import type { Log } from '#lib/runtime/log.ts';

/** Background work, one job at a time, in order. */
export interface Jobs {
  /**
   * Adds a job; resolves when it has run, whether it succeeded or not. After `close()` it is dropped, and this resolves
   * at once.
   */
  push(name: string, work: (signal: AbortSignal) => Promise<void>): Promise<void>;
  readonly waiting: number;
  /** Ends the running job and drops the waiting ones. */
  close(): Promise<void>;
}

/** Opens the queue of jobs. */
export function openJobs(log: Log): Jobs {
  const abort = new AbortController();
  const jobs = openInTurn();
  let waiting = 0;
  return {
    push(name, work) {
      waiting++;
      const run = async (): Promise<void> => {
        try {
          if (!abort.signal.aborted) await work(abort.signal);
        } catch (error) {
          log.warn({ job: name, error: String(error) }, 'background work failed');
        } finally {
          waiting--;
        }
      };
      return jobs.run(run);
    },
    get waiting() {
      return waiting;
    },
    close() {
      abort.abort();
      return jobs.idle();
    },
  };
}
