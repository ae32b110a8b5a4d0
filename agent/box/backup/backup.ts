import { readFile, rm, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '#lib/runtime/files.ts';
import { takeFile, writeResult, type TakeOptions } from './backup-files.ts';
import { openTrial } from './config-trial.ts';
import type { ErrorCode } from '#agent/device/outcome.ts';
import type { Wanted } from '#agent/device/state.ts';

/** Saves and restores `box.cfg` and `ip.cfg` for the control protocol. */
export interface Backup extends TakeOptions {
  save(file: BackupFile): Promise<void>;
  /** Restores a file. E28: there is no such file; other codes say why the file was refused. */
  restore(file: BackupFile): Promise<ErrorCode | undefined>;
  /** Deletes all files. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

type BackupFile = 'box.cfg' | 'ip.cfg';
type Kept = Wanted['sis']['kept'];

/**
 * Opens the backup, and continues a trial that was running when the box ended; `data` is the folder in which the trial
 * is kept.
 */
export async function openBackup(options: Omit<TakeOptions, 'trial'> & { data: string }): Promise<Backup> {
  const { folder, config, data, log } = options;
  const trial = await openTrial({
    config,
    folder: data,
    log,
    onWentBack: (file, taken) => {
      rm(join(folder, file), { force: true })
        .then(() => writeResult(folder, { file, ...taken, outcome: 'went back' }))
        .catch((error: unknown) => log.error({ err: error }, 'box.cfg.result'));
    },
  });
  const parts = { folder, config, trial, log };
  const text = (file: BackupFile): Promise<string | undefined> =>
    readFile(join(folder, file), 'utf8').catch(() => undefined);
  return {
    ...parts,
    async save(file) {
      const { kept } = config.document().device.sis;
      const content = file === 'box.cfg' ? config.text() : `${JSON.stringify(networkPart(kept), undefined, 1)}\n`;
      await writeFileAtomically(join(folder, file), content, 0o600);
    },
    async restore(file) {
      const stored = await text(file);
      if (stored === undefined) return 'E28';
      if (file === 'box.cfg') return (await takeFile(parts, file)).code;
      const network = objectIn(stored);
      if (!network) return 'E13';
      const kept = { ...config.document().device.sis.kept, ...networkPart(network as Kept) };
      return (await config.take(JSON.stringify({ device: { sis: { kept } } }), file)).code;
    },
    async clear() {
      trial.end();
      for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true, force: true });
    },
    close: () => trial.close(),
  };
}

const networkPart = (kept: Kept): Kept =>
  Object.fromEntries(Object.entries(kept).filter(([row]) => row.startsWith('network.')));

function objectIn(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
