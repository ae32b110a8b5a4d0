import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from './until.ts';

const AMPHI = fileURLToPath(new URL('../../bin/amphi', import.meta.url));

/** A central server as a process of its own, on a free loopback port. */
export interface CentralProcess {
  url: string;
  data: string;
  pid: number;
  /** `Authorization` (Basic) of an account that was made at the first start. */
  as(name: 'admin' | 'agent'): { authorization: string };
  passwords: { admin: string; agent: string };
  /** Everything that it has written until now. */
  said: () => string;
  /** Ends it (SIGTERM) and gives its exit code. */
  stop(): Promise<number | null>;
  /** Ends the process at once, without its children. */
  kill9(): Promise<void>;
  /** Ends it and its PostgreSQL, and removes its folder. */
  remove(): Promise<void>;
}

/**
 * Starts a server and waits until it answers. `data` is the folder of an earlier one, to continue with it. It processes nothing
 * unless `env` gives it that role: a test that measures would share the machine with its encoders.
 */
export async function startCentralProcess(
  options: { data?: string; argv?: readonly string[]; env?: Record<string, string> } = {},
): Promise<CentralProcess> {
  const data = options.data ?? join(await mkdtemp(join(tmpdir(), 'amphi-central-')), 'data');
  const argv = ['--data', data, '--listen', '127.0.0.1', '--port', '0', ...(options.argv ?? [])];
  const run = runCentral(argv, { AMPHI_CENTRAL_ROLES: 'web', ...options.env });
  const url = await answer(run);
  const text = await readFile(join(data, 'first-passwords'), 'utf8');
  const of = (name: string): string => new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? '';
  const passwords = { admin: of('admin'), agent: of('agent') };
  const { child } = run;
  const stop = async (): Promise<number | null> => {
    child.kill('SIGTERM');
    return run.ended;
  };
  return {
    url,
    data,
    pid: child.pid ?? 0,
    passwords,
    said: run.said,
    stop,
    as: (name) => ({ authorization: `Basic ${btoa(`${name}:${passwords[name]}`)}` }),
    async kill9() {
      child.kill('SIGKILL');
      await run.ended;
    },
    async remove() {
      await stop();
      await rm(join(data, '..'), { recursive: true, force: true, maxRetries: 20 });
    },
  };
}

export interface CentralRun {
  child: ChildProcess;
  said: () => string;
  /** The exit code, once all its output has arrived. */
  ended: Promise<number | null>;
}

/** Runs `amphi central` with these arguments, whatever the result. */
export function runCentral(argv: readonly string[], env: Record<string, string> = {}): CentralRun {
  const { DATABASE_URL: _, ...own } = process.env;
  const child = spawn(AMPHI, ['central', ...argv], { env: { ...own, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return { child, said: () => text, ended: once(child, 'close').then(([code]) => code as number | null) };
}

async function answer(run: CentralRun): Promise<string> {
  const { child, said } = run;
  const url = (): string | undefined => /^central +(http:\S+)\/$/m.exec(said())?.[1];
  const isOver = (): boolean => child.exitCode !== null || child.signalCode !== null;
  try {
    await until('the server comes', () => url() !== undefined || isOver(), { seen: said });
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  return url() ?? Promise.reject(new Error(`the server ended:\n${said()}`));
}
