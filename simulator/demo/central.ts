import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Scope } from '#lib/runtime/scope.ts';
import type { Membership } from './box-and-hall.ts';
import { saidOf, startProgram } from './program.ts';

/** The central server, as a process of its own. */
export interface Central {
  url: string;
  /** Password of the account for people. */
  password: string;
  /** Folder of recordings. */
  media: string;
  /** The account with which a box logs in at the server. */
  membership: Membership;
  get<T>(path: string): Promise<T>;
  text(path: string): Promise<string>;
  bytes(path: string): Promise<Buffer>;
  /** Sends a form to the External API; the values of its fields are JSON. */
  form<T>(path: string, fields: Record<string, unknown>): Promise<T>;
}

/** Time in milliseconds for one request. */
const LIMIT_MS = 60_000;

/** Starts a server with a database of its own, and writes a file with the password of its boxes. */
export async function startCentral(
  folder: string,
  listen: string,
  scope: Scope,
  stop: AbortController,
): Promise<Central> {
  const data = join(folder, 'central');
  const said = await startProgram(
    {
      name: 'central',
      argv: ['central', '--listen', listen, '--port', '0', '--data', data],
      log: join(folder, 'central.log'),
      ready: /^data /m,
    },
    scope,
    stop,
  );
  const passwords = await readFile(join(data, 'first-passwords'), 'utf8');
  const passwordOf = (name: string): string => saidOf(passwords, name);
  const passwordFile = join(folder, 'agent-password');
  await writeFile(passwordFile, `${passwordOf('agent')}\n`, { mode: 0o600 });
  const url = saidOf(said, 'central').replace(/\/$/, '');
  const password = passwordOf('admin');
  return {
    url,
    password,
    media: join(data, 'media'),
    membership: { url, user: 'agent', passwordFile },
    ...openForms(url, password),
  };
}

function openForms(base: string, password: string): Pick<Central, 'get' | 'text' | 'bytes' | 'form'> {
  const authorization = `Basic ${Buffer.from(`admin:${password}`).toString('base64')}`;
  const ask = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const response = await fetch(`${base}${path}`, {
      ...init,
      headers: { authorization },
      signal: AbortSignal.timeout(LIMIT_MS),
    });
    if (!response.ok) throw new Error(`${init.method ?? 'GET'} ${path}: ${response.status} ${await response.text()}`);
    return response;
  };
  return {
    text: async (path) => (await ask(path)).text(),
    bytes: async (path) => Buffer.from(await (await ask(path)).arrayBuffer()),
    get: async <T>(path: string) => (await (await ask(path)).json()) as T,
    async form<T>(path: string, fields: Record<string, unknown>) {
      const body = new FormData();
      for (const [name, value] of Object.entries(fields)) body.set(name, JSON.stringify(value));
      return (await (await ask(path, { method: 'POST', body })).json()) as T;
    },
  };
}
