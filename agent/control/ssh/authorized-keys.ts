import { open } from 'node:fs/promises';
import ssh2 from 'ssh2';
import type { Access } from '../session/line-session.ts';

/** A file of public keys for each account, in the format of OpenSSH's `authorized_keys`. */
export type KeyFiles = Partial<Record<Access, string>>;

/** What a client proves to hold. */
export interface ShownKey {
  algo: string;
  data: Buffer;
}

const MOST_BYTES = 1 << 20;

/**
 * The key of the file that is the one shown, or undefined. Read at each login, so that a key that was taken away is
 * gone at once. Keys for `admin` open `user` as well.
 */
export async function authorizedKey(
  files: KeyFiles,
  account: Access,
  shown: ShownKey,
): Promise<ssh2.ParsedKey | undefined> {
  const paths = account === 'admin' ? [files.admin] : [files.user, files.admin];
  for (const path of paths) {
    if (path === undefined) continue;
    const found = keysIn(await bounded(path)).find((key) => key.getPublicSSH().equals(shown.data));
    if (found) return found;
  }
  return undefined;
}

/** The keys of a file; lines that are none are skipped, and options before a key (`from="…"`) make it none. */
export function keysIn(content: string): ssh2.ParsedKey[] {
  return content
    .split(/\r?\n/)
    .filter((line) => /^(ssh|ecdsa)-/.test(line))
    .map((line) => ssh2.utils.parseKey(line))
    .filter((key): key is ssh2.ParsedKey => !(key instanceof Error));
}

async function bounded(path: string): Promise<string> {
  const file = await open(path).catch(() => undefined);
  if (!file) return '';
  try {
    const { bytesRead, buffer } = await file.read({ buffer: Buffer.alloc(MOST_BYTES) });
    return buffer.toString('utf8', 0, bytesRead);
  } catch {
    return '';
  } finally {
    await file.close();
  }
}
