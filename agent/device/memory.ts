import { join } from 'node:path';
import { writeFileAtomically } from '#lib/runtime/files.ts';
import { openInTurn } from '#lib/runtime/in-turn.ts';
import { openJsonFile } from '#lib/runtime/json-file.ts';
import { silentLog, type Log } from '#lib/runtime/log.ts';
import type { Wanted } from './state.ts';

/** Saves the wanted state on disk, so that it survives `kill -9` and a power cut. */
export interface Memory {
  /**
   * Saves soon; of several calls in a row only the last is saved. Resolves when it is on disk, or when the disk could
   * not be written: then saving is tried again until it succeeds, and `onTrouble` is told.
   */
  save(wanted: Wanted): Promise<void>;
  /** Resolves when all that was given to `save` was written, or could not be. */
  close(): Promise<void>;
}

/** Content of the file `device.json`. */
export interface Remembered {
  /** Version of the file's format. */
  version: 1;
  wanted: Wanted;
  /**
   * The device's part of the configuration file that was applied last; at the next start, parts that differ from it are
   * applied.
   */
  configured: unknown;
  /** Says that `wanted.metadata` are those of the hall. Older versions kept those of the last recording there. */
  metadataOf?: 'hall';
}

const FILE = 'device.json';
const LAST_GOOD = 'device.last-good.json';

/** Gives the reason why a box cannot use saved settings; undefined if it can. */
export type Judge = (remembered: Remembered) => string | undefined;

/**
 * Reads the saved settings. If the file cannot be read or used, it is set aside, the copy that was last good is used,
 * and `trouble` says so in words. `remembered` is undefined if nothing was ever saved, or nothing can be used.
 */
export async function recall(
  folder: string,
  judge: Judge = () => undefined,
  log: Pick<Log, 'error'> = silentLog,
): Promise<{ remembered?: Remembered; trouble?: string }> {
  const file = await read(join(folder, FILE), judge, log);
  const lastGood = await read(join(folder, LAST_GOOD), judge, log);
  if (file.remembered) {
    // The copy may fail, since the settings themselves are read.
    await writeFileAtomically(join(folder, LAST_GOOD), textOf(file.remembered), 0o600).catch(() => undefined);
    return { remembered: file.remembered };
  }
  if (file.missing && lastGood.missing) return {};
  const trouble = `${FILE} cannot be read (${file.reason}); the last good settings are used`;
  return lastGood.remembered
    ? { remembered: lastGood.remembered, trouble }
    : { trouble: `${trouble}: there are none, so factory settings` };
}

interface ReadFile {
  remembered?: Remembered;
  missing?: boolean;
  reason?: string;
}

async function read(path: string, judge: Judge, log: Pick<Log, 'error'>): Promise<ReadFile> {
  const kept = openJsonFile<Remembered | undefined>({
    path,
    check: (given) => judged(given, judge),
    otherwise: undefined,
    what: 'the settings of the box',
    log,
  });
  const remembered = await kept.read();
  if (remembered) return { remembered };
  const reason = kept.damage();
  return reason === undefined ? { missing: true, reason: 'missing' } : { reason };
}

function judged(given: unknown, judge: Judge): Remembered {
  const remembered = given as Remembered;
  if (remembered.version !== 1 || typeof remembered.wanted?.hall !== 'string')
    throw new Error('it is no settings file of this version');
  const mistake = judge(remembered);
  if (mistake !== undefined) throw new Error(mistake);
  return remembered;
}

const textOf = (remembered: Remembered): string => JSON.stringify(remembered, undefined, 1);

/** Time in ms without a change, after which a second copy of the file is written. */
const COPY_AFTER_MS = 1000;

/** Wait in ms after which settings that could not be written are saved again. */
const AGAIN_MS = 5000;

/** Opens the memory in a folder. `onTrouble` is told why settings are not saved; undefined: they are saved again. */
export function openMemory(
  folder: string,
  configured: unknown,
  log: Log,
  onTrouble: (reason: string | undefined) => void = () => undefined,
): Memory {
  let waiting: Wanted | undefined;
  const writes = openInTurn();
  let uncopied: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  let again: NodeJS.Timeout | undefined;
  let isUnsaved = false;
  const tell = (reason: string | undefined): void => {
    if (isUnsaved || reason !== undefined) onTrouble(reason);
    isUnsaved = reason !== undefined;
  };

  const copy = async (): Promise<void> => {
    const text = uncopied;
    uncopied = undefined;
    if (text === undefined) return;
    await writeFileAtomically(join(folder, LAST_GOOD), text, 0o600).catch((error: unknown) =>
      log.error({ error }, 'there is no second copy of the settings'),
    );
  };
  const copySoon = (text: string): void => {
    uncopied = text;
    clearTimeout(timer);
    timer = setTimeout(() => void writes.run(copy), COPY_AFTER_MS);
    timer.unref();
  };

  const write = async (): Promise<void> => {
    if (!waiting) return;
    const wanted = waiting;
    const text = textOf({ version: 1, wanted, configured, metadataOf: 'hall' });
    waiting = undefined;
    clearTimeout(again);
    try {
      await writeFileAtomically(join(folder, FILE), text, 0o600);
      tell(undefined);
      copySoon(text);
    } catch (error) {
      log.error({ error: String(error) }, 'settings cannot be saved: they are tried again');
      waiting ??= wanted;
      tell(error instanceof Error ? error.message : String(error));
      again = setTimeout(() => void writes.run(write), AGAIN_MS);
      again.unref();
    }
  };

  return {
    save(wanted) {
      waiting = wanted;
      return writes.run(write);
    },
    close() {
      clearTimeout(timer);
      clearTimeout(again);
      return writes.run(async () => {
        await write();
        clearTimeout(again);
        await copy();
      });
    },
  };
}
