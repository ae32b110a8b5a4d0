import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Who may ask: the token, and the sessions of browsers that once brought it. */
export interface Sessions {
  /** Everybody may: there is no token. */
  open: boolean;
  isToken(text: string): boolean;
  /** The value of a new session's cookie. */
  begin(): string;
  /** The name of a session that is valid, undefined otherwise. */
  nameOf(cookie: string): string | undefined;
  /** From now on this cookie is worth nothing. */
  end(cookie: string): void;
}

export const SESSION_S = 12 * 3600;
const MAX_ENDED = 10_000;

/**
 * A session's cookie is its end, a name, and their signature under a key made of the token: it outlives a restart of the
 * box, no table grows, and another token ends all of them.
 */
export function openSessions(token: string | undefined, nowMs: () => number): Sessions {
  const key = createHash('sha256')
    .update(`amphi session\n${token ?? randomBytes(32).toString('hex')}`)
    .digest();
  const expected = sha256(token ?? '');
  /** Names of sessions that were ended before their time, with that time. */
  const ended = new Map<string, number>();

  const sign = (text: string): string => createHmac('sha256', key).update(text).digest('base64url');
  const read = (cookie: string): { name: string; endsAtMs: number } | undefined => {
    const [endsAt = '', name = '', signature = ''] = cookie.split('.');
    if (cookie.length > 200 || !isSame(signature, sign(`${endsAt}.${name}`))) return undefined;
    const endsAtMs = Number(endsAt);
    return endsAtMs > nowMs() && !ended.has(name) ? { name, endsAtMs } : undefined;
  };

  return {
    open: token === undefined,
    isToken: (text) => token !== undefined && timingSafeEqual(sha256(text), expected),
    begin() {
      const text = `${nowMs() + SESSION_S * 1000}.${randomBytes(12).toString('base64url')}`;
      return `${text}.${sign(text)}`;
    },
    nameOf: (cookie) => read(cookie)?.name,
    end(cookie) {
      const session = read(cookie);
      if (!session) return;
      for (const [name, endsAtMs] of ended) if (endsAtMs <= nowMs()) ended.delete(name);
      const oldest = ended.size >= MAX_ENDED ? ended.keys().next().value : undefined;
      if (oldest !== undefined) ended.delete(oldest);
      ended.set(session.name, session.endsAtMs);
    },
  };
}

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();
const isSame = (one: string, other: string): boolean => timingSafeEqual(sha256(one), sha256(other));

/** Browsers keep cookies by name and address, whatever the port: boxes on one machine need names of their own. */
export const cookieName = (port: number | undefined): string => `amphi-${port ?? 0}`;

/** One cookie of a `Cookie` header. */
export function cookieOf(header: string | undefined, name: string): string | undefined {
  for (const pair of header?.split(';') ?? []) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return undefined;
}

/** `Set-Cookie` for a session, or for its end (no value): scripts cannot read it, other sites cannot send it. */
export const sessionCookie = (name: string, value: string | undefined): string =>
  `${name}=${value ?? ''}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${value === undefined ? 0 : SESSION_S}`;
