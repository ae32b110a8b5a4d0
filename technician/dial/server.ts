import { sendRequest, type HttpProgress, type HttpRequest } from '#lib/http-client/http-client.ts';
import { HttpError } from '#lib/http-client/http-error.ts';
import { statusWords } from '#lib/http-client/status-words.ts';
import { DialError, WrongPassword } from './dial-error.ts';

/** An answer of the server that is none of its troubles. */
export interface Answer {
  status: number;
  /** Of JSON its value, else undefined. */
  json: unknown;
  text: string;
}

export interface Asking {
  query?: Readonly<Record<string, string | undefined>>;
  body?: HttpRequest['body'];
  type?: string;
  signal?: AbortSignal;
  onProgress?: (progress: HttpProgress) => void;
}

/** The server, as whoever may use it. Every question rejects with DialError when it cannot be asked or lets nobody in. */
export interface Server {
  /** Without a slash at its end. */
  url: string;
  ask(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, asking?: Asking): Promise<Answer>;
}

/** A person gave up waiting. */
export class GivenUp extends DialError {}

/** A large import takes a while on a busy server; after it nobody waits for an answer any more. */
const LIMIT_MS = 300_000;

export interface ServerOptions {
  url: string;
  /** `Authorization`, asked for at each question. */
  authorization: () => Promise<string>;
  /** What to do about a login that is wrong, said behind it. */
  aboutLogin?: string;
  /** Told when the server answered and let whoever asks in. */
  onWelcome?: () => void;
}

/** Value of `Authorization` for a user and a password (RFC 7617). */
export const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
/** Value of `Authorization` for a token (RFC 6750). */
export const bearer = (token: string): string => `Bearer ${token}`;

/** The address of a server as it was typed, without a slash at its end. Throws DialError where it is none. */
export function serverUrl(text: string): string {
  const url = text.replace(/\/+$/, '');
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed || !/^https?:$/.test(parsed.protocol))
    throw new DialError(`${text} is no address of a server: write http://server:8080`);
  if (parsed.username || parsed.password)
    throw new DialError('an address holds no password here: --user and --password-file, or amphi login');
  return url;
}

/** Speaks to a server; nothing is sent before the first question. */
export function openServer({ url, authorization, aboutLogin = '', onWelcome }: ServerOptions): Server {
  return {
    url,
    async ask(method, path, { query = {}, body, type, signal, onProgress } = {}) {
      const given = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined);
      const target = given.length > 0 ? `${path}?${new URLSearchParams(given).toString()}` : path;
      const headers = {
        authorization: await authorization(),
        'user-agent': 'amphi',
        'x-requested-auth': 'Basic',
        accept: '*/*',
        ...(type ? { 'content-type': type } : {}),
      };
      const request = { method, url: `${url}${target}`, headers, body, signal, onProgress, limitMs: LIMIT_MS };
      const answer = await sendRequest(request).catch((error: unknown) => {
        throw dialErrorOf(error);
      });
      const text = answer.body.toString('utf8');
      const trouble = statusWords(answer.status, text);
      const words = `${url}: ${trouble}`;
      if (answer.status === 401) throw new WrongPassword(words + aboutLogin);
      if (answer.status === 403) throw new WrongPassword(words);
      if (trouble !== undefined) throw new DialError(words);
      onWelcome?.();
      return { status: answer.status, json: jsonOf(url, answer.headers.get('content-type'), text), text };
    },
  };
}

function dialErrorOf(error: unknown): unknown {
  if (!(error instanceof HttpError)) return error;
  return error.kind === 'cancelled' ? new GivenUp(error.message) : new DialError(error.message, { cause: error });
}

function jsonOf(url: string, type: string | undefined, text: string): unknown {
  if (!/json/.test(type ?? '') || text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new DialError(`${url}: its answer is broken: ${(error as Error).message}`, { cause: error });
  }
}
