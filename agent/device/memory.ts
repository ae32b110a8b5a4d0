import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '#lib/runtime/files.ts';
import type { Log } from '#lib/runtime/log.ts';
import type { Wanted } from './state.ts';

/** What is wanted, on disk: it survives `kill -9` and a power cut. */
export interface Memory {
  /** Saves soon; of several in a row the last one is kept. Resolves when it is on disk. */
  save(wanted: Wanted): Promise<void>;
  /** Waits for what is being saved. */
  close(): Promise<void>;
}

export interface Remembered {
  /** Version of the file's form. */
  version: 1;
  wanted: Wanted;
  /** The device's part of the configuration file that was applied last; what differs from it is applied anew. */
  configured: unknown;
}

const FILE = 'device.json';
const LAST_GOOD = 'device.last-good.json';

/**
 * Reads what was saved. A file that cannot be read leads to the last good one; `trouble` says so in words. Undefined for a
 * box that never saved anything.
 */
export async function recall(folder: string): Promise<{ remembered?: Remembered; trouble?: string }> {
  const [file, lastGood] = [await read(join(folder, FILE)), await read(join(folder, LAST_GOOD))];
  if (file.remembered) {
    await copyFile(join(folder, FILE), join(folder, LAST_GOOD));
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

async function read(path: string): Promise<ReadFile> {
  try {
    const remembered = JSON.parse(await readFile(path, 'utf8')) as Remembered;
    if (remembered.version !== 1 || typeof remembered.wanted?.hall !== 'string')
      return { reason: 'it is no settings file of this version' };
    return { remembered };
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT'
      ? { missing: true, reason: 'missing' }
      : { reason: String(error) };
  }
}

export function openMemory(folder: string, configured: unknown, log: Log): Memory {
  let waiting: Wanted | undefined;
  let working: Promise<void> = Promise.resolve();

  const write = async (): Promise<void> => {
    if (!waiting) return;
    const remembered: Remembered = { version: 1, wanted: waiting, configured };
    waiting = undefined;
    try {
      await writeFileAtomically(join(folder, FILE), JSON.stringify(remembered, undefined, 1), 0o600);
    } catch (error) {
      log.error({ error }, 'settings cannot be saved');
    }
  };

  return {
    save(wanted) {
      waiting = wanted;
      working = working.then(write);
      return working;
    },
    close: () => working,
  };
}
