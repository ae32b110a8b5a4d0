import { chmod, chown, mkdir, open, readFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { backoff } from '@amphi/lib/runtime/backoff.ts';
import { startChild, type Child } from '@amphi/lib/runtime/processes/child.ts';
import { sleep } from '@amphi/lib/runtime/clock.ts';
import type { Log } from '@amphi/lib/runtime/log.ts';
import { runProgram } from '@amphi/lib/runtime/processes/run-program.ts';
import type { ConnectionOptions } from './connect.ts';
import { canConnect } from './connect.ts';
import { findPostgres, postgresUser, type PostgresPrograms } from './postgres-programs.ts';

/** Place and programs of a private PostgreSQL. */
export interface PrivatePostgresSettings {
  /** Folder of the cluster (PostgreSQL's data); made if it is not there. */
  folder: string;
  /** Folder of the programs; undefined: they are looked for. */
  programs?: string | undefined;
  /** More settings, passed as `-c name=value`: tests switch fsync off. */
  options?: Readonly<Record<string, string>>;
  log: Log;
}

/** A PostgreSQL of our own, which only this user of this machine can reach. */
export interface PrivatePostgres {
  connection: ConnectionOptions;
  /** Process id of its postmaster, undefined while it is down. */
  pid(): Promise<number | undefined>;
  /** Stops it, and waits until it has stopped. Idempotent. */
  close(): Promise<void>;
}

const SUPERUSER = 'amphi';
/** Time in ms that PostgreSQL may take to start; beyond it the start fails. */
const START_LIMIT_MS = 60_000;
/** Time in ms that PostgreSQL may take to stop; beyond it a stronger signal is sent. */
const STOP_LIMIT_MS = 30_000;
/** Interval in ms at which PostgreSQL is checked; if it has died it is started again. */
const WATCH_MS = 1000;

const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '',
  // The socket lies in the folder of the cluster, which only its owner may enter.
  unix_socket_directories: '.',
  logging_collector: 'on',
  log_directory: 'log',
  log_filename: 'postgresql-%a.log',
  log_truncate_on_rotation: 'on',
  log_rotation_age: '1d',
  max_connections: '60',
  // JIT compiling costs more than it saves for small queries such as ours.
  jit: 'off',
};

/**
 * Starts the PostgreSQL of a folder, and makes its cluster the first time. One that still runs because an earlier
 * server was killed is taken over. If it dies it is started again. The caller makes sure that nobody else uses the
 * folder.
 */
