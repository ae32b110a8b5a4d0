import { hostname, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import type { Log } from '#lib/runtime/log.ts';
import type { Config } from '#firmware-config/schema/config.ts';
import { openCertificate, type CertificateStore } from '#agent/control/certificate/certificate.ts';

/** Folder of installed certificates; `/certs` in the file tree. */
export const certsFolderOf = ({ data }: Pick<Config, 'data'>): string => join(data, 'certs');

/**
 * Opens the box's certificate for HTTPS and FTPS: `current()` gives `{ key, cert }` as PEM, `onChange` calls a listener
 * when it changes in `/certs`. The first certificate is self-signed, for the names and addresses that the machine has
 * at that time.
 */
export const openBoxCertificate = (config: Config, log: Log): Promise<CertificateStore> =>
  openCertificate({ folder: config.data, certsFolder: certsFolderOf(config), names: namesOf(config), log });

const ANY = new Set(['0.0.0.0', '::']);

function namesOf({ hall, listen }: Config): string[] {
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const addresses = ANY.has(listen)
    ? own.filter(({ family }) => family === 'IPv4').map(({ address }) => address)
    : [listen];
  // A certificate's host names cannot have `_` or accents; names with these are left out.
  const names = [hostname(), hall].filter((name) => /^[A-Za-z0-9]([A-Za-z0-9.-]{0,61}[A-Za-z0-9])?$/.test(name));
  return [...new Set([...names, 'localhost', ...addresses.filter((address) => address.includes('.'))])];
}
