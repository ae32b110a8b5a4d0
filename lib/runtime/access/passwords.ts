import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { openTurnstile } from '../turnstile.ts';

/** The stored form of a password. */
export interface PasswordHash {
  salt: string;
  hash: string;
  /** Cost of the hash, so that a later version may raise it. */
  n: number;
}

const COST = 2 ** 14;
const HASH_BYTES = 32;
/** Used in comparisons in place of a missing password: the comparison takes as long, and no password matches. */
const nobody: PasswordHash = { salt: randomBytes(16).toString('base64'), hash: '', n: COST };

/** Makes and compares hashes. */
export interface Hasher {
  hash(password: string): Promise<PasswordHash>;
  /** Whether a password matches. Takes as long for an account without a password as for one with it. */
  matches(password: string, kept: PasswordHash | null): Promise<boolean>;
}

/** Makes a hasher. It makes one hash at a time, since the threads that hash also write the recording to disk. */
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
