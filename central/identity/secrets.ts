import { createHash, randomBytes } from 'node:crypto';
import type { Hasher } from '@amphi/lib/runtime/access/passwords.ts';
import { json, type Role } from '../store/tables.ts';
import { ha1Of } from './digest.ts';

/** What is kept of a session's or a token's secret. */
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A secret that cannot be guessed: 32 characters, fit for URLs and files. */
export const newSecret = (): string => randomBytes(24).toString('base64url');

/**
 * What is kept of a password. One that a person chose is kept as scrypt; one of a machine or one that we made, as what digest needs:
 * see docs/decisions.
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
