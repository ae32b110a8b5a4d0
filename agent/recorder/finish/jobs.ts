import type { Log } from '#lib/runtime/log.ts';

/** Work for the background, one piece at a time, in the order it came. */
export interface Jobs {
  /** Resolves when it has run, however it ended; after `close()`, at once. */
  push(name: string, work: (signal: AbortSignal) => Promise<void>): Promise<void>;
  readonly waiting: number;
  /** Ends the one that runs, forgets those that wait. */
  close(): Promise<void>;
}

export function openJobs(log: Log): Jobs {
  const abort = new AbortController();
  let last = Promise.resolve();
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
      last = last.then(run);
      return last;
    },
    get waiting() {
      return waiting;
    },
    close() {
      abort.abort();
      return last;
    },
  };
}
