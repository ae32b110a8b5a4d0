import { join } from 'node:path';
import type { Log } from '#lib/runtime/log.ts';
import { openBackupFiles, type TakeOptions } from '../backup/backup-files.ts';
import { certsFolderOf } from './certificate.ts';
import { logFolderOf } from './log.ts';
import type { Config } from '#firmware-config/schema/config.ts';
import type { CertificateStore } from '#agent/control/certificate/certificate.ts';
import { openFileTree, type FileTree, type Mount, type Right } from '#agent/control/files/file-tree.ts';
import { openFolderFiles, type FolderOptions } from '#agent/control/files/folder-files.ts';
import { openTurnstile } from '#lib/runtime/turnstile.ts';
import type { DeviceClient } from '#agent/device/device.ts';
import { recordingFiles } from './recording-files.ts';
import type { RecordingsAt } from '../web/recording-source.ts';

/** Options of `openBoxFiles`. */
export interface BoxFilesOptions {
  config: Config;
  device: DeviceClient;
  recorder: Pick<RecordingsAt, 'list' | 'remove'>;
  certificate: CertificateStore;
  /** Parts for the folder of `box.cfg`. */
  backup: TakeOptions;
  overlaysFolder: string;
  /** Called when a logo or background was stored or removed. */
  onOverlay: () => void;
  log: Log;
}

/** Folder of `box.cfg` and `ip.cfg`. */
export const backupFolderOf = ({ data }: Pick<Config, 'data'>): string => join(data, 'nortxe-backup');

/** Folder of calendar files that are stored on the box; the timetable notices new ones by itself. */
export const calendarsFolderOf = ({ data }: Pick<Config, 'data'>): string => join(data, 'schedule', 'calendars');

const ALL: readonly Right[] = ['read', 'store', 'remove'];

/** Opens the file tree, which SFTP, FTP, scp and the control protocol share. */
export async function openBoxFiles(options: BoxFilesOptions): Promise<FileTree> {
  const { config, recorder, backup, overlaysFolder, onOverlay, log } = options;
  const turnstile = openTurnstile();
  const folder = async (name: string, rights: readonly Right[], of: Omit<FolderOptions, 'log'>): Promise<Mount> => ({
    name,
    files: await openFolderFiles({ ...of, log, turnstile }),
    rights: { admin: rights, user: [] },
  });
  const readCertificate = (): Promise<void> => tellCertificate(options);
  return openFileTree([
    {
      name: 'recordings',
      files: recordingFiles({ recorder, turnstile, folder: config.data, log }),
      rights: { admin: ['read', 'remove'], user: ['read'] },
    },
    {
      name: 'nortxe-backup',
      files: await openBackupFiles({ ...backup, turnstile }),
      rights: { admin: ALL, user: [] },
    },
    await folder('overlays', ALL, { folder: overlaysFolder, onStored: onOverlay, onRemoved: onOverlay }),
    await folder('certs', ALL, {
      folder: certsFolderOf(config),
      mode: 0o600,
      onStored: readCertificate,
      onRemoved: readCertificate,
    }),
    await folder('calendars', ALL, { folder: calendarsFolderOf(config) }),
    await folder('logs', ['read'], { folder: logFolderOf(config) }),
  ]);
}

/**
 * Reads the certificate folder again. A certificate that cannot be used raises an alarm, and the former one stays in
 * use.
 */
async function tellCertificate({ certificate, device }: BoxFilesOptions): Promise<void> {
  const reason = await certificate.reload();
  const alarm = { name: 'control' as const, about: 'certificate' };
  const text = `what lies in /certs cannot be used: ${reason}`;
  device.observe(
    reason === undefined
      ? { fact: 'alarm', clear: alarm }
      : { fact: 'alarm', raise: { ...alarm, level: 'warning', text } },
  );
}
