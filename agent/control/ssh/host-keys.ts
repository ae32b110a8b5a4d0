import { createPrivateKey, generateKeyPair, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import ssh2 from 'ssh2';
import { writeFileAtomically } from '#lib/runtime/files.ts';
import { tryToKeep } from '#lib/runtime/disk/keeping.ts';
import type { Log } from '#lib/runtime/log.ts';

const generate = promisify(generateKeyPair);

/**
 * Opens the host keys, ed25519 and RSA, as texts, from a folder; they are made at the first start (access 0600). A key
 * that cannot be read is made anew and logged as an error, since nobody can connect without keys.
 */
export async function openHostKeys(folder: string, log: Log): Promise<string[]> {
  const ed25519 = await keyAt(join(folder, 'ssh-host-ed25519.key'), log, makeEd25519);
  const rsa = await keyAt(join(folder, 'ssh-host-rsa.key'), log, makeRsa);
  return [ed25519, rsa];
}

async function keyAt(path: string, log: Log, make: () => Promise<string>): Promise<string> {
  const kept = await readFile(path, 'utf8').catch(() => undefined);
  if (kept !== undefined) {
    const read = ssh2.utils.parseKey(kept);
    if (!(read instanceof Error) && read.isPrivateKey()) return kept;
    log.error({ path }, 'the SSH host key is damaged: clients will see a new one');
  }
  const key = await make();
  if (await tryToKeep('the SSH host key', log, () => writeFileAtomically(path, key, 0o600)))
    log.info({ path }, 'SSH host key made');
  return key;
}

async function makeRsa(): Promise<string> {
  const { privateKey } = await generate('rsa', { modulusLength: 3072 });
  return privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
}

async function makeEd25519(): Promise<string> {
  const { privateKey } = await generate('ed25519', {});
  return openSshEd25519(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
}

const text = (value: string | Buffer): Buffer => {
  const bytes = Buffer.from(value as string);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
};

/** A key in OpenSSH's own format (PROTOCOL.key), the only one for ed25519 that SSH programs read. */
function openSshEd25519(pkcs8: string): string {
  const { d, x } = createPrivateKey(pkcs8).export({ format: 'jwk' });
  const [seed, open] = [d, x].map((part) => Buffer.from(part ?? '', 'base64url')) as [Buffer, Buffer];
  const name = text('ssh-ed25519');
  const check = randomBytes(4);
  const secret = Buffer.concat([check, check, name, text(open), text(Buffer.concat([seed, open])), text('')]);
  const padding = Buffer.from(Array.from({ length: (8 - (secret.length % 8)) % 8 }, (_, at) => at + 1));
  const whole = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    ...['none', 'none', ''].map(text),
    Buffer.from([0, 0, 0, 1]),
    text(Buffer.concat([name, text(open)])),
    text(Buffer.concat([secret, padding])),
  ]);
  const lines = whole.toString('base64').match(/.{1,70}/g) ?? [];
  return ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join('\n');
}
