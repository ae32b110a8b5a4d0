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

/** An attempt to log in. */
export interface Attempt {
  /** Name of the account; undefined if only a password is asked for (Telnet). */
  name?: string | undefined;
  password: string;
  address: string;
  /** The service that it came through, for the log: `telnet`, `ssh`, `ftp`, `http` and others. */
  via: string;
}

/** The result of an attempt. `busy`: too many attempts wait already, so this one was not examined. */
export type Verdict = { access: Access } | { refused: 'wrong' | 'busy' };

/** The accounts `admin` and `user` of a box, and their passwords. */
export interface Accounts {
  /**
   * Examines an attempt to log in, after those before it, in a time that does not depend on whether the account exists.
   * Never rejects for bad input.
   */
  login(attempt: Attempt): Promise<Verdict>;
  /**
   * The rights of an account whose client was identified in another way, as by a key; undefined if there is no such
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
  /** Resets the accounts to those of a new box: a new random password, or none if that is allowed. */
  reset(): Promise<void>;
  /** The random password of the first start, for the console; undefined once a person has set one. */
  firstPassword(): string | undefined;
  /** A text that changes whenever a password does, and reveals nothing of it. */
  stamp(): string;
  /** Calls `listener` after each change of a password, with whose it is; the result ends that. */
  onChange(listener: (whose: readonly Access[]) => void): () => void;
}

/** Options of `openAccounts`. */
export interface AccountsOptions {
  folder: string;
  log: Log;
  /** Whether the box may run without a password. */
  allowNoPassword?: boolean;
  /**
   * Called with true at 20 failures within 20 s (the alarm `auth_failures` begins), and with false when `quietMs`
   * passed without any.
   */
  onAuthFailures?(many: boolean): void;
  /** Called with a text for people when passwords were lost or could not be saved. */
  onTrouble?(text: string): void;
  /** Time in ms without failures after which the alarm ends (10 minutes). */
  quietMs?: number;
  /** The log of refused logins, which services can share; without it, the accounts use one of their own. */
  trail?: Trail;
}

const PASSWORD = /^[^\s|\p{C}]{1,128}$/u;
const QUIET_MS = 10 * 60_000;
/** Number of successful logins that are remembered, since comparing a password takes long; the oldest are forgotten. */
const MOST_REMEMBERED = 64;
/** Characters of a password that is examined; a longer one is wrong. */
const MOST_PASSWORD = 1024;
/** Characters of random passwords, without those that look like others. */
const LETTERS = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const random = (length: number): string =>
  Array.from({ length }, () => LETTERS.charAt(randomInt(LETTERS.length))).join('');

/**
 * Opens the accounts from `accounts.json` in the folder. At the first start makes a random password for `admin`, and
 * writes it into `first-password` too. If `accounts.json` is damaged, its last copy is used; if that is damaged too,
 * the accounts begin as at the first start.
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
  /**
   * Begins with the accounts of a new box. With `isKept` false they are in memory alone: the file on the disk may be
   * readable again at the next start.
   */
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
    // A file that cannot be removed does no harm: the password in it is not valid any more.
    await rm(paths.first, { force: true }).catch(() => undefined);
  };
  const load = async (): Promise<void> => {
    const { found, damage, isReadable } = await readEither(paths, log);
    if (found) hashes = found;
    if (damage !== undefined) options.onTrouble?.(damageText(damage, found !== undefined));
    // A damaged file is copied, so that a person could still repair it.
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

  const compare = async ({ name, password }: Attempt, tag: string): Promise<Access | undefined> => {
    const bounded = boundedOf(password);
    const remembered = known.get(tag);
    if (remembered) return remembered;
    const before = hashes;
    // Both accounts are always compared, so that the time reveals neither which accounts exist nor which one matched.
    const isAdmin = await hasher.matches(bounded, before.admin);
    const isUser = await hasher.matches(bounded, before.user);
    const access = accessFor(name, isAdmin, isUser);
    if (access && before === hashes) keepNewest(known, tag, access, MOST_REMEMBERED);
    return access;
  };

  const examine = async (attempt: Attempt, tag: string): Promise<Verdict> => {
    const { address, via, name } = attempt;
    const waitMs = throttle.admitInMs(address, performance.now());
    if (waitMs === undefined) {
      trail.refused({ via, address, account: shownName(name), what: 'busy' });
      return { refused: 'busy' };
    }
    try {
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
      const access = await compare(attempt, tag);
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
    // An attempt that equals one that is being examined shares its verdict, and is no further guess: a controller opens
    // all its sessions at once.
    const tag = tagOf(attempt);
    const key = `${networkOf(attempt.address)} ${tag}`;
    const same = examined.get(key);
    if (same) return same;
    const verdict = examine(attempt, tag);
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

/** Starts the alarm at a failure with `rings` true, and ends it when no failure came for `quietMs`. */
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
 * The rights that a password gives. If both accounts have this password and no name was given, the administrator's
 * (facts/smp351 1.3).
 */
function accessFor(name: string | undefined, isAdmin: boolean, isUser: boolean): Access | undefined {
  if (name === undefined) return isAdmin ? 'admin' : isUser ? 'user' : undefined;
  if (name === 'admin') return isAdmin ? 'admin' : undefined;
  return name === 'user' && isUser ? 'user' : undefined;
}

/** The account's name for the log; any other name is hidden, since a person may have typed a password in its place. */
const shownName = (name: string | undefined): string =>
  name === undefined ? '-' : name === 'admin' || name === 'user' ? name : '(no such account)';

const damageText = (damage: string, isFound: boolean): string =>
  isFound
    ? `accounts.json is damaged (${damage}): the passwords of before the last change count`
    : `accounts.json is damaged (${damage}): there is a new password of admin, in first-password and on the console`;

interface Read {
  found?: Hashes | undefined;
  /** The reason why the file cannot be used. */
  damage?: string;
  /** Whether the file's bytes could be read. If not, the file may be undamaged, and is not overwritten. */
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
