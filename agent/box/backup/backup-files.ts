import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '#lib/runtime/files.ts';
import type { Log } from '#lib/runtime/log.ts';
import type { BoxConfig, Taken } from './settings-document.ts';
import { FileError } from '#agent/control/files/file-error.ts';
import type { Entry, MountFiles, Reading } from '#agent/control/files/file-tree.ts';
import { openFolderFiles, type FolderOptions } from '#agent/control/files/folder-files.ts';
import type { Trial } from './config-trial.ts';

/** Name of the file with the present configuration. */
export const CURRENT = 'current.cfg';
/** Name of the file with the result of the last stored configuration, as JSON. */
export const RESULT = 'box.cfg.result';
/**
 * Names such as `trial-60.cfg`: storing such a file puts its configuration on trial for so many seconds, removing it
 * keeps the configuration.
 */
const TRIAL = /^trial-(\d{1,4})\.cfg$/;
/** Seconds that a trial may take; a file with another number is refused. */
const [SHORTEST_S, LONGEST_S] = [5, 3600];

/** Parts that are needed to apply a stored configuration. */
export interface TakeOptions {
  folder: string;
  config: BoxConfig;
  trial: Trial;
  log: Log;
}

/** Options of `openBackupFiles`. */
export interface BackupOptions extends TakeOptions {
  turnstile: NonNullable<FolderOptions['turnstile']>;
  minFreeBytes?: number;
}

/**
 * Opens the folder of `box.cfg` and `ip.cfg`. A configuration that is stored in it takes effect at once. If it is
 * refused, the transfer fails, and `box.cfg.result` lists all mistakes.
 */
export async function openBackupFiles(options: BackupOptions): Promise<MountFiles> {
  const { folder, config, trial, turnstile, log, minFreeBytes } = options;
  const former: Former = new Map();
  const contentOf = (path: string): Promise<Buffer | undefined> => readFile(join(folder, path)).catch(() => undefined);
  const remember = async (path: string): Promise<void> => {
    if (path === BOX_CFG) former.set(path, await contentOf(path));
  };
  const files = await openFolderFiles({
    folder,
    turnstile,
    log,
    mode: 0o600,
    ...(minFreeBytes === undefined ? {} : { minFreeBytes }),
    onStored: (path) => takeUp(options, path, former),
    async onDelete(path) {
      if (TRIAL.test(path)) await trial.keep(path);
      return 'delete';
    },
  });
  const current = (): Buffer => Buffer.from(config.text());
  const entry = (): Entry => ({
    name: CURRENT,
    kind: 'file',
    sizeBytes: current().length,
    modifiedMs: Date.now(),
  });
  const guarded = <T>(path: string, act: () => Promise<T>): Promise<T> =>
    path === CURRENT ? Promise.reject(new FileError('denied', `${CURRENT} is made when it is read`)) : act();
  return {
    ...bound(files),
    stat: async (path, orPartial) => (path === CURRENT ? entry() : files.stat(path, orPartial)),
    async list(path) {
      const found = await files.list(path);
      return path === '' ? [...found, entry()] : found;
    },
    openRead: async (path) => (path === CURRENT ? readingOf(current()) : files.openRead(path)),
    openWrite: (path, how) =>
      guarded(path, async () => {
        await remember(path);
        return files.openWrite(path, how);
      }),
    remove: (path) => guarded(path, () => files.remove(path)),
    rename: (from, to, overwrite) =>
      guarded(from, () =>
        guarded(to, async () => {
          await remember(to);
          const moved = await contentOf(from);
          await files.rename(from, to, overwrite).catch(async (error: unknown) => {
            // A renamed file whose configuration was refused gets its former name back.
            if (moved && (await contentOf(to))?.equals(moved) === false && !(await contentOf(from)))
              await writeFileAtomically(join(folder, from), moved, 0o600);
            throw error;
          });
        }),
      ),
    setModified: (path, ms) => guarded(path, () => files.setModified(path, ms)),
  };
}

const bound = (files: MountFiles): Pick<MountFiles, 'makeFolder' | 'removeFolder' | 'freeBytes'> => ({
  makeFolder: (path) => files.makeFolder(path),
  removeFolder: (path) => files.removeFolder(path),
  freeBytes: () => files.freeBytes(),
});

const readingOf = (content: Buffer): Reading => ({
  sizeBytes: content.length,
  modifiedMs: Date.now(),
  read: (offset, length) => Promise.resolve(content.subarray(offset, offset + length)),
  close: () => Promise.resolve(),
});

/** Bytes of a configuration file; a larger one is refused. */
const MOST_BYTES = 4 << 20;

/** Contents that files had before new ones replaced them; undefined: there was no file. */
type Former = Map<string, Buffer | undefined>;

const BOX_CFG = 'box.cfg';

async function takeUp(options: BackupOptions, path: string, former: Former): Promise<void> {
  if (path !== BOX_CFG && !TRIAL.test(path)) return;
  const taken = await takeFile(options, path);
  const before = former.get(path);
  former.delete(path);
  if (taken.outcome !== 'refused') return;
  // A refused file is replaced by the one that was there before, which is good.
  if (before) await writeFileAtomically(join(options.folder, path), before, 0o600);
  else if (path !== BOX_CFG) await rm(join(options.folder, path), { force: true });
  throw new FileError(taken.code === 'E22' ? 'busy' : 'denied', refusalInWords(path, taken));
}

/**
 * Applies a stored file to the settings and writes the result into `box.cfg.result`. Gives the result; a file with
 * mistakes does not throw.
 */
export async function takeFile({ folder, config, trial, log }: TakeOptions, path: string): Promise<Taken> {
  const seconds = Number(TRIAL.exec(path)?.[1] ?? 0);
  const bytes = await readFile(join(folder, path));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const taken = await take();
  await writeResult(folder, { file: path, sha256, ...taken });
  log.info({ file: path, outcome: taken.outcome, code: taken.code, changes: taken.changes.length }, 'configuration');
  return taken;

  async function take(): Promise<Taken> {
    if (bytes.length > MOST_BYTES) return refusal(`${path}: has more than ${MOST_BYTES} bytes`);
    if (!TRIAL.test(path)) {
      const imposed = await config.take(bytes.toString('utf8'), path);
      if (imposed.outcome !== 'refused') trial.end();
      return imposed;
    }
    if (seconds < SHORTEST_S || seconds > LONGEST_S)
      return refusal(`${path}: a trial takes ${SHORTEST_S} to ${LONGEST_S} seconds`);
    return trial.begin(path, seconds, () => config.take(bytes.toString('utf8'), path));
  }
}

const refusal = (mistake: string): Taken => ({ outcome: 'refused', code: 'E13', mistakes: [mistake], changes: [] });

const refusalInWords = (path: string, { code, mistakes }: Taken): string =>
  mistakes.length === 1
    ? `${code} ${mistakes[0]}`
    : `${code} ${path} has ${mistakes.length} mistakes: they are in ${RESULT}`;

/** Writes the result of a stored configuration into `box.cfg.result`, where the client that stored it can read it. */
export const writeResult = (folder: string, result: object): Promise<void> =>
  writeFileAtomically(
    join(folder, RESULT),
    `${JSON.stringify({ atMs: Date.now(), ...result }, undefined, 1)}\n`,
    0o600,
  );
