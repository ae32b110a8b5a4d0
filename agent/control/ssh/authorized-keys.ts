import { open } from 'node:fs/promises';
import ssh2 from 'ssh2';
import type { Access } from '../session/line-session.ts';

/** Files of public keys by account, in the format of OpenSSH's `authorized_keys`. */
export type KeyFiles = Partial<Record<Access, string>>;

/** The public key that a client shows. */
export interface ShownKey {
  algo: string;
  data: Buffer;
}

/** Bytes of a file of keys that are read; keys after them are not known. */
const MOST_BYTES = 1 << 20;

/**
 * The key in the account's file that equals the shown one; undefined if there is none. The file is read at each login,
 * so that a removed key is refused from then on. A key of `admin` can log in as `user` too.
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

/** The keys in the text of a file. Lines that are no keys are skipped, and so are keys with options (`from="…"`). */
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
