import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '#lib/runtime/files.ts';
import { tryToKeep } from '#lib/runtime/keeping.ts';
import type { Log } from '#lib/runtime/log.ts';
import type { Config } from '#firmware-config/schema/config.ts';

/**
 * The token that clients of the API send: the configured one, else one that was made at the first start and lies in the
 * data folder, readable by its owner alone. Undefined only if the configuration opens the box to everybody.
 */
export async function accessToken({ http, data }: Config, log: Log): Promise<string | undefined> {
  if (http.open) {
    log.warn({}, 'THE API IS OPEN: whoever reaches the port may do everything (http.open is true)');
    return undefined;
  }
  if (http.token) return http.token;
  const file = join(data, 'token');
  const known = await readFile(file, 'utf8').catch(() => '');
  if (known.trim().length >= 16) return known.trim();
  const made = randomBytes(24).toString('base64url');
  await tryToKeep('the token of the API', log, () => writeFileAtomically(file, `${made}\n`, 0o600));
  return made;
}
