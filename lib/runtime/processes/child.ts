import { execa } from 'execa';
import type { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';

/** A program to run. There is no shell: the program gets `argv` as it is. */
export interface ChildSpec {
  command: string;
  argv: readonly string[];
  /** File descriptors of pipes that the child reads from, such as `[0, 3]`. */
  feeds?: readonly number[];
  /** File descriptors of pipes that the child writes to, such as `[1, 3]`. stderr (2) is always read as lines. */
  takes?: readonly number[];
  /** Sockets for the child by file descriptor (see socket-pair.ts); this process closes its own copies. */
  sockets?: Readonly<Record<number, Socket>>;
  /** Open files for the child by file descriptor; this process keeps its own. */
  files?: Readonly<Record<number, number>>;
  /** User that the child runs as; only root can set it. */
  user?: { uid: number; gid: number };
  env?: Record<string, string>;
  cwd?: string;
  /** Niceness (nice(1)) with which it begins, so that it gives way to others; 0 without it. */
  niceness?: number | undefined;
  /**
   * Whether the child has a process group of its own: what it starts can be ended with it, and a terminal's Ctrl-C does
   * not reach it.
   */
  ownGroup?: boolean;
  onStderrLine?: (line: string) => void;
}

/** The end of a child. */
export interface Death {
  /** Exit code; undefined if a signal ended it or it never started. */
  code: number | undefined;
  signal: string | undefined;
  /** The reason in words: the end of stderr if there is any. */
  reason: string;
}

/** A running program. It runs once; to run it again, start another child. */
export interface Child {
  pid: number | undefined;
  feed(fd: number): Writable;
  take(fd: number): Readable;
  died: Promise<Death>;
  /** The last lines of stderr. */
  stderrTail(): string;
  /** Sends `signal` (SIGTERM), and SIGKILL after `graceMs`. Resolves when the child has ended. */
  stop(graceMs?: number, signal?: NodeJS.Signals): Promise<Death>;
  kill(signal: NodeJS.Signals): void;
}

const TAIL_LINES = 20;

/**
 * Variables that children do not get: with them, `bin/amphi` sets how glibc returns memory, for our own processes. A
 * program that handles pictures would return and fetch the memory of each picture: FFmpeg would use three times the
 * processor time.
 */
const NOT_FOR_OTHERS = { MALLOC_MMAP_THRESHOLD_: undefined, MALLOC_TRIM_THRESHOLD_: undefined } as const;

/** Starts a child. Never throws: a program that cannot be started is a child that has ended, with the reason. */
export function startChild(spec: ChildSpec): Child {
  const feeds = spec.feeds ?? [];
  const takes = spec.takes ?? [];
  const sockets = spec.sockets ?? {};
  const given = { ...spec.files, ...sockets };
  const last = Math.max(2, ...feeds, ...takes, ...Object.keys(given).map(Number));
  const stdio = Array.from({ length: last + 1 }, (_, fd) => given[fd] ?? pipeFor(fd, feeds, takes));
  const [command = '', ...argv] = withNiceness([spec.command, ...spec.argv], spec.niceness);
  const subprocess = execa(command, argv, {
    stdio: stdio as ['ignore', 'ignore', 'pipe'],
    buffer: false,
    reject: false,
    cleanup: true,
    detached: spec.ownGroup ?? false,
    env: { ...(spec.command === process.execPath ? {} : NOT_FOR_OTHERS), ...spec.env },
    ...spec.user,
    ...(spec.cwd ? { cwd: spec.cwd } : {}),
  });
  for (const socket of Object.values(sockets)) socket.destroy();
  const tail: string[] = [];
  readLines(subprocess.stdio[2], (line) => {
    tail.push(line);
    if (tail.length > TAIL_LINES) tail.shift();
    spec.onStderrLine?.(line);
  });
  // Errors of a pipe are ignored: `died` reports that the program at the other end has ended.
  for (const pipe of subprocess.stdio) pipe?.on('error', () => undefined);
  const died = subprocess.then((result): Death => {
    const { exitCode: code, signal } = result;
    // After a signal, the last line of stderr is not the reason.
    const words = signal ? `ended by ${signal}` : (tail.at(-1) ?? (result as { shortMessage?: string }).shortMessage);
    return { code, signal, reason: words ?? `exit code ${code}` };
  });
  return {
    pid: subprocess.pid,
    feed: (fd) => pipeAt(subprocess.stdio, fd) as Writable,
    take: (fd) => pipeAt(subprocess.stdio, fd) as Readable,
    died,
    stderrTail: () => tail.join('\n'),
    kill: (signal) => void subprocess.kill(signal),
    stop(graceMs = 2000, signal = 'SIGTERM') {
      subprocess.kill(signal);
      const timer = setTimeout(() => subprocess.kill('SIGKILL'), graceMs);
      return died.finally(() => clearTimeout(timer));
    },
  };
}

/** Words of a program that gives way from its first thread on: threads that it has already would keep their priority. */
const withNiceness = (words: readonly string[], niceness: number | undefined): readonly string[] =>
  niceness === undefined ? words : ['nice', '-n', String(niceness), ...words];

/** Ends what is left of a program with a group of its own, and the programs that it has started. */
export function endGroup(pid: number | undefined, signal: NodeJS.Signals = 'SIGKILL'): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // The group has no process any more.
  }
}

function pipeFor(fd: number, feeds: readonly number[], takes: readonly number[]): 'pipe' | 'ignore' {
  return fd === 2 || feeds.includes(fd) || takes.includes(fd) ? 'pipe' : 'ignore';
}

function pipeAt(stdio: readonly unknown[], fd: number): unknown {
  const pipe = stdio[fd];
  if (!pipe) throw new Error(`no pipe at file descriptor ${fd}: name it in feeds or takes`);
  return pipe;
}

/** Calls `onLine` for each line of text, without its end. A line of more than 4096 characters is cut. */
export function readLines(stream: Readable, onLine: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split(/[\r\n]+/);
    rest = (lines.pop() ?? '').slice(-4096);
    for (const line of lines) if (line) onLine(line);
  });
  stream.on('end', () => rest && onLine(rest));
}
