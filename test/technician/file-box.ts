import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBackup } from '#agent/box/backup/backup.ts';
import { openBackupFiles } from '#agent/box/backup/backup-files.ts';
import { openBoxConfig, type BoxConfig } from '#agent/box/backup/settings-document.ts';
import { openAccounts } from '#agent/control/accounts/accounts.ts';
import { makeCertificate } from '#agent/control/certificate/certificate.ts';
import { openFileTree } from '#agent/control/files/file-tree.ts';
import { openFolderFiles } from '#agent/control/files/folder-files.ts';
import { startFtp } from '#agent/control/ftp/ftp.ts';
import { openHostKeys } from '#agent/control/ssh/host-keys.ts';
import { sshFiles } from '#agent/control/ssh/ssh-files.ts';
import { startSsh } from '#agent/control/ssh/ssh.ts';
import { openTurnstile } from '#lib/runtime/turnstile.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { factoryLayouts } from '#overlays/factory-layouts.ts';
import { run, type Ran } from '#test/agent/control/clients.ts';
import { openSisBox, type SisBox } from '#test/agent/control/sis/box.ts';

/** A box's files and settings, reached by SFTP and FTP, without pictures. Its password is `secret`. */
export interface FileBox extends SisBox {
  address: string;
  ports: { sftp: number; ftp: number };
  config: BoxConfig;
  overlay(name: string): Promise<Buffer>;
  putOverlay(name: string, content: string): Promise<void>;
  /** What lies in its backup folder. */
  stored(name: string): Promise<string>;
  /** Nobody can dial it any more. */
  hangUp(): Promise<void>;
  /** By SFTP, where it was. */
  answerAgain(): Promise<void>;
  close(): Promise<void>;
}

/** Keys of all these boxes: to make an RSA key takes a while. */
let hostKeys: Promise<string[]> | undefined;

export async function openFileBox(address = '127.0.0.1', port = 0): Promise<FileBox> {
  const folder = await mkdtemp(join(tmpdir(), 'amphi-file-box-'));
  const box = openSisBox();
  const about = (): string => {
    const { recording } = box.device.state().wanted;
    return `Box, ${recording.state === 'stopped' ? 'idle' : 'recording'}, now, Amphi`;
  };
  const config = openBoxConfig(box.device, factoryLayouts, about);
  const accounts = await openAccounts({ folder, log: silentLog });
  await accounts.set('admin', 'secret');
  const common = { log: silentLog, turnstile: openTurnstile(), minFreeBytes: 0 };
  const backup = await openBackup({ folder: join(folder, 'backup'), data: folder, config, log: silentLog });
  const all = { admin: ['read', 'store', 'remove'] as const, user: [] };
  const tree = openFileTree([
    { name: 'nortxe-backup', files: await openBackupFiles({ ...common, ...backup }), rights: all },
    { name: 'overlays', files: await openFolderFiles({ ...common, folder: join(folder, 'overlays') }), rights: all },
  ]);
  const shared = { addresses: [address], port, accounts, log: silentLog, idleMs: () => 300_000 };
  hostKeys ??= openHostKeys(folder, silentLog);
  const keys = await hostKeys;
  const openSsh = (at: number) =>
    startSsh({
      ...shared,
      port: at,
      hostKeys: keys,
      files: sshFiles(tree, silentLog),
      offerPassword: true,
      repliesOnStderrWithoutPty: true,
    });
  let ssh = await openSsh(port);
  const ports = { sftp: ssh.port as number, ftp: 0 };
  const certificate = await makeCertificate([address]);
  const ftp = await startFtp({ ...shared, port: 0, tree, certificate: () => certificate, allowPlain: true });
  const hangUp = async (): Promise<void> => void (await Promise.all([ssh.close(), ftp.close()]));
  return {
    ...box,
    address,
    config,
    hangUp,
    ports: { ...ports, ftp: ftp.port as number },
    async answerAgain() {
      ssh = await openSsh(ports.sftp);
    },
    overlay: (name) => readFile(join(folder, 'overlays', name)),
    putOverlay: (name, content) => writeFile(join(folder, 'overlays', name), content),
    stored: (name) => readFile(join(folder, 'backup', name), 'utf8'),
    async close() {
      await hangUp();
      await backup.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A desk: a folder with files, where `amphi config` is typed. */
export interface Desk {
  folder: string;
  write: (name: string, text: string | Buffer) => Promise<string>;
  amphi: (...argv: string[]) => Promise<Ran>;
  /** The same without the password of its boxes. */
  bare: (...argv: string[]) => Promise<Ran>;
  close(): Promise<void>;
}

const AMPHI = new URL('../../bin/amphi.ts', import.meta.url).pathname;

export async function openDesk(): Promise<Desk> {
  const folder = await mkdtemp(join(tmpdir(), 'amphi-desk-'));
  const typed = (env: Record<string, string>, argv: string[]): Promise<Ran> =>
    run(process.execPath, [AMPHI, ...argv], {
      env: { ...env, XDG_CONFIG_HOME: folder },
      cwd: folder,
      timeoutMs: 240_000,
    });
  return {
    folder,
    async write(name, text) {
      await writeFile(join(folder, name), text, { mode: 0o600 });
      return join(folder, name);
    },
    amphi: (...argv) => typed({ AMPHI_SIS_PASSWORD: 'secret' }, ['config', ...argv]),
    bare: (...argv) => typed({}, argv),
    close: () => rm(folder, { recursive: true, force: true }),
  };
}
