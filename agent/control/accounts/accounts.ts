import { createHash, createHmac, randomBytes, randomInt } from 'node:crypto';
import { rm, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '#lib/runtime/files.ts';
import type { Log } from '#lib/runtime/log.ts';
import { openHasher } from '#lib/runtime/passwords.ts';
import type { Access } from '../session/line-session.ts';
import { readHashes, writeHashes, type Hashes } from './password-store.ts';
import { openThrottle } from './throttle.ts';

export interface Attempt {
  /** Name of the account; undefined where only a password is asked for (Telnet). */
  name?: string | undefined;
  password: string;
  address: string;
  /** For the log: `telnet`, `ssh`, `ftp`, `http`… */
  via: string;
}

/** `busy`: too many tries wait already, and this one was not looked at. */
export type Verdict = { access: Access } | { refused: 'wrong' | 'busy' };

export interface Accounts {
  /** Waits its turn, then compares in constant time, whether the account exists or not. Never rejects for bad input. */
  login(attempt: Attempt): Promise<Verdict>;
  /** For those who proved themselves otherwise, as by a key; undefined: there is no such account. */
  accessOf(name: string): Access | undefined;
  /** Whether an account has a password; without one for `admin` nobody is asked for any. */
  has(account: Access): boolean;
  /**
   * `CA` and `CU` of the table; null clears. E13: not 1 to 128 printable characters without space and `|`. E14: a user
   * password without an administrator's, or no password where the configuration demands one. Kept when it resolves.
   */
  set(account: Access, password: string | null): Promise<'E13' | 'E14' | undefined>;
  /** As on the first day: a new random password, or none where that is allowed. */
  reset(): Promise<void>;
  /** The random password of the first start, until an installer sets one; to be shown on the console. */
  firstPassword(): string | undefined;
  /** Changes whenever a password does; tells nothing of it. */
  stamp(): string;
  /** Called after a password changed; the result ends it. */
  onChange(listener: () => void): () => void;
}

export interface AccountsOptions {
  folder: string;
  log: Log;
  /** The box may run without a password. */
  allowNoPassword?: boolean;
  /** The alarm `auth_failures`: true at 20 failures within 20 s, false when there was none for a while after. */
  onAuthFailures?(many: boolean): void;
  /** That while (10 minutes). */
  quietMs?: number;
}

const PASSWORD = /^[^\s|\p{C}]{1,128}$/u;
const MOST_TRIES_WAITING = 32;
const QUIET_MS = 10 * 60_000;
const MOST_REMEMBERED = 64;
/** Without those that look alike. */
const LETTERS = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const random = (length: number): string =>
  Array.from({ length }, () => LETTERS.charAt(randomInt(LETTERS.length))).join('');

/**
 * Reads `accounts.json` of the folder; at the first start makes a random password for `admin` and writes it to
 * `first-password` as well. Of a damaged file the copy before it counts; damaged both, it is as at the first start.
 */
export async function openAccounts(options: AccountsOptions): Promise<Accounts> {
  const { folder, log, allowNoPassword = false } = options;
  const paths = {
    file: join(folder, 'accounts.json'),
    before: join(folder, 'accounts.before.json'),
    first: join(folder, 'first-password'),
  };
  const throttle = openThrottle();
  const alarm = failureAlarm(options);
  const hasher = openHasher();
  const secret = randomBytes(32);
  const known = new Map<string, Access>();
  const listeners = new Set<() => void>();
  let hashes: Hashes = { admin: null, user: null };
  let first: string | undefined;
  let waiting = 0;
  let writing: Promise<unknown> = Promise.resolve();

  const keep = async (next: Hashes): Promise<void> => {
    if (hashes.admin) await writeHashes(paths.before, hashes);
    await writeHashes(paths.file, next);
    hashes = next;
    known.clear();
    for (const listener of listeners) listener();
  };
  const start = async (): Promise<void> => {
    if (allowNoPassword) {
      await keep({ admin: null, user: null });
      return forgetFirst();
    }
    const password = random(12);
    await writeFileAtomically(paths.first, `${password}\n`, 0o600);
    await keep({ admin: await hasher.hash(password), user: null });
    first = password;
  };
  const forgetFirst = async (): Promise<void> => {
    first = undefined;
    await rm(paths.first, { force: true });
  };
  const load = async (): Promise<void> => {
    const found = await readEither(paths, log);
    if (found) hashes = found;
    if (!found || (!found.admin && !allowNoPassword)) return start();
    const kept = (await readFile(paths.first, 'utf8').catch(() => '')).trim();
    if (kept !== '' && (await hasher.matches(kept, hashes.admin))) first = kept;
    else await forgetFirst();
  };
  await load();
  if (!hashes.admin) log.warn({}, 'NO PASSWORD: whoever reaches this box may do everything (allowNoPassword is set)');

  const compare = async ({ name, password }: Attempt): Promise<Access | undefined> => {
    const bounded = password.length <= 1024 ? password : '';
    const tag = createHmac('sha256', secret)
      .update(`${name ?? ''}\0${bounded}`)
      .digest('base64');
    const remembered = known.get(tag);
    if (remembered) return remembered;
    const before = hashes;
    // Both, always: the time tells nothing of which accounts there are, nor of which was right.
    const isAdmin = await hasher.matches(bounded, before.admin);
    const isUser = await hasher.matches(bounded, before.user);
    const access = accessFor(name, isAdmin, isUser);
    if (access && before === hashes) {
      known.set(tag, access);
      const oldest = known.keys().next();
      if (known.size > MOST_REMEMBERED && !oldest.done) known.delete(oldest.value);
    }
    return access;
  };

  const login = async (attempt: Attempt): Promise<Verdict> => {
    const { address, via, name } = attempt;
    const openTo = hashes.admin ? undefined : (attempt.name ?? 'admin');
    if (openTo === 'admin' || openTo === 'user') return { access: openTo };
    const waitMs = throttle.admitInMs(address, performance.now());
    if (waitMs === undefined || waiting >= MOST_TRIES_WAITING) return { refused: 'busy' };
    waiting += 1;
    try {
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
      const access = await compare(attempt);
      if (access) {
        throttle.succeeded(address, performance.now());
        return { access };
      }
    } finally {
      waiting -= 1;
    }
    log.warn({ via, address, account: shownName(name) }, 'wrong password');
    const rings = throttle.failed(address, performance.now());
    if (rings) log.error({}, 'many wrong passwords (auth_failures)');
    alarm.failure(rings);
    return { refused: 'wrong' };
  };

  const set = async (account: Access, password: string | null): Promise<'E13' | 'E14' | undefined> => {
    if (password === null) {
      if (account === 'admin' && !allowNoPassword) return 'E14';
      await keep(account === 'admin' ? { admin: null, user: null } : { ...hashes, user: null });
      if (account === 'admin') log.warn({}, 'NO PASSWORD: the password of admin was cleared');
    } else {
      if (!PASSWORD.test(password)) return 'E13';
      if (account === 'user' && !hashes.admin) return 'E14';
      const hash = await hasher.hash(password);
      await keep({ ...hashes, [account]: hash });
    }
    if (account === 'admin') await forgetFirst();
    return undefined;
  };

  /** One change after the other. */
  const inTurn = <T>(act: () => Promise<T>): Promise<T> => {
    const done = writing.then(act);
    writing = done.catch(() => undefined);
    return done;
  };
  return {
    login,
    accessOf: (name) => (name === 'admin' || name === 'user' ? name : undefined),
    has: (account) => hashes[account] !== null,
    set: (account, password) => inTurn(() => set(account, password)),
    reset: () => inTurn(start),
    firstPassword: () => first,
    stamp: () => createHash('sha256').update(JSON.stringify(hashes)).digest('base64url'),
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** Rings once, and is over when no failure came for a while. */
function failureAlarm(options: AccountsOptions): { failure(rings: boolean): void } {
  let quiet: NodeJS.Timeout | undefined;
  const over = (): void => {
    quiet = undefined;
    options.onAuthFailures?.(false);
  };
  return {
    failure(rings) {
      if (rings) options.onAuthFailures?.(true);
      if (!rings && !quiet) return;
      clearTimeout(quiet);
      quiet = setTimeout(over, options.quietMs ?? QUIET_MS);
      quiet.unref();
    },
  };
}

/** Same password for both, and no name to tell them apart: administrator (facts 1.3). */
function accessFor(name: string | undefined, isAdmin: boolean, isUser: boolean): Access | undefined {
  if (name === undefined) return isAdmin ? 'admin' : isUser ? 'user' : undefined;
  if (name === 'admin') return isAdmin ? 'admin' : undefined;
  return name === 'user' && isUser ? 'user' : undefined;
}

/** Somebody may have typed a password where a name belongs. */
const shownName = (name: string | undefined): string =>
  name === undefined ? '-' : name === 'admin' || name === 'user' ? name : '(no such account)';

async function readEither(paths: { file: string; before: string }, log: Log): Promise<Hashes | undefined> {
  try {
    return await readHashes(paths.file);
  } catch (error) {
    log.error({ reason: (error as Error).message }, 'accounts.json is damaged; the one before it counts');
  }
  return readHashes(paths.before).catch(() => undefined);
}
