import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { killLeftovers } from '#lib/runtime/processes/leftovers.ts';
import { openApi, type Api } from './box-api.ts';
import { until } from './until.ts';

export const TOKEN = 'e2e-0123456789abcdef';
/** Place of the box's own time code, where neither layout 7 nor a source has anything. */
export const TIMECODE = { x: 0.25, y: 0.9, width: 0.5, height: 0.09 };
/**
 * `device.encoders` of a box whose pictures no test looks at: it starts faster, and leaves the processors to others.
 */
export const FEW_PIXELS = {
  archive: { widthPx: 512, heightPx: 288, fps: 5, gopFrames: 10 },
  confidence: { enabled: false },
} as const;
const AMPHI = fileURLToPath(new URL('../../bin/amphi', import.meta.url));

export interface BoxOptions {
  /** Address in the loopback network (127.0.0.1). */
  address?: string;
  /** Folder of an earlier box, to continue with its data and its configuration. */
  folder?: string;
  /** `device` of the configuration, besides the time code. */
  device?: object;
  /** Other keys of the configuration. */
  config?: object;
  env?: Record<string, string>;
}

/** A box as a process of its own, on free loopback ports, with a folder of its own. */
export interface Box extends Api {
  folder: string;
  data: string;
  pid: number;
  ports: { http: number; rtsp: number };
  streamUrl: string;
  /** Everything that it has written until now. */
  log: () => string;
  /** The programs that it runs now. */
  children(): Promise<{ pid: number; words: string[] }[]>;
  /** Ends it (SIGTERM) and gives its exit code. */
  stop(): Promise<number | null>;
  /** Ends the process at once, without its children. */
  kill9(): Promise<void>;
  /** Ends it, if it still runs, with all that it started, and removes its folder. */
  remove(): Promise<void>;
}

/** Starts a box and waits until it answers. Rejects, with its output, if it does not start. */
export async function startBox(options: BoxOptions = {}): Promise<Box> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'amphi-e2e-')));
  const data = join(folder, 'data');
  const file = join(folder, 'box.json');
  await mkdir(data, { recursive: true });
  if (!options.folder) await writeFile(file, JSON.stringify(configOf(options, data), undefined, 2));
  const run = runAmphi(['agent', '--config', file], options.env);
  const ports = await answer(run).catch(async (error: unknown) => {
    await clear(run, data, folder);
    throw error;
  });
  const { child } = run;
  const pid = child.pid ?? 0;
  const address = options.address ?? '127.0.0.1';
  const api = openApi(`http://${address}:${ports.http}/api/v1`, TOKEN);
  return {
    ...api,
    folder,
    data,
    pid,
    ports,
    log: run.log,
    streamUrl: `rtsp://${address}:${ports.rtsp}/extron1`,
    children: () => childrenOf(pid),
    async stop() {
      child.kill('SIGTERM');
      return run.ended;
    },
    async kill9() {
      if (process.env['AMPHI_LOG']) console.error(run.log());
      child.kill('SIGKILL');
      await run.ended;
    },
    remove: () => clear(run, data, folder),
  };
}

function configOf({ address = '127.0.0.1', device = {}, config = {} }: BoxOptions, data: string): object {
  return {
    hall: 'E2E',
    data,
    listen: address,
    timeZone: 'Europe/Paris',
    http: { port: 0, token: TOKEN },
    rtsp: { port: 0 },
    https: { enabled: false },
    telnet: { enabled: false },
    ssh: { enabled: false },
    sftp: { enabled: false },
    ftp: { enabled: false },
    device: { layout: 7, overlays: { timecode: TIMECODE }, ...device },
    ...config,
  };
}

export interface AmphiRun {
  child: ChildProcess;
  log: () => string;
  /** The exit code; null if a signal ended it. */
  ended: Promise<number | null>;
}

/** Runs `bin/amphi` with these arguments. */
export function runAmphi(argv: readonly string[], env: Record<string, string> = {}): AmphiRun {
  const child = spawn(AMPHI, [...argv], { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => void (log += String(chunk)));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return { child, log: () => log, ended };
}

async function answer({ child, log }: AmphiRun): Promise<Box['ports']> {
  const http = (): string | undefined => /^api +http:\/\/[^:]+:(\d+)\//m.exec(log())?.[1];
  const rtsp = (): string | undefined => /^stream +rtsp:\/\/[^:]+:(\d+)\//m.exec(log())?.[1];
  const isOver = (): boolean => child.exitCode !== null || child.signalCode !== null;
  await until('the box answers', () => (http() !== undefined && rtsp() !== undefined) || isOver(), { seen: log });
  if (isOver()) throw new Error(`the box ended:\n${log()}`);
  return { http: Number(http()), rtsp: Number(rtsp()) };
}

async function clear({ child, ended, log }: AmphiRun, data: string, folder: string): Promise<void> {
  if (process.env['AMPHI_LOG']) console.error(log());
  child.kill('SIGKILL');
  await ended;
  await killLeftovers(data, ['ffmpeg', 'ffprobe']);
  // Programs that end with the box may still write there.
  await rm(folder, { recursive: true, force: true, maxRetries: 20 });
}

async function childrenOf(parent: number): Promise<{ pid: number; words: string[] }[]> {
  const found: { pid: number; words: string[] }[] = [];
  for (const entry of await readdir('/proc')) {
    const pid = Number(entry);
    if (!Number.isInteger(pid)) continue;
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    const [state, owner] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (Number(owner) !== parent || state === 'Z') continue;
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    found.push({ pid, words: line.split('\0') });
  }
  return found;
}

/** The process id of the child whose command line has all of these words. Throws if there is none, or more than one. */
export async function childWith(box: Box, ...words: string[]): Promise<number> {
  const all = await box.children();
  const fitting = all.filter((child) => words.every((word) => child.words.includes(word)));
  if (fitting.length !== 1)
    throw new Error(`${fitting.length} children have ${words.join(' ')}: ${JSON.stringify(all)}`);
  return fitting[0]!.pid;
}

/** The ffmpeg that encodes the archive stream. */
export const encoderOf = (box: Box): Promise<number> => childWith(box, 'ivf', '750k');
