import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { openTurnstile } from './turnstile.ts';

/** What is kept of a password. */
export interface PasswordHash {
  salt: string;
  hash: string;
  /** Cost, so that a later version may raise it. */
  n: number;
}

const COST = 2 ** 14;
const HASH_BYTES = 32;
/** What a password is compared with where there is none: it takes as long, and nothing equals it. */
const nobody: PasswordHash = { salt: randomBytes(16).toString('base64'), hash: '', n: COST };

/** Makes and compares hashes. */
export interface Hasher {
  hash(password: string): Promise<PasswordHash>;
  /** Takes as long for an account without a password as for one with. */
  matches(password: string, kept: PasswordHash | null): Promise<boolean>;
}

/** One hash at a time: the threads that hash also write the recording to disk. */
export function openHasher(): Hasher {
  const turnstile = openTurnstile(1);
  const derive = (password: string, salt: Buffer, n: number): Promise<Buffer> =>
    turnstile.inTurn(
      () =>
        new Promise((resolve, reject) => {
          const done = (error: Error | null, key: Buffer): void => (error ? reject(error) : resolve(key));
          scrypt(password, salt, HASH_BYTES, { N: n, r: 8, p: 1 }, done);
        }),
    );
  return {
    async hash(password) {
      const salt = randomBytes(16);
      const made = await derive(password, salt, COST);
      return { salt: salt.toString('base64'), hash: made.toString('base64'), n: COST };
    },
    async matches(password, kept) {
      const { salt, hash, n } = kept ?? nobody;
      const made = await derive(password, Buffer.from(salt, 'base64'), n);
      const wanted = Buffer.from(hash, 'base64');
      const isSame = timingSafeEqual(made, wanted.length === made.length ? wanted : Buffer.alloc(made.length));
      return isSame && kept !== null;
    },
  };
}
