import { createPrivateKey, generateKeyPair, randomBytes, sign, X509Certificate, type KeyObject } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { isIPv4 } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { writeFileAtomically } from '#lib/runtime/files.ts';
import { tryToKeep } from '#lib/runtime/disk/keeping.ts';
import type { Log } from '#lib/runtime/log.ts';
import * as der from './der.ts';

/** The box's certificate for HTTPS and FTPS: PEM, with its chain. */
export interface Certificate {
  key: string;
  cert: string;
  from: 'self-signed' | 'installed';
}

/** Holds the box's certificate. */
export interface CertificateStore {
  current(): Certificate;
  /**
   * Reads `/certs` again. A complete certificate in it is used from now on. Gives a text if the files in it cannot be
   * used, else undefined.
   */
  reload(): Promise<string | undefined>;
  /** Calls `listener` after each change; the result ends that. */
  onChange(listener: (certificate: Certificate) => void): () => void;
}

/** Options of `openCertificate`. */
export interface CertificateOptions {
  /** Folder of the self-signed certificate (0600). */
  folder: string;
  /**
   * Folder in which another certificate can be installed: as `cacert.pem` with key and certificate (facts/smp351 1.1),
   * or as several files.
   */
  certsFolder: string;
  /** Names and addresses that clients use for the box. */
  names: readonly string[];
  log: Log;
}

const generate = promisify(generateKeyPair);
/** Number of files in `/certs` that are read, and bytes of each; further and larger files are ignored. */
const MOST_FILES = 50;
const MOST_BYTES = 1 << 20;

/**
 * Opens the installed certificate, or the self-signed one, which is made at the first start. An installed certificate
 * is also kept in `folder`: as long as the files in `/certs` cannot be used, the one before stays in use, also after a
 * restart, and is put back there.
 */
