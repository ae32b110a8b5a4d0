import { createHash, randomBytes } from 'node:crypto';
import { deviceAccess, type Role } from './roles.ts';

/** A session of an asker. */
export interface Signed {
  /** Name for the log; it reveals nothing of the cookie. */
  name: string;
  role: Role;
  /**
   * Calls `end` when the session ends; while held, it does not end for lack of use. The result ends the hold; it may be
   * called twice.
   */
  hold(end: () => void): () => void;
}

/** The sessions of browsers and programs. Outside, a session is known by a random cookie alone. */
export interface Sessions {
  /** Begins a session and gives its cookie. A `brief` one is for programs, which begin one for every few questions. */
  begin(role: Role, brief?: 'brief'): string;
  /** Finds the session of a cookie and counts it as used. */
  find(cookie: string): Signed | undefined;
  end(cookie: string): void;
  /** Ends all sessions, as after a change of a password, and all that was permitted by a password itself. */
  endAll(): void;
  /** Calls `end` at `endAll`; for answers without end to clients that send a password with each request. */
  hold(end: () => void): () => void;
  close(): void;
}

/** Limits of sessions. */
export interface SessionRules {
  /** Time without use after which a session ends. */
  idleMs: number;
  /** Time without use after which a brief session ends. Brief sessions do not outlive a restart. */
  briefIdleMs: number;
  /** Longest life of a session. */
  longestMs: number;
  /** Number of sessions; beyond it the one ends that was unused for longest and is not held. */
  most: number;
}

/** A session in the file that outlives a restart. Times are of the wall clock. */
export interface SessionRecord {
  key: string;
  name: string;
  role: 'user' | 'admin';
  endsAtMs: number;
}

/** How sessions are kept over a restart. */
export interface SessionKeeping {
  before: readonly SessionRecord[];
  save(sessions: readonly SessionRecord[]): void;
}

/** The usual limits. */
export const SESSION_RULES: SessionRules = {
  idleMs: 30 * 60_000,
  briefIdleMs: 5 * 60_000,
  longestMs: 12 * 3600_000,
  most: 1000,
};
/** Time between searches for sessions that are over. */
const SWEEP_MS = 15_000;

interface Session extends Signed {
  brief: boolean;
  beganMs: number;
  usedMs: number;
  held: Set<() => void>;
}

/** Makes the sessions; `nowMs` is monotonic. */
export function openSessions(
  nowMs: () => number,
  rules: SessionRules = SESSION_RULES,
  keeping: SessionKeeping = { before: [], save: () => undefined },
): Sessions {
  /** Sessions by the hash of their cookie; the last used is at the end. */
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
    // The wall clock may have changed, so a session never lasts longer than a new one.
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
      // A listener whose proof still counts calls `hold` again during this loop.
      const ends = [...unsigned];
      unsigned.clear();
      for (const end of ends) end();
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
