import { Worker } from 'node:worker_threads';
import type { Log } from '../log.ts';
import { openPeer, PEER_LIMITS, type Calls, type Handlers, type Peer } from './peer.ts';
import { openPortStream } from './port-stream.ts';

export interface ThreadOptions<Theirs extends Calls, Mine extends Calls> {
  /** Name of the thread, as it is written in the log. */
  name: string;
  /** The module that the thread runs; it calls `serveOwner`. */
  entry: URL;
  /** Size of its heap in MB; beyond it the thread ends, and nothing else. */
  heapMB: number;
  /** Gives the functions that the thread may call. */
  serve: (thread: Peer<Theirs>) => Handlers<Mine>;
  log: Log;
}

/** A thread that works for its owner: it is started when there is work, and again after it ended. */
export interface Thread<Theirs extends Calls> {
  /**
   * Lets the thread do something and gives the result. Rejects as `work` does, and when the thread ends before that.
   */
  use<Result>(work: (thread: Peer<Theirs>) => Promise<Result>): Promise<Result>;
  /** Ends the thread. Idempotent; a later `use` rejects. */
  close(): Promise<void>;
}

/** Time in milliseconds without work after which the thread is ended, so that it holds no memory. */
const IDLE_MS = 90_000;
const BEAT_MS = 5000;
/** Number of beats in a row without an answer from a thread that has work; then it hangs, and is ended. */
const MOST_MISSED = 12;

/** Opens a thread. It does not keep the process from ending unless it has work. */
export function openThread<Theirs extends Calls, Mine extends Calls>(
  options: ThreadOptions<Theirs, Mine>,
): Thread<Theirs> {
  let life: Life<Theirs> | undefined;
  let isClosed = false;
  return {
    async use(work) {
      if (isClosed) throw new Error(`the thread "${options.name}" is closed`);
      life = life?.isOver === false ? life : startLife(options);
      return life.use(work);
    },
    async close() {
      isClosed = true;
      await life?.end();
    },
  };
}

interface Life<Theirs extends Calls> extends Pick<Thread<Theirs>, 'use'> {
  readonly isOver: boolean;
  end(): Promise<void>;
}

function startLife<Theirs extends Calls, Mine extends Calls>({
  entry,
  heapMB,
  serve,
  name,
  log,
}: ThreadOptions<Theirs, Mine>): Life<Theirs> {
  const worker = new Worker(entry, { resourceLimits: { maxOldGenerationSizeMb: heapMB, maxYoungGenerationSizeMb: 2 } });
  const onTrouble = (err: unknown, what: string): void => log.warn({ err, thread: name, what }, 'asked wrongly');
  const stream = openPortStream(worker);
  const peer = openPeer<Theirs, Mine>(stream, serve, { ...PEER_LIMITS, onTrouble });
  let users = 0;
  let isOver = false;
  let idle: NodeJS.Timeout | undefined;
  const over = (): void => {
    isOver = true;
    clearTimeout(idle);
    clearInterval(beat);
    stream.destroy();
  };
  const end = async (): Promise<void> => {
    over();
    await worker.terminate();
  };
  const isBeating = openBeat(peer);
  const beat = setInterval(() => {
    if (users === 0 || isBeating()) return;
    log.error({ thread: name }, 'it gives no answer any more, and is ended');
    void end();
  }, BEAT_MS).unref();
  worker.once('error', (err) =>
    log.error({ err, thread: name }, 'a thread ended, and is started again when it is needed'),
  );
  worker.once('exit', over);
  worker.unref();
  return {
    get isOver() {
      return isOver;
    },
    async use(work) {
      clearTimeout(idle);
      if (users++ === 0) worker.ref();
      try {
        return await work(peer);
      } finally {
        if (--users === 0 && !isOver) {
          worker.unref();
          idle = setTimeout(() => void end(), IDLE_MS).unref();
        }
      }
    },
    end,
  };
}

/**
 * Opens the check of a thread: at each beat it asks for an answer, and gives false when too many beats went by without
 * one.
 */
function openBeat(peer: Peer<Calls>): () => boolean {
  let missed = 0;
  let isAsked = false;
  return () => {
    missed = isAsked ? missed + 1 : 0;
    if (!isAsked) {
      isAsked = true;
      void peer.ping().then(
        () => (isAsked = false),
        () => undefined,
      );
    }
    return missed < MOST_MISSED;
  };
}
