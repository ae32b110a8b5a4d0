import { createHash, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { appendFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { configFolder } from './config-folder.ts';

/** File with the keys and certificates that places had. */
export const knownHostsPath = (): string => join(configFolder(), 'known_hosts');

/** Fingerprint of a key, as OpenSSH prints it. */
export const fingerprint = (key: Buffer): string =>
  `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;

const same = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

/**
 * Judges the key of a place by the file of known keys, whose lines are `host:port SHA256:…`. Throws Error if the file
 * exists but cannot be read: the key must not count as new then.
 */
export function judgeHostKey(path: string, place: string, key: Buffer): 'known' | 'new' | 'changed' {
  const lines = readIfThere(path)
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  const known = lines.filter(([at]) => at === place).map(([, print = '']) => print);
  if (known.length === 0) return 'new';
  return known.some((print) => same(print, fingerprint(key))) ? 'known' : 'changed';
}

/** Adds a key to the file. Rejects if the file cannot be written. */
export async function rememberHostKey(path: string, place: string, key: Buffer): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await appendFile(path, `${place} ${fingerprint(key)}\n`, { mode: 0o600 });
}

/** Message for people when a place shows another key than before. */
export const keyChangedWords = (place: string, key: Buffer, file: string): string =>
  `HOST KEY CHANGED: ${place} shows ${fingerprint(key)}, which is not the key it had. Another machine may stand in its ` +
  `place. Nothing was sent. If the box was replaced, remove its line from ${file}.`;
