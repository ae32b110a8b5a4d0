import { readFileSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import type { Duplex } from 'node:stream';
import { backoff } from '../backoff.ts';
import { startChild, type Child } from './child.ts';
import type { Log } from '../log.ts';
import { openPeer, type Calls, type Handlers, type Peer, type PeerOptions } from './peer.ts';

/** File descriptor of the stream between the two, in the child. */
export const CHANNEL_FD = 3;

/** What is offered to a process while it lives. */
export interface Offer<Mine extends Calls> {
  handlers: Handlers<Mine>;
  /** It is gone. */
  end(): void;
}

export interface SupervisedOptions<Theirs extends Calls, Mine extends Calls> {
  /** For people: what `log` says. */
  name: string;
  /** Path of the module that the process runs. */
  entry: string;
  /** Most of its heap, in MB; beyond that it ends and is started again. */
  heapMB: number;
  /** Of its youngest objects, in MB: small, so that it holds little that is garbage. */
  semiSpaceMB: number;
  /** How much it gives way to others once it runs, 0 to 19 (nice). */
  niceness: number;
  /** Limits to what it may ask for. */
  limits: Omit<PeerOptions, 'onTrouble'>;
  /** What it may ask for in one of its lives. */
  serve(peer: Peer<Theirs>): Offer<Mine>;
  /** A line that it said, as it is. */
  onLine(line: string): void;
  /** Undefined: it has lasted for a while; else why it ended and is started again in a moment. */
  onState?(trouble: string | undefined): void;
  /** How often it is asked whether it answers, ms; a second if nothing else is wanted. */
  beatMs?: number;
  log: Log;
}

/** A process that is started again whenever it ends or hangs, for as long as it is wanted. */
export interface Supervised {
  /** Of the life that it has now. */
  pid(): number | undefined;
  /** Asks it to end (SIGTERM), ends it after `graceMs`. Idempotent. */
  close(graceMs?: number): Promise<void>;
}

const LADDER_MS = [100, 500, 1000, 2000, 5000, 10_000] as const;
/** Who lived so long is started again at once. */
const LASTED_MS = 30_000;
const BEAT_MS = 1000;
/** So many beats without an answer, each of ours in its time, and it hangs. */
const MOST_MISSED = 10;
/** The first answer may take longer: it reads its modules, on a machine that has other things to do. */
const STARTING_BEATS = 90;

/** Starts a Node process of this project, and again whenever it ends. It hangs when its loop gives no answer for ten beats. */
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
      // Reading its modules is a second's work, and who waits for it is a person.
      begun: () => giveWay(born.pid, options.niceness),
      hung() {
        log.error({ door: name, pid: born.pid }, 'it gives no answer any more, and is ended');
        endGroup(born);
      },
    });
    const lasted = setTimeout(() => options.onState?.(undefined), LASTED_MS);
    void born.died.then(({ reason }) => {
      stopWatch();
      clearTimeout(lasted);
      peer.close();
      end();
      // What it had started goes with it.
      endGroup(born);
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

/** A session of its own is a group for the scheduler (sched(7), autogroup), whose niceness counts beside that of the process. */
function giveWay(pid: number | undefined, niceness: number): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, niceness);
    writeFileSync(`/proc/${pid}/autogroup`, String(niceness));
  } catch {
    // It ended already, or this machine has no such thing.
  }
}

/** Ends a process with all that it started. */
function endGroup({ pid }: Child): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody is left.
  }
}

interface Watched {
  /** The first answer has come. */
  begun(): void;
  /** So many beats went by without an answer. */
  hung(): void;
}

/**
 * Asks a process for an answer at once, and then at each beat. Beats are counted, not milliseconds: while this process itself was held
 * up, nobody else is to blame. Of a beat in which it waited for a processor, the rest alone counts.
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

/** How long the thread of a process could run and had no processor (proc_pid_schedstat(5)); 0 where that is not told. */
function waitedForProcessorMs(pid: number | undefined): number {
  try {
    const [, delayNs = '0'] = readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ');
    return Number(delayNs) / 1e6;
  } catch {
    return 0;
  }
}
