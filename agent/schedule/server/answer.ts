import { excerpt } from '#lib/runtime/texts/clean-text.ts';

/** Meanings of the server's answers. Pure. */

/** Kinds of failures of a request. */
export type Trouble =
  | 'unreachable'
  /** Wrong user or password, or a redirection to the login page. */
  | 'login'
  /** The user is known but may not do this. */
  | 'forbidden'
  | 'missing'
  /** The thing to make exists already, or a workflow runs for it. */
  | 'conflict'
  /** The server refuses the request; it would refuse it again. */
  | 'refused'
  /** The server has no disk space. */
  | 'full'
  /** The server cannot do it now, but later. */
  | 'busy';

/** An error: the answer is no success. The message is for people. */
export class ServerTrouble extends Error {
  readonly kind: Trouble;
  /** Whether the whole request was sent and its result is unknown. */
  readonly unsure: boolean;
  /** Milliseconds that the server asks to wait (`Retry-After`). */
  readonly retryAfterMs: number | undefined;
  constructor(kind: Trouble, text: string, more: { unsure?: boolean; retryAfterMs?: number } = {}) {
    super(text);
    this.kind = kind;
    this.unsure = more.unsure ?? false;
    this.retryAfterMs = more.retryAfterMs;
  }
}

/**
 * Addresses to which a server redirects clients that are not logged in: `/login.html`, `/admin/login?…`; not every
 * address that contains the word.
 */
const LOGIN_PAGE = /^[^?#]*\/(?:\w*_)?login(?:\.\w+)?\/?(?:[?#;]|$)/i;

/** The kind of failure of an answer; undefined for success. */
export function troubleOf(status: number, location?: string): Trouble | undefined {
  if ((status >= 200 && status < 300) || status === 304) return undefined;
  if (status === 401 || (status >= 300 && status < 400 && LOGIN_PAGE.test(location ?? ''))) return 'login';
  if (status === 403) return 'forbidden';
  if (status === 404 || status === 405 || status === 410 || status === 501) return 'missing';
  if (status === 409) return 'conflict';
  if (status === 413 || status === 507) return 'full';
  if (status === 408 || status === 425 || status === 429 || status >= 500) return 'busy';
  return 'refused';
}

const WORDS: Record<Trouble, string> = {
  unreachable: 'it cannot be reached',
  login: 'user or password are wrong',
  forbidden: 'this user may not do that: it needs ROLE_CAPTURE_AGENT',
  missing: 'there is no such thing',
  conflict: 'something else is there already',
  refused: 'it does not take that',
  full: 'it has no room',
  busy: 'it cannot do it now',
};

/** The failure in words, with the server's own words if they are short and plain. */
export function troubleText(kind: Trouble, status: number, what: string, body: string): string {
  const said = reasonIn(body);
  return `${what}: ${WORDS[kind]} (${status}${said ? `: ${said}` : ''})`;
}

function reasonIn(body: string): string {
  const title = /<title>([^<]{1,200})<\/title>/i.exec(body)?.[1];
  const plain = body.includes('<') ? (title ?? '') : body;
  return excerpt(plain.slice(0, 4096), 160);
}

/**
 * Milliseconds that the header `Retry-After` asks for, in seconds or as a date: at most an hour. Undefined if there is
 * none, or none in the future.
 */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - nowMs;
  return Number.isFinite(ms) && ms > 0 ? Math.min(ms, 3_600_000) : undefined;
}

/** Rules for repeated attempts. */
export interface RetryRules {
  firstMs: number;
  mostMs: number;
}

/**
 * Milliseconds to wait after the n-th failure in a row (from 1): doubled each time up to a limit, and changed by up to
 * a quarter by `random` (0 to 1), so that many boxes do not return at the same time.
 */
export function waitMs(failures: number, { firstMs, mostMs }: RetryRules, random: number): number {
  const plain = Math.min(firstMs * 2 ** Math.min(failures - 1, 30), mostMs);
  return Math.round(plain * (0.75 + random / 2));
}
