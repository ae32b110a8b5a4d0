import { sendRequest, type HttpProgress, type HttpRequest } from '#lib/http-client/http-client.ts';
import { HttpError } from '#lib/http-client/http-error.ts';
import { statusWords } from '#lib/http-client/status-words.ts';
import { DialError, WrongPassword } from './dial-error.ts';

/** Answer of the server that is no failure of connection or login. */
export interface Answer {
  status: number;
  /** Value of an answer in JSON; else undefined. */
  json: unknown;
  text: string;
}

/** Parts of a request besides its path. */
export interface Asking {
  query?: Readonly<Record<string, string | undefined>>;
  body?: HttpRequest['body'];
  type?: string;
  signal?: AbortSignal;
  onProgress?: (progress: HttpProgress) => void;
}

/**
 * Connection to the central server. Every request rejects with DialError if the server cannot be reached or refuses the
 * login.
 */
export interface Server {
  /** URL without a slash at the end. */
  url: string;
  ask(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, asking?: Asking): Promise<Answer>;
}

/** The person stopped waiting. */
export class GivenUp extends DialError {}

/** Longest wait for an answer, in ms; then the request fails. A large import takes a while on a busy server. */
const LIMIT_MS = 300_000;

/** Address and login of a server. */
export interface ServerOptions {
  url: string;
  /** Gives the header `Authorization`, for each request. */
  authorization: () => Promise<string>;
  /** Advice that is added to the message about a refused login. */
  aboutLogin?: string;
  /** Called when the server has answered and accepted the login. */
  onWelcome?: () => void;
}

/** Value of `Authorization` for a user and a password (RFC 7617). */
export const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
/** Value of `Authorization` for a token (RFC 6750). */
export const bearer = (token: string): string => `Bearer ${token}`;

/** URL of a server as it was typed, without a slash at the end. Throws DialError if it is none. */
export function serverUrl(text: string): string {
  const url = text.replace(/\/+$/, '');
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed || !/^https?:$/.test(parsed.protocol))
    throw new DialError(`${text} is no address of a server: write http://server:8080`);
  if (parsed.username || parsed.password)
    throw new DialError('an address holds no password here: --user and --password-file, or amphi login');
  return url;
}

/** Opens a connection to a server; nothing is sent before the first request. */
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
