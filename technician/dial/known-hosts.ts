import { createHash, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { appendFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { configFolder } from './config-folder.ts';

/** The file of the keys and certificates that places had. */
export const knownHostsPath = (): string => join(configFolder(), 'known_hosts');

/** As OpenSSH prints it. */
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

/** Lines are `host:port SHA256:…`. Throws Error when the file is there but cannot be read: that is no first use. */
export function judgeHostKey(path: string, place: string, key: Buffer): 'known' | 'new' | 'changed' {
  const lines = readIfThere(path)
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  const known = lines.filter(([at]) => at === place).map(([, print = '']) => print);
  if (known.length === 0) return 'new';
  return known.some((print) => same(print, fingerprint(key))) ? 'known' : 'changed';
}

/** Rejects when the file cannot be written. */
export async function rememberHostKey(path: string, place: string, key: Buffer): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await appendFile(path, `${place} ${fingerprint(key)}\n`, { mode: 0o600 });
}

/** For people, when the key of a place is not the one it had. */
export const keyChangedWords = (place: string, key: Buffer, file: string): string =>
  `HOST KEY CHANGED: ${place} shows ${fingerprint(key)}, which is not the key it had. Another machine may stand in its ` +
  `place. Nothing was sent. If the box was replaced, remove its line from ${file}.`;
