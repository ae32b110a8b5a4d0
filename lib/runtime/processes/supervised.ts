import { readFileSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import type { Duplex } from 'node:stream';
import { backoff } from '../backoff.ts';
import { endGroup, startChild, type Child } from './child.ts';
import type { Log } from '../log.ts';
import { openPeer, type Calls, type Handlers, type Peer, type PeerOptions } from './peer.ts';

/** File descriptor, in the child, of the stream to the process that supervises it. */
export const CHANNEL_FD = 3;

/** The functions that a process may call while it runs. */
export interface Offer<Mine extends Calls> {
  handlers: Handlers<Mine>;
  /** Called when the process is gone. */
  end(): void;
}

export interface SupervisedOptions<Theirs extends Calls, Mine extends Calls> {
  /** Name of the process, as it is written in the log. */
  name: string;
  /** Path of the module that the process runs. */
  entry: string;
  /** Size of its heap in MB; beyond it the process ends and is started again. */
  heapMB: number;
  /** Size in MB of the heap's space for young objects; small, so that it holds little garbage. */
  semiSpaceMB: number;
  /** Niceness once it runs, 0 to 19. */
  niceness: number;
  /** Limits of its calls. */
  limits: Omit<PeerOptions, 'onTrouble'>;
  /** Gives the functions that one run of the process may call. */
  serve(peer: Peer<Theirs>): Offer<Mine>;
  /** Called with each line that the process writes. */
  onLine(line: string): void;
  /**
   * Called with undefined when the process has run for a while; with the reason when it has ended and is started again
   * in a moment.
   */
  onState?(trouble: string | undefined): void;
  /** Interval in milliseconds at which it is asked for a sign of life (1000). */
  beatMs?: number;
  log: Log;
}

/** A process that is started again whenever it ends or hangs, for as long as it is wanted. */
export interface Supervised {
  /** Process id of the current run; undefined while it does not run. */
  pid(): number | undefined;
  /** Ends the process: SIGTERM, and SIGKILL after `graceMs`. Idempotent. */
  close(graceMs?: number): Promise<void>;
}

const LADDER_MS = [100, 500, 1000, 2000, 5000, 10_000] as const;
/**
 * Time in milliseconds; a process that ran longer is started again after the shortest wait, others after growing ones.
 */
const LASTED_MS = 30_000;
const BEAT_MS = 1000;
/** Number of beats without an answer, each sent in time, after which a process hangs and is ended. */
const MOST_MISSED = 10;
/** Number of beats for the first answer: the process loads its modules first, on a machine that may be busy. */
const STARTING_BEATS = 90;

/**
 * Starts a Node process of this project, and starts it again whenever it ends or hangs. It hangs when its event loop
 * does not answer for ten beats.
 */
export function superviseProcess<Theirs extends Calls, Mine extends Calls>(
  options: SupervisedOptions<Theirs, Mine>,
): Supervised {
  const { name, log } = options;
  const waits = backoff(LADDER_MS);
  let child: Child | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  const live = (): void => {
    const startedMs = performance.now();
    const born = startProcess(options);
    child = born;
    const onTrouble = (error: unknown, what: string): void =>
      log.warn({ err: error, door: name, what }, 'asked wrongly');
    let end = (): void => undefined;
    const serve = (other: Peer<Theirs>): Handlers<Mine> => {
      const offer = options.serve(other);
      end = () => offer.end();
      return offer.handlers;
    };
    const peer = openPeer<Theirs, Mine>(born.take(CHANNEL_FD) as Duplex, serve, { ...options.limits, onTrouble });
    const stopWatch = watch(peer, born.pid, options.beatMs ?? BEAT_MS, {
      // Loading its modules takes a second of work while a person waits, so the process gives way only after its first
      // answer.
      begun: () => giveWay(born.pid, options.niceness),
      hung() {
        log.error({ door: name, pid: born.pid }, 'it gives no answer any more, and is ended');
        endGroup(born.pid);
      },
    });
    const lasted = setTimeout(() => options.onState?.(undefined), LASTED_MS);
    void born.died.then(({ reason }) => {
      stopWatch();
      clearTimeout(lasted);
      peer.close();
      end();
      // Children of the process are ended with it.
      endGroup(born.pid);
      if (isClosed) return;
      if (performance.now() - startedMs > LASTED_MS) waits.reset();
      const waitMs = waits.next();
      log.error({ door: name, reason, waitMs }, 'a door ended, and is started again');
      options.onState?.(reason);
      timer = setTimeout(live, waitMs);
    });
  };
  live();
  return {
    pid: () => child?.pid,
    async close(graceMs = 5000) {
      isClosed = true;
      clearTimeout(timer);
      await child?.stop(graceMs);
    },
  };
}

function startProcess({ entry, heapMB, semiSpaceMB, onLine }: Omit<SupervisedOptions<Calls, Calls>, 'serve'>): Child {
  const flags = ['--disable-proto=delete', `--max-old-space-size=${heapMB}`, `--max-semi-space-size=${semiSpaceMB}`];
  return startChild({
    command: process.execPath,
    argv: [...flags, entry],
    feeds: [CHANNEL_FD],
    ownGroup: true,
    onStderrLine: onLine,
  });
}

/**
 * Sets the niceness of a process, and of its session's group: the scheduler (sched(7), autogroup) gives each session a
 * niceness of its own.
 */
function giveWay(pid: number | undefined, niceness: number): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, niceness);
    writeFileSync(`/proc/${pid}/autogroup`, String(niceness));
  } catch {
    // The process has ended, or this machine has no autogroups.
  }
}

interface Watched {
  /** Called when the first answer has arrived. */
  begun(): void;
  /** Called when too many beats went by without an answer. */
  hung(): void;
}

/**
 * Asks a process for an answer at once, and then at each beat. Beats are counted, not milliseconds, so that a delay of
 * this process itself does not count against the other. Of a beat in which the other waited for a processor, only the
 * rest of the time counts.
 */
function watch(peer: Peer<Calls>, pid: number | undefined, beatMs: number, watched: Watched): () => void {
  let missed = 0;
  let most = STARTING_BEATS;
  let isAsked = false;
  let waitedMs = 0;
  const ask = async (): Promise<void> => {
    isAsked = true;
    missed = 0;
    await peer.ping();
    isAsked = false;
    if (most === STARTING_BEATS) watched.begun();
    most = MOST_MISSED;
  };
  const askAgain = (): void => void ask().catch(() => undefined);
  const beat = setInterval(() => {
    const waitedBeforeMs = waitedMs;
    waitedMs = waitedForProcessorMs(pid);
    if (!isAsked) return askAgain();
    missed += 1 - Math.min(1, Math.max(0, waitedMs - waitedBeforeMs) / beatMs);
    if (missed < most) return;
    clearInterval(beat);
    watched.hung();
  }, beatMs);
  askAgain();
  return () => clearInterval(beat);
}

/**
 * Milliseconds that the main thread of a process was ready and had no processor (proc_pid_schedstat(5)); 0 if the
 * system does not report it.
 */
function waitedForProcessorMs(pid: number | undefined): number {
  try {
    const [, delayNs = '0'] = readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ');
    return Number(delayNs) / 1e6;
  } catch {
    return 0;
  }
}