export async function openCertificate(options: CertificateOptions): Promise<CertificateStore> {
  const { log, certsFolder } = options;
  const own = await selfSigned(options);
  const keptPath = join(options.folder, 'installed.pem');
  const kept = certificateIn([await readFile(keptPath, 'utf8').catch(() => '')]);
  const listeners = new Set<(certificate: Certificate) => void>();
  let installed: Certificate | undefined = typeof kept === 'object' ? { ...kept, from: 'installed' } : undefined;
  let current = own;

  const keep = async (found: Certificate): Promise<void> => {
    if (found.cert === installed?.cert && found.key === installed.key) return;
    installed = found;
    await tryToKeep('the installed certificate', log, () =>
      writeFileAtomically(keptPath, found.key + found.cert, 0o600),
    );
  };
  const forget = async (): Promise<void> => {
    installed = undefined;
    await tryToKeep('that no certificate is installed', log, () => rm(keptPath, { force: true }));
  };
  const reload = async (): Promise<string | undefined> => {
    const found = await installedIn(certsFolder);
    if (typeof found === 'string') log.warn({ reason: found }, 'the certificate in /certs cannot be used');
    else if (found) await keep(found);
    else await forget();
    const next = typeof found === 'string' ? (installed ?? own) : (found ?? own);
    const back = typeof found === 'string' ? installed : undefined;
    if (back) await tryToKeep('the certificate in use', log, () => putBack(certsFolder, back));
    if (next.cert !== current.cert || next.key !== current.key) {
      current = next;
      log.info({ from: next.from, fingerprint: new X509Certificate(next.cert).fingerprint256 }, 'certificate');
      for (const listener of listeners) listener(next);
    }
    return typeof found === 'string' ? found : undefined;
  };
  await reload();
  return {
    current: () => current,
    reload,
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** Name under which drivers store a certificate (facts/smp351 1.1). */
const USUAL_NAME = 'cacert.pem';

/** Puts the certificate that is in use back into `/certs`, in the place of a `cacert.pem` that cannot be used. */
async function putBack(certsFolder: string, { key, cert }: Certificate): Promise<void> {
  const path = join(certsFolder, USUAL_NAME);
  // Only an existing `cacert.pem` is replaced: a certificate in several files, which are stored one after the other, is
  // complete when the last one is there.
  if (await readFile(path).catch(() => undefined)) await writeFileAtomically(path, key + cert, 0o600);
}

async function selfSigned({ folder, names, log }: CertificateOptions): Promise<Certificate> {
  const path = join(folder, 'self-signed.pem');
  const kept = await readFile(path, 'utf8').catch(() => '');
  const read = certificateIn([kept]);
  if (typeof read === 'object') return { ...read, from: 'self-signed' };
  if (kept !== '') log.error({ path }, 'the self-signed certificate is damaged; another is made');
  const made = await makeCertificate(names);
  await tryToKeep('the self-signed certificate', log, () => writeFileAtomically(path, made.key + made.cert, 0o600));
  return { ...made, from: 'self-signed' };
}

/**
 * The certificate that is installed in a folder; undefined if there is none, a text that says why if it cannot be used.
 */
async function installedIn(folder: string): Promise<Certificate | string | undefined> {
  const all = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const names = all.filter((one) => one.isFile() && /\.(pem|crt|cer|key)$/i.test(one.name)).map(({ name }) => name);
  const ordered = names.toSorted((a, b) => Number(b === 'cacert.pem') - Number(a === 'cacert.pem') || (a < b ? -1 : 1));
  const texts: string[] = [];
  for (const name of ordered.slice(0, MOST_FILES)) {
    const text = await readFile(join(folder, name), 'utf8').catch(() => '');
    if (text.length <= MOST_BYTES) texts.push(text);
  }
  if (texts.length === 0) return undefined;
  const found = certificateIn(texts);
  return typeof found === 'string' ? found : { ...found, from: 'installed' };
}

const PEM = /-----BEGIN ([A-Z0-9 ]+)-----[^-]*(?:-(?!----)[^-]*)*-----END \1-----/g;

/**
 * The first private key in the texts with its certificate, and the other certificates as chain; a text if something is
 * missing.
 */
export function certificateIn(texts: readonly string[]): { key: string; cert: string } | string {
  const blocks = texts.flatMap((text) => [...text.matchAll(PEM)].map(([block, kind = '']) => ({ block, kind })));
  const certificates = blocks.filter(({ kind }) => kind === 'CERTIFICATE').flatMap(({ block }) => parsed(block));
  const keys = blocks.filter(({ kind }) => kind.endsWith('PRIVATE KEY')).flatMap(({ block }) => readKey(block));
  if (keys.length === 0) return 'there is no private key without a password';
  for (const { key, pem } of keys) {
    const leaf = certificates.find(({ facts }) => facts.checkPrivateKey(key));
    if (!leaf) continue;
    const chain = certificates.filter((one) => one !== leaf);
    return { key: `${pem}\n`, cert: `${[leaf, ...chain].map(({ block }) => block).join('\n')}\n` };
  }
  return 'there is no certificate that belongs to the private key';
}

function parsed(block: string): { block: string; facts: X509Certificate }[] {
  try {
    return [{ block, facts: new X509Certificate(block) }];
  } catch {
    return [];
  }
}

function readKey(pem: string): { key: KeyObject; pem: string }[] {
  try {
    return [{ key: createPrivateKey(pem), pem }];
  } catch {
    return [];
  }
}

const SHA256_RSA = '1.2.840.113549.1.1.11';
const [COMMON_NAME, CONSTRAINTS, KEY_USAGE, PURPOSE, OTHER_NAMES] = [
  '2.5.4.3',
  '2.5.29.19',
  '2.5.29.15',
  '2.5.29.37',
  '2.5.29.17',
];
const SERVER = '1.3.6.1.5.5.7.3.1';
/**
 * Validity of the certificate, in ms since 1970: from long ago, so that it is valid too where a clock is behind, to the
 * last date of this form (RFC 5280, 4.1.2.5), so that it does not expire in use.
 */
const VALID = { from: Date.UTC(2016, 0, 1), to: Date.UTC(2049, 11, 31) };

/**
 * Makes a self-signed certificate for these names (RFC 5280), as PEM: RSA with 2048 bits, since old controllers support
 * nothing else.
 */
export async function makeCertificate(names: readonly string[]): Promise<{ key: string; cert: string }> {
  const { privateKey, publicKey } = await generate('rsa', { modulusLength: 2048 });
  const algorithm = der.sequence(der.objectId(SHA256_RSA), der.nothing());
  const name = der.sequence(
    der.set(der.sequence(der.objectId(COMMON_NAME), der.text((names[0] ?? 'amphi').slice(0, 64)))),
  );
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 1;
  const content = der.sequence(
    der.explicit(0, der.integer(Buffer.from([2]))),
    der.integer(serial),
    algorithm,
    name,
    der.sequence(der.utcTime(VALID.from), der.utcTime(VALID.to)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der.explicit(3, extensions(names)),
  );
  const signed = der.sequence(content, algorithm, der.bits(sign('sha256', content, privateKey)));
  const lines = signed.toString('base64').match(/.{1,64}/g) ?? [];
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n'),
  };
}

function extensions(names: readonly string[]): Buffer {
  const extension = (id: string, critical: boolean, value: Buffer): Buffer =>
    der.sequence(der.objectId(id), ...(critical ? [der.boolean(true)] : []), der.octets(value));
  const other = names.map((name) =>
    isIPv4(name) ? der.implicit(7, Buffer.from(name.split('.').map(Number))) : der.implicit(2, Buffer.from(name)),
  );
  return der.sequence(
    extension(CONSTRAINTS, true, der.sequence()),
    extension(KEY_USAGE, true, der.bits(Buffer.from([0xa0]), 5)),
    extension(PURPOSE, false, der.sequence(der.objectId(SERVER))),
    ...(other.length > 0 ? [extension(OTHER_NAMES, false, der.sequence(...other))] : []),
  );
}
