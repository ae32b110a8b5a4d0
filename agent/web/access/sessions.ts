import { createHash, randomBytes } from 'node:crypto';
import { deviceAccess, type Role } from './roles.ts';

/** Who signed in, and what lasts only as long as that is so. */
export interface Signed {
  /** For the log; tells nothing of the cookie. */
  name: string;
  role: Role;
  /** `end` is called when the session ends; while it is held, it does not end by idling. The result lets go (idempotent). */
  hold(end: () => void): () => void;
}

/** Sessions of browsers and programs that signed in; kept here, known outside by a random cookie alone. */
export interface Sessions {
  /** The cookie of a new session. A brief one is for programs, which begin one for every few questions. */
  begin(role: Role, brief?: 'brief'): string;
  /** The session of a cookie, which is used by this. */
  find(cookie: string): Signed | undefined;
  end(cookie: string): void;
  /** As when a password changes; also what was let in by the password itself ends. */
  endAll(): void;
  /** For answers without end to those who bring a password with each request: `end` is called by `endAll`. */
  hold(end: () => void): () => void;
  close(): void;
}

export interface SessionRules {
  /** Not used for so long, it ends. */
  idleMs: number;
  /** A brief one after this; and it outlives no restart. */
  briefIdleMs: number;
  /** After so long it ends in any case. */
  longestMs: number;
  /** At once; when there are more, the one goes that was not used for longest, and that nobody holds. */
  most: number;
}

/** A session as it outlives a restart. Times are of the wall clock. */
export interface SessionRecord {
  key: string;
  name: string;
  role: 'user' | 'admin';
  endsAtMs: number;
}

export interface SessionKeeping {
  before: readonly SessionRecord[];
  save(sessions: readonly SessionRecord[]): void;
}

export const SESSION_RULES: SessionRules = {
  idleMs: 30 * 60_000,
  briefIdleMs: 5 * 60_000,
  longestMs: 12 * 3600_000,
  most: 1000,
};
const SWEEP_MS = 15_000;

interface Session extends Signed {
  brief: boolean;
  beganMs: number;
  usedMs: number;
  held: Set<() => void>;
}

/** `nowMs` is a monotonic clock. */
export function openSessions(
  nowMs: () => number,
  rules: SessionRules = SESSION_RULES,
  keeping: SessionKeeping = { before: [], save: () => undefined },
): Sessions {
  /** By the hash of the cookie, the one that was used last at the end. */
  const sessions = new Map<string, Session>();
  const unsigned = new Set<() => void>();

  const save = (): void => {
    const wallMs = Date.now() - nowMs();
    keeping.save(
      [...sessions].flatMap(([key, { name, role, beganMs, brief }]) =>
        brief ? [] : [{ key, name, role: deviceAccess(role), endsAtMs: wallMs + beganMs + rules.longestMs }],
      ),
    );
  };
  const add = (key: string, name: string, role: Role, beganMs: number, brief: boolean): void => {
    const held = new Set<() => void>();
    const hold = holdIn(held, () => void (made.usedMs = nowMs()));
    const made: Session = { name, role, brief, beganMs, usedMs: nowMs(), held, hold };
    sessions.set(key, made);
  };
  const drop = (key: string): void => {
    const session = sessions.get(key);
    sessions.delete(key);
    for (const end of session?.held ?? []) end();
    session?.held.clear();
  };
  const endOf = (key: string): void => {
    const session = sessions.get(key);
    drop(key);
    if (session && !session.brief) save();
  };
  const leastWanted = (): string | undefined => {
    const free = [...sessions].find(([, { held }]) => held.size === 0) ?? [...sessions][0];
    return free?.[0];
  };
  const isOver = ({ beganMs, usedMs, held, brief }: Session): boolean => {
    const idleMs = brief ? rules.briefIdleMs : rules.idleMs;
    return nowMs() - beganMs >= rules.longestMs || (held.size === 0 && nowMs() - usedMs >= idleMs);
  };
  const sweep = setInterval(() => {
    for (const [key, session] of sessions) if (isOver(session)) endOf(key);
  }, SWEEP_MS).unref();
  for (const { key, name, role, endsAtMs } of keeping.before) {
    // Whatever the wall clock did meanwhile, none lasts longer than a new one.
    const leftMs = Math.min(endsAtMs - Date.now(), rules.longestMs);
    if (leftMs > 0) add(key, name, role, nowMs() - rules.longestMs + leftMs, false);
  }

  return {
    begin(role, brief) {
      const cookie = randomBytes(32).toString('base64url');
      add(keyOf(cookie), randomBytes(6).toString('base64url'), role, nowMs(), brief === 'brief');
      if (sessions.size > rules.most) drop(leastWanted() ?? '');
      if (!brief) save();
      return cookie;
    },
    find(cookie) {
      const key = keyOf(cookie);
      const session = sessions.get(key);
      if (!session) return undefined;
      if (isOver(session)) {
        endOf(key);
        return undefined;
      }
      sessions.delete(key);
      sessions.set(key, session);
      session.usedMs = nowMs();
      return session;
    },
    end: (cookie) => endOf(keyOf(cookie)),
    endAll() {
      for (const key of sessions.keys()) drop(key);
      save();
      for (const end of unsigned) end();
      unsigned.clear();
    },
    hold: holdIn(unsigned, () => undefined),
    close: () => clearInterval(sweep),
  };
}

function holdIn(held: Set<() => void>, onRelease: () => void): Signed['hold'] {
  return (end) => {
    const mine = (): void => end();
    held.add(mine);
    return () => {
      if (held.delete(mine)) onRelease();
    };
  };
}

const keyOf = (cookie: string): string => createHash('sha256').update(cookie).digest('base64url');
