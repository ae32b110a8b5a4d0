import { createHash, randomBytes } from 'node:crypto';
import type { Hasher } from '@amphi/lib/runtime/access/passwords.ts';
import { json, type Role } from '../store/tables.ts';
import { ha1Of } from './digest.ts';

/** Hash by which the secret of a session or token is stored. */
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A new random secret: 32 characters that may stand in URLs and file names. */
export const newSecret = (): string => randomBytes(24).toString('base64url');

/**
 * Stored form of a password: scrypt for one that a person chose; for one of a machine or one that we made, the HA1 that
 * digest needs (docs/decisions/0012-passwords-of-machines.md).
 */
export async function keptPassword(
  hasher: Hasher,
  of: { name: string; role: Role; password: string; isChosen: boolean },
): Promise<{ password: string | null; ha1: string | null }> {
  const { name, role, password, isChosen } = of;
  return isChosen && role !== 'agent'
    ? { password: json(await hasher.hash(password)), ha1: null }
    : { password: null, ha1: ha1Of(name, password) };
}
