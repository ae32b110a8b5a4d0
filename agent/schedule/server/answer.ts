/** What an answer of the scheduler's server means for what was asked. Pure. */

export type Trouble =
  | 'unreachable'
  /** Wrong user or password, or none was asked for: a redirection to the page of the login. */
  | 'login'
  /** Known, but not allowed. */
  | 'forbidden'
  | 'missing'
  /** It is there already, or something is under way for it. */
  | 'conflict'
  /** It cannot be made sense of; asking the same again is of no use. */
  | 'refused'
  /** No room. */
  | 'full'
  /** It will pass. */
  | 'busy';

/** An answer that is none of success; thrown by the client, told to people by its text. */
export class ServerTrouble extends Error {
  readonly kind: Trouble;
  /** All of the request had been sent, and how it ended is not known. */
  readonly unsure: boolean;
  /** `Retry-After`. */
  readonly retryAfterMs: number | undefined;
  constructor(kind: Trouble, text: string, more: { unsure?: boolean; retryAfterMs?: number } = {}) {
    super(text);
    this.kind = kind;
    this.unsure = more.unsure ?? false;
    this.retryAfterMs = more.retryAfterMs;
  }
}

/** Undefined: it is done. */
export function troubleOf(status: number, location?: string): Trouble | undefined {
  if ((status >= 200 && status < 300) || status === 304) return undefined;
  if (status === 401 || (status >= 300 && status < 400 && /login/i.test(location ?? ''))) return 'login';
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

/** In words, with what the server itself said where that is short and plain. */
export function troubleText(kind: Trouble, status: number, what: string, body: string): string {
  const said = reasonIn(body);
  return `${what}: ${WORDS[kind]} (${status}${said ? `: ${said}` : ''})`;
}

function reasonIn(body: string): string {
  const title = /<title>([^<]{1,200})<\/title>/i.exec(body)?.[1];
  const plain = body.includes('<') ? (title ?? '') : body;
  return plain.replaceAll(/\s+/g, ' ').trim().slice(0, 160);
}

/** `Retry-After` in seconds or as a date; nothing over an hour is believed. */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - nowMs;
  return Number.isFinite(ms) && ms > 0 ? Math.min(ms, 3_600_000) : undefined;
}

export interface RetryRules {
  firstMs: number;
  mostMs: number;
}

/**
 * How long to wait after the n-th failure in a row (from 1): twice as long each time, up to a limit, and up to a quarter
 * more or less by `random` (0 to 1), so that a hundred boxes do not come back together.
 */
export function waitMs(failures: number, { firstMs, mostMs }: RetryRules, random: number): number {
  const plain = Math.min(firstMs * 2 ** Math.min(failures - 1, 30), mostMs);
  return Math.round(plain * (0.75 + random / 2));
}
