import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '../files.ts';
import { realClock, type Clock } from '../clock.ts';
import { openInTurn } from '../in-turn.ts';
import type { Log } from '../log.ts';

/**
 * Calls `act`, which writes something to disk. If the disk does not take it (full, read-only, out of inodes, a folder
 * in the place of a file), the failure is logged and the program goes on. Gives false then: the data is in memory
 * alone.
 */
export async function tryToKeep(what: string, log: Log, act: () => Promise<unknown>): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (error) {
    log.error({ error: String(error) }, `${what}: cannot be kept on disk, and goes on in memory`);
    return false;
  }
}

/** Makes a folder; failures are logged as by `tryToKeep`. */
export const tryToMakeFolder = (folder: string, log: Log): Promise<boolean> =>
  tryToKeep(folder, log, () => mkdir(folder, { recursive: true }));

/** Watches whether a folder can be written. */
export interface FolderWatch {
  /** Checks the folder now. */
  look(): Promise<void>;
  close(): Promise<void>;
}

export interface FolderWatchOptions {
  folder: string;
  /** Called when the folder cannot be written (with the reason), and when it can again (undefined). */
  onTrouble: (reason: string | undefined) => void;
  clock?: Clock;
  everyMs?: number;
}

const EVERY_MS = 60_000;
const PROBE = '.can-be-written';

/** Watches a folder by writing a small file there: only that shows whether space, inodes, rights and mount allow it. */
export function watchFolder({
  folder,
  onTrouble,
  clock = realClock,
  everyMs = EVERY_MS,
}: FolderWatchOptions): FolderWatch {
  const looks = openInTurn();
  let cancel = (): void => undefined;
  let isClosed = false;
  let last: string | undefined;
  const probe = async (): Promise<void> => {
    const path = join(folder, PROBE);
    const reason = await writeFileAtomically(path, 'x')
      .then(() => rm(path, { force: true }))
      .then(() => undefined)
      .catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
    if (reason !== last && !isClosed) onTrouble(reason);
    last = reason;
  };
  const look = (): Promise<void> => looks.run(probe);
  const turn = async (): Promise<void> => {
    await look().catch(() => undefined);
    if (!isClosed) cancel = clock.at(clock.monotonicMs() + everyMs, () => void turn());
  };
  void turn();
  return {
    look,
    close() {
      isClosed = true;
      cancel();
      return looks.idle();
    },
  };
}
