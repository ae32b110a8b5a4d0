import { keepNewest } from '#lib/runtime/newest.ts';
import { createHash, createHmac, randomBytes, randomInt } from 'node:crypto';
import { copyFile, rm, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '#lib/runtime/files.ts';
import { openInTurn } from '#lib/runtime/in-turn.ts';
import { networkOf } from '#lib/runtime/addresses.ts';
import { tryToKeep } from '#lib/runtime/disk/keeping.ts';
import type { Log } from '#lib/runtime/log.ts';
import { openTrail, type Trail } from '#lib/runtime/access/trail.ts';
import { openHasher } from '#lib/runtime/access/passwords.ts';
import type { Access } from '../session/line-session.ts';
import { readHashes, writeHashes, type Hashes } from './password-store.ts';
import { openLoginThrottle } from './login-throttle.ts';

/** A try to log in. */
export interface Attempt {
  /** Name of the account; undefined if only a password is asked for (Telnet). */
  name?: string | undefined;
  password: string;
  address: string;
  /** The way it came, for the log: `telnet`, `ssh`, `ftp`, `http` and others. */
  via: string;
}

/** The result of a try. `busy`: too many tries wait already, so this one was not examined. */
export type Verdict = { access: Access } | { refused: 'wrong' | 'busy' };

/** The accounts `admin` and `user` of a box, and their passwords. */
export interface Accounts {
  /**
   * Examines a try in its turn, in a time that does not depend on whether the account exists. Never rejects for bad
   * input.
   */
  login(attempt: Attempt): Promise<Verdict>;
  /**
   * The rights of an account whose client proved itself in another way, as by a key; undefined if there is no such
   * account.
   */
  accessOf(name: string): Access | undefined;
  /** Whether an account has a password. If `admin` has none, nobody is asked for one. */
  has(account: Access): boolean;
  /**
   * Sets a password (`CA` and `CU` of the protocol); null removes it. E13: not 1 to 128 printable characters without
   * space and `|`. E14: a user's password without one for the administrator, or none where the configuration demands
   * one. Resolves when it is saved.
   */
  set(account: Access, password: string | null): Promise<'E13' | 'E14' | undefined>;
  /** Resets to the first state: a new random password, or none where that is allowed. */
  reset(): Promise<void>;
  /** The random password of the first start, for the console; undefined once a person has set one. */
  firstPassword(): string | undefined;
  /** Changes whenever a password does; reveals nothing of it. */
  stamp(): string;
  /** Calls `listener` after each change of a password, with whose it is; the result ends that. */
  onChange(listener: (whose: readonly Access[]) => void): () => void;
}

/** What the accounts need. */
export interface AccountsOptions {
  folder: string;
  log: Log;
  /** Whether the box may run without a password. */
  allowNoPassword?: boolean;
  /**
   * Raises the alarm `auth_failures` (true) at 20 failures within 20 s, and ends it (false) when `quietMs` passed
   * without any.
   */
  onAuthFailures?(many: boolean): void;
  /** Told when passwords were lost or are not saved, in words. */
  onTrouble?(text: string): void;
  /** The time without failures after which the alarm ends (10 minutes). */
  quietMs?: number;
  /** Where refused tries are told; without it, one of the accounts' own. */
  trail?: Trail;
}

const PASSWORD = /^[^\s|\p{C}]{1,128}$/u;
const QUIET_MS = 10 * 60_000;
const MOST_REMEMBERED = 64;
/** Characters of a password that is tried; a longer one is wrong. */
const MOST_PASSWORD = 1024;
/** Characters of random passwords, without those that look alike. */
const LETTERS = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const random = (length: number): string =>
  Array.from({ length }, () => LETTERS.charAt(randomInt(LETTERS.length))).join('');

/**
 * Opens the accounts from `accounts.json` in the folder. At the first start it makes a random password for `admin`, and
 * writes it to `first-password` too. If the file is damaged, its last copy counts; if both are, it is as at the first
 * start.
 */
export async function openAccounts(options: AccountsOptions): Promise<Accounts> {
  const { folder, log, allowNoPassword = false } = options;
  const paths = {
    file: join(folder, 'accounts.json'),
    before: join(folder, 'accounts.before.json'),
    first: join(folder, 'first-password'),
  };
  const throttle = openLoginThrottle();
  const alarm = failureAlarm(options);
  const hasher = openHasher();
  const secret = randomBytes(32);
  const known = new Map<string, Access>();
  const examined = new Map<string, Promise<Verdict>>();
  const listeners = new Set<(whose: readonly Access[]) => void>();
  let hashes: Hashes = { admin: null, user: null };
  let first: string | undefined;
  const trail = options.trail ?? openTrail(log);
  const changes = openInTurn();

  const forgetTries = (): void => {
    known.clear();
    examined.clear();
  };
  const keep = async (next: Hashes): Promise<void> => {
    if (hashes.admin) await writeHashes(paths.before, hashes);
    await writeHashes(paths.file, next);
    const before = hashes;
    hashes = next;
    forgetTries();
    const whose = (['admin', 'user'] as const).filter((one) => before[one] !== next[one]);
    for (const listener of listeners) listener(whose);
  };
  /** The first state. With `isKept` false it is in memory alone: what is on the disk may still be read at the next start. */
  const start = async (isKept = true): Promise<void> => {
    const password = allowNoPassword ? undefined : random(12);
    const next = { admin: password === undefined ? null : await hasher.hash(password), user: null };
    const save = async (): Promise<void> => {
      if (password !== undefined) await writeFileAtomically(paths.first, `${password}\n`, 0o600);
      await keep(next);
    };
    if (!isKept || !(await tryToKeep('the passwords', log, save))) {
      hashes = next;
      forgetTries();
      for (const listener of listeners) listener(['admin', 'user']);
      options.onTrouble?.('the passwords are in memory alone, since the data folder cannot be written');
    }
    if (password === undefined) await forgetFirst();
    first = password;
  };
  const forgetFirst = async (): Promise<void> => {
    first = undefined;
    // Where it cannot be removed, it is still no password.
    await rm(paths.first, { force: true }).catch(() => undefined);
  };
  const load = async (): Promise<void> => {
    const { found, damage, isReadable } = await readEither(paths, log);
    if (found) hashes = found;
    if (damage !== undefined) options.onTrouble?.(damageText(damage, found !== undefined));
    // What is damaged is set aside, so that somebody could still mend it.
    if (damage !== undefined && isReadable) await copyFile(paths.file, `${paths.file}.damaged`).catch(() => undefined);
    if (!found || (!found.admin && !allowNoPassword)) return start(isReadable);
    const kept = (await readFile(paths.first, 'utf8').catch(() => '')).trim();
    if (kept !== '' && (await hasher.matches(kept, hashes.admin))) first = kept;
    else await forgetFirst();
  };
  await load();
  if (!hashes.admin) log.warn({}, 'NO PASSWORD: whoever reaches this box may do everything (allowNoPassword is set)');

  const boundedOf = (password: string): string => (password.length <= MOST_PASSWORD ? password : '');
  const tagOf = ({ name, password }: Attempt): string =>
    createHmac('sha256', secret)
      .update(`${name ?? ''}\0${boundedOf(password)}`)
      .digest('base64');

  const compare = async (attempt: Attempt): Promise<Access | undefined> => {
    const { name } = attempt;
    const bounded = boundedOf(attempt.password);
    const tag = tagOf(attempt);
    const remembered = known.get(tag);
    if (remembered) return remembered;
    const before = hashes;
    // Both are always compared, so that the time tells neither which accounts exist nor which one matched.
    const isAdmin = await hasher.matches(bounded, before.admin);
    const isUser = await hasher.matches(bounded, before.user);
    const access = accessFor(name, isAdmin, isUser);
    if (access && before === hashes) keepNewest(known, tag, access, MOST_REMEMBERED);
    return access;
  };

  const examine = async (attempt: Attempt): Promise<Verdict> => {
    const { address, via, name } = attempt;
    const waitMs = throttle.admitInMs(address, performance.now());
    if (waitMs === undefined) {
      trail.refused({ via, address, account: shownName(name), what: 'busy' });
      return { refused: 'busy' };
    }
    try {
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
      const access = await compare(attempt);
      if (access) {
        throttle.succeeded(address, performance.now());
        return { access };
      }
    } finally {
      throttle.done(address);
    }
    trail.refused({ via, address, account: shownName(name), what: 'password' });
    const rings = throttle.failed(address, performance.now());
    if (rings) log.error({}, 'many wrong passwords (auth_failures)');
    alarm.failure(rings);
    return { refused: 'wrong' };
  };

  const login = async (attempt: Attempt): Promise<Verdict> => {
    const openTo = hashes.admin ? undefined : (attempt.name ?? 'admin');
    if (openTo === 'admin' || openTo === 'user') return { access: openTo };
    // The same password again while it is examined is no other guess: a controller opens all its sessions at once.
    const key = `${networkOf(attempt.address)} ${tagOf(attempt)}`;
    const same = examined.get(key);
    if (same) return same;
    const verdict = examine(attempt);
    examined.set(key, verdict);
    try {
      return await verdict;
    } finally {
      if (examined.get(key) === verdict) examined.delete(key);
    }
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

  return {
    login,
    accessOf: (name) => (name === 'admin' || name === 'user' ? name : undefined),
    has: (account) => hashes[account] !== null,
    set: (account, password) => changes.run(() => set(account, password)),
    reset: () => changes.run(() => start()),
    firstPassword: () => first,
    stamp: () => createHash('sha256').update(JSON.stringify(hashes)).digest('base64url'),
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** Starts the alarm at a failure that `rings`, and ends it when no failure came for a while. */
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

/**
 * The rights of a password. If both accounts have the same and no name was given, it is the administrator's
 * (facts/smp351 1.3).
 */
function accessFor(name: string | undefined, isAdmin: boolean, isUser: boolean): Access | undefined {
  if (name === undefined) return isAdmin ? 'admin' : isUser ? 'user' : undefined;
  if (name === 'admin') return isAdmin ? 'admin' : undefined;
  return name === 'user' && isUser ? 'user' : undefined;
}

/** The name for the log; other text is hidden, since a person may have typed the password as name. */
const shownName = (name: string | undefined): string =>
  name === undefined ? '-' : name === 'admin' || name === 'user' ? name : '(no such account)';

const damageText = (damage: string, isFound: boolean): string =>
  isFound
    ? `accounts.json is damaged (${damage}): the passwords of before the last change count`
    : `accounts.json is damaged (${damage}): there is a new password of admin, in first-password and on the console`;

interface Read {
  found?: Hashes | undefined;
  /** What is wrong with the file. */
  damage?: string;
  /** Whether its bytes could be read: else it may be whole, and is not written over. */
  isReadable: boolean;
}

async function readEither(paths: { file: string; before: string }, log: Log): Promise<Read> {
  try {
    return { found: await readHashes(paths.file), isReadable: true };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    log.error({ reason: message }, 'accounts.json is damaged; the one before it counts');
    const found = await readHashes(paths.before).catch(() => undefined);
    return { found, damage: code ?? 'it is no file of accounts', isReadable: code === undefined };
  }
}
