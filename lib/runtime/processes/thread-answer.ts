import { Worker } from 'node:worker_threads';

/** Limits of a thread that answers once. */
export interface AnswerLimits {
  /** Milliseconds until the answer; a thread that takes longer is ended. */
  longestMs: number;
  /** Heap of the thread, in MB; one that needs more is ended. */
  mostHeapMb: number;
}

/**
 * Runs a module in a thread of its own, which finds `data` as `workerData` and posts one message. Gives that message; undefined if
 * the thread ended without one, or was ended at a limit.
 */
export async function answerOfThread<Answer>(
  entry: URL,
  data: unknown,
  { longestMs, mostHeapMb }: AnswerLimits,
): Promise<Answer | undefined> {
  const worker = new Worker(entry, {
    workerData: data,
    resourceLimits: { maxOldGenerationSizeMb: mostHeapMb },
    stderr: true,
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), longestMs);
  });
  const answered = new Promise<Answer | undefined>((resolve) => {
    worker.once('message', (answer: Answer) => resolve(answer));
    worker.once('error', () => resolve(undefined));
    worker.once('exit', () => resolve(undefined));
  });
  try {
    return await Promise.race([answered, late]);
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}
