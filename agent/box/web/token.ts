import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '#lib/runtime/files.ts';
import { tryToKeep } from '#lib/runtime/disk/keeping.ts';
import type { Log } from '#lib/runtime/log.ts';
import type { Config } from '#firmware-config/schema/config.ts';
import type { Accounts } from '#agent/control/accounts/accounts.ts';

/**
 * Opens the token that clients of the API send: the configured one, else a random one that was made at the first start
 * and is kept in the data folder, readable by its owner alone. A new one is made when the administrator's password
 * changes. Undefined only if the configuration opens the API to everybody.
 */
export async function accessToken(
  { http, data }: Config,
  accounts: Pick<Accounts, 'onChange'>,
  log: Log,
): Promise<(() => string) | undefined> {
  if (http.open) {
    log.warn({}, 'THE API IS OPEN: whoever reaches the port may do everything (http.open is true)');
    return undefined;
  }
  const { token: configured } = http;
  if (configured) return () => configured;
  const file = join(data, 'token');
  const write = async (made: string): Promise<void> => {
    await tryToKeep('the token of the API', log, () => writeFileAtomically(file, `${made}\n`, 0o600));
  };
  const known = (await readFile(file, 'utf8').catch(() => '')).trim();
  let token = known.length >= 16 ? known : newToken();
  if (token !== known) await write(token);
  accounts.onChange((whose) => {
    if (!whose.includes('admin')) return;
    token = newToken();
    log.info({}, 'the password of admin has changed, and so has the token');
    void write(token);
  });
  return () => token;
}

const newToken = (): string => randomBytes(24).toString('base64url');
