import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startChild } from '#lib/runtime/processes/child.ts';
import { runProgram, type ProgramResult } from '#lib/runtime/processes/run-program.ts';
import { PATIENCE_MS } from './until.ts';

const AMPHI = fileURLToPath(new URL('../../bin/amphi', import.meta.url));
const COMMAND_MS = 300_000;
/**
 * Milliseconds for the server and its PostgreSQL to end. If it were killed earlier, PostgreSQL would go on writing into
 * the folder that is removed.
 */
const STOP_MS = 120_000;

/** A central server as a process of its own, with its own PostgreSQL, as a university runs it. */
export interface CentralProcess {
  url: string;
  pid: number;
  /** Its own folder; tests may put files there. */
  folder: string;
  /** Passwords of `admin` and `agent`. */
  passwords: Record<string, string>;
  /** Runs `amphi …` as an administrator would. */
  amphi(...argv: string[]): Promise<ProgramResult>;
  /** Sends an HTTP request as an account. */
  ask(path: string, init?: { method?: string; body?: URLSearchParams | string; as?: string }): Promise<Response>;
  close(): Promise<void>;
}

/**
 * Starts `bin/amphi central` with a folder and a port of its own, with these flags and this environment. Rejects with
 * the end of its log if it does not start.
 */
export async function startCentralProcess(...given: (string | Record<string, string>)[]): Promise<CentralProcess> {
  const flags = given.filter((one) => typeof one === 'string');
  const more = Object.assign({}, ...given.filter((one) => typeof one === 'object')) as Record<string, string>;
  const folder = await mkdtemp(join(tmpdir(), 'amphi-central-'));
  const data = join(folder, 'data');
  const child = startChild({
    command: AMPHI,
    argv: ['central', '--data', data, '--listen', '127.0.0.1', '--port', '0', ...flags],
    takes: [1],
    env: { AMPHI_LOG: process.env['AMPHI_LOG'] ?? 'warn', ...more },
  });
  const close = async (): Promise<void> => {
    await child.stop(STOP_MS);
    await rm(folder, { recursive: true, force: true, maxRetries: 20 });
  };
  const limit = new Promise<undefined>((resolve) => {
    setTimeout(() => resolve(undefined), PATIENCE_MS).unref();
  });
  const url = await Promise.race([urlIn(child.take(1)), child.died.then(() => undefined), limit]);
  if (!url || child.pid === undefined) {
    await close();
    throw new Error(`the server does not start:\n${child.stderrTail()}`);
  }
  const lines = (await readFile(join(data, 'first-passwords'), 'utf8')).trim().split('\n');
  const passwords = Object.fromEntries(lines.map((line) => line.split(' ') as [string, string]));
  const env = { AMPHI_SERVER: url, AMPHI_PASSWORD: passwords['admin'] ?? '', AMPHI_CONFIG_HOME: join(folder, 'desk') };
  return {
    url,
    pid: child.pid,
    folder,
    passwords,
    close,
    amphi: (...argv) => runProgram(AMPHI, argv, { env, timeoutMs: COMMAND_MS, cwd: folder }),
    ask(path, { as = 'admin', ...init } = {}) {
      const authorization = `Basic ${btoa(`${as}:${passwords[as]}`)}`;
      return fetch(`${url}${path}`, { ...init, headers: { authorization } });
    },
  };
}

function urlIn(output: NodeJS.ReadableStream): Promise<string> {
  let said = '';
  return new Promise((resolve) =>
    output.on('data', (chunk: Buffer) => {
      said += String(chunk);
      const url = /^central +(\S+?)\/?$/m.exec(said)?.[1];
      if (url) resolve(url);
    }),
  );
}
