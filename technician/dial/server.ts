import { readFileSync } from 'node:fs';
import { DialError, dialError, WrongPassword } from './dial-error.ts';
import { passwordSource } from './password.ts';

export interface ServerFlags {
  server: string;
  user: string;
  passwordFile?: string;
  tokenFile?: string;
}

/** An answer of the server that is none of its troubles. */
export interface Answer {
  status: number;
  /** Of JSON its value, else undefined. */
  json: unknown;
  text: string;
}

export interface Asking {
  query?: Readonly<Record<string, string | undefined>>;
  body?: NonNullable<RequestInit['body']>;
  type?: string;
}

/** The server, as whoever may use it. Every question rejects with DialError when it cannot be asked or lets nobody in. */
export interface Server {
  ask(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, asking?: Asking): Promise<Answer>;
}

/** A large import takes a while on a busy server. */
const LIMIT_MS = 300_000;

/** A server as the flags name it: with a token, else with a name and a password, which is asked for once. */
export function serverOf(flags: ServerFlags): Server {
  const base = flags.server.replace(/\/+$/, '');
  if (!URL.canParse(base) || !/^https?:/.test(base)) {
    throw new DialError(`${flags.server} is no address of a server: write http://server:8080`);
  }
  const password = passwordSource(flags.passwordFile, 'AMPHI_PASSWORD');
  return {
    async ask(method, path, { query = {}, body, type } = {}) {
      const given = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined);
      const target = given.length > 0 ? `${path}?${new URLSearchParams(given).toString()}` : path;
      const headers = {
        authorization: await authorizationOf(flags, password),
        'x-requested-auth': 'Basic',
        accept: '*/*',
        ...(type ? { 'content-type': type } : {}),
      };
      const signal = AbortSignal.timeout(LIMIT_MS);
      const reply = await fetch(`${base}${target}`, {
        method,
        headers,
        signal,
        ...(body === undefined ? {} : { body }),
      }).catch((error: unknown) => {
        throw dialError(base, error instanceof Error && error.cause instanceof Error ? error.cause : error);
      });
      return answerOf(reply, base);
    },
  };
}

async function authorizationOf(flags: ServerFlags, password: () => Promise<string>): Promise<string> {
  const token = flags.tokenFile === undefined ? process.env['AMPHI_TOKEN'] : fileOf(flags.tokenFile);
  if (token) return `Bearer ${token}`;
  return `Basic ${Buffer.from(`${flags.user}:${await password()}`).toString('base64')}`;
}

function fileOf(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    throw new DialError(`${path} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

async function answerOf(reply: Response, base: string): Promise<Answer> {
  const text = await reply.text();
  if (reply.status === 401) throw new WrongPassword(`${base}: wrong user, password or token`);
  if (reply.status === 403) throw new WrongPassword(`${base}: this account may not do this`);
  if (reply.status === 429) throw new DialError(`${base}: too many wrong passwords, wait a little`);
  if (reply.status >= 500)
    throw new DialError(`${base}: the server failed (${reply.status}): ${text.trim().slice(0, 300)}`);
  const isJson = /json/.test(reply.headers.get('content-type') ?? '');
  return { status: reply.status, json: isJson && text ? JSON.parse(text) : undefined, text };
}