export async function startPrivatePostgres(settings: PrivatePostgresSettings): Promise<PrivatePostgres> {
  const { folder, log } = settings;
  const programs = await findPostgres(settings.programs);
  const user = await postgresUser();
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  if (user) await chown(folder, user.uid, user.gid);
  // The programs reach the folder through an open file descriptor: its path may be too long for a socket, and may lead
  // through folders that the user postgres cannot enter.
  const handle = await open(folder, 'r');
  const place: Place = { programs, user, handle, folder };
  try {
    if (!(await clusterVersion(folder))) await makeCluster(place, log);
    const connection = { host: `/proc/self/fd/${handle.fd}`, user: SUPERUSER, database: 'postgres' };
    const keeper = keepRunning(place, settings, connection);
    await keeper.started;
    return {
      connection,
      pid: () => runningPid(folder),
      close: async () => {
        await keeper.close();
        await handle.close();
      },
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

interface Place {
  programs: PostgresPrograms;
  user: { uid: number; gid: number } | undefined;
  handle: FileHandle;
  folder: string;
}

/** Number of the file descriptor by which PostgreSQL's programs reach the folder, whatever its path. */
const FD = 3;
const asSeen = ({ user, handle }: Place) => ({
  files: { [FD]: handle.fd },
  cwd: '/',
  ...(user ? { user } : {}),
});

const clusterVersion = (folder: string): Promise<string> =>
  readFile(join(folder, 'PG_VERSION'), 'utf8').then(
    (text) => text.trim(),
    () => '',
  );

async function makeCluster(place: Place, log: Log): Promise<void> {
  log.info({ folder: place.folder }, 'making the database');
  const argv = ['-D', `/proc/self/fd/${FD}`, '-U', SUPERUSER, '--auth=trust', '-E', 'UTF8', '--locale=C.UTF-8'];
  const { code, reason } = await runProgram(place.programs.initdb, argv, { ...asSeen(place), timeoutMs: 120_000 });
  if (code !== 0) throw new Error(`the database cannot be made in ${place.folder}: ${reason}`);
}

interface Keeper {
  started: Promise<void>;
  close(): Promise<void>;
}

/** Starts PostgreSQL, and starts it again whenever it has died. */
function keepRunning(place: Place, settings: PrivatePostgresSettings, connection: ConnectionOptions): Keeper {
  const { log, folder } = settings;
  const waits = backoff([0, 500, 2000, 10_000]);
  const closing = new AbortController();
  let run: Running | undefined;
  const first = begin(place, settings, connection).then((begun) => void (run = begun));
  const watching = first.then(async () => {
    while (!closing.signal.aborted) {
      await Promise.race([sleep(WATCH_MS), aborted(closing.signal)]);
      if (closing.signal.aborted || (await run?.isAlive())) continue;
      log.error({ folder, why: run?.lastWords() }, 'PostgreSQL has died, it is started again');
      await sleep(waits.next());
      run = await begin(place, settings, connection).catch((error: unknown) => {
        log.error({ error }, 'PostgreSQL does not start');
        return undefined;
      });
      if (run) waits.reset();
    }
  });
  watching.catch(() => undefined);
  return {
    started: first,
    async close() {
      closing.abort();
      await watching.catch(() => undefined);
      await run?.stop();
    },
  };
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

interface Running {
  isAlive(): Promise<boolean>;
  lastWords(): string;
  stop(): Promise<void>;
}

/** Starts a PostgreSQL, or takes over one that still runs. */
async function begin(
  place: Place,
  { options, log, folder }: PrivatePostgresSettings,
  connection: ConnectionOptions,
): Promise<Running> {
  const left = await runningPid(folder);
  if (left !== undefined) {
    log.warn({ pid: left }, 'PostgreSQL of an earlier run is still there, and is used');
    await untilReady(connection, () => isAlive(left));
    return { isAlive: async () => isAlive(left), lastWords: () => '', stop: () => stopPid(left) };
  }
  const settings = Object.entries({ ...SETTINGS, ...options }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = startChild({
    command: place.programs.postgres,
    argv: ['-D', `/proc/self/fd/${FD}`, ...settings],
    ...asSeen(place),
  });
  const life = lifeOf(child);
  await untilReady(connection, life.isAlive).catch((error: unknown) => {
    throw life.isOver() ? new Error(`PostgreSQL does not start: ${life.lastWords()} (see ${folder}/log)`) : error;
  });
  return { ...life, stop: () => stopChild(child) };
}

function lifeOf(child: Child): { isAlive: () => Promise<boolean>; isOver: () => boolean; lastWords: () => string } {
  let over = false;
  let words = '';
  void child.died.then(({ reason }) => {
    over = true;
    words = child.stderrTail().match(/FATAL: +(.*)/)?.[1] ?? reason;
  });
  return { isAlive: async () => !over, isOver: () => over, lastWords: () => words };
}

async function untilReady(connection: ConnectionOptions, alive: () => boolean | Promise<boolean>): Promise<void> {
  const endsAtMs = performance.now() + START_LIMIT_MS;
  while (!(await canConnect(connection))) {
    if (!(await alive())) throw new Error('PostgreSQL ended while it started');
    if (performance.now() > endsAtMs) throw new Error(`PostgreSQL was not ready after ${START_LIMIT_MS / 1000} s`);
    await sleep(30);
  }
}

/**
 * Stops PostgreSQL: SIGINT ends its sessions and writes its data; if that takes too long, SIGQUIT, after which the next
 * start recovers the data.
 */
async function stopChild(child: Child): Promise<void> {
  child.kill('SIGINT');
  const timer = setTimeout(() => child.kill('SIGQUIT'), STOP_LIMIT_MS);
  await child.died;
  clearTimeout(timer);
}

async function stopPid(pid: number): Promise<void> {
  for (const [signal, ms] of [
    ['SIGINT', STOP_LIMIT_MS],
    ['SIGQUIT', 5000],
    ['SIGKILL', 5000],
  ] as const) {
    if (!isAlive(pid)) return;
    process.kill(pid, signal);
    for (let waited = 0; waited < ms && isAlive(pid); waited += 20) await sleep(20);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Process id of the postmaster that runs in this folder by its own file; undefined if that process is no PostgreSQL.
 */
async function runningPid(folder: string): Promise<number | undefined> {
  const text = await readFile(join(folder, 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number(text.split('\n')[0]);
  if (!Number.isInteger(pid) || pid <= 1 || !isAlive(pid)) return undefined;
  const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
  return name.trim() === 'postgres' ? pid : undefined;
}
