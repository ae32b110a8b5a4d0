import { readFile, stat } from 'node:fs/promises';
import type { Credentials } from '#lib/runtime/access/digest.ts';

/**
 * Reads the password of a user from a file. Undefined if there is no user. Rejects, with words for people, if there is
 * no password or if others may read the file.
 */
export async function credentialsFrom(user: string | undefined, file: string): Promise<Credentials | undefined> {
  if (user === undefined) return undefined;
  const found = await stat(file).catch(() => undefined);
  if (!found) throw new Error(`there is no password for ${user}: put it into ${file} (mode 0600)`);
  if ((found.mode & 0o077) !== 0) throw new Error(`others may read the password in ${file}: chmod 600 it`);
  const [password = ''] = (await readFile(file, 'utf8')).split(/\r?\n/);
  if (password === '') throw new Error(`${file} is empty: its first line is the password of ${user}`);
  return { user, password };
}
