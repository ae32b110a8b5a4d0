import { open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFile, syncFolder } from '#lib/runtime/files.ts';
import type { Clock } from '#lib/runtime/clock.ts';
import type { Log } from '#lib/runtime/log.ts';
import { removeOwn } from './whereabouts.ts';

/** An open file that has lost its name, and where it may be copied. */
export interface RescueOptions {
  file: FileHandle;
  /** Bytes of it that are to be saved. Its size is not asked for, since some shares do not know it without a name. */
  bytes: number;
  /** Gives a folder that can be written; rejects if there is none now. */
  place: () => Promise<{ folder: string; destination: string }>;
  /** Gives the n-th name to try, from 0. */
  nameAt: (count: number) => string;
  clock: Clock;
  log: Log;
}

/** The copy of a rescued file. */
export interface Saved {
  folder: string;
  destination: string;
  name: string;
  bytes: number;
  /** Whether the copy is complete; else it ends early. */
  isWhole: boolean;
}

/** Number of attempts to save a file, AGAIN_MS apart, and of names that are tried in each; then its bytes are lost. */
const TRIES = 5;
const AGAIN_MS = 1000;
const MOST_NAMES = 1000;
const PIECE_BYTES = 1 << 20;

/**
 * Copies an open file to a new name; existing files are not touched. An incomplete copy is kept if no complete one is
 * possible. Undefined if nothing could be saved in several attempts.
 */
export async function rescueFile(options: RescueOptions): Promise<Saved | undefined> {
  const { clock, log } = options;
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    try {
      const saved = await copyOnce(options);
      if (saved) return saved;
    } catch (error) {
      log.error({ attempt, error: String(error) }, 'a recorded file without a name could not be saved');
    }
    await new Promise<void>((resolve) => void clock.at(clock.monotonicMs() + AGAIN_MS, resolve));
  }
  return undefined;
}

async function copyOnce({ file, bytes: size, place, nameAt, log }: RescueOptions): Promise<Saved | undefined> {
  const where = await place();
  const { name, to } = await newFile(where.folder, nameAt);
  const path = join(where.folder, name);
  let bytes = 0;
  let isWhole = false;
  try {
    const piece = Buffer.alloc(PIECE_BYTES);
    while (bytes < size) {
      const { bytesRead } = await file.read(piece, 0, Math.min(piece.length, size - bytes), bytes);
      if (bytesRead === 0) break;
      await to.write(piece, 0, bytesRead, bytes);
      bytes += bytesRead;
    }
    await syncFile(to, path);
    await syncFolder(where.folder);
    isWhole = bytes === size;
  } catch (error) {
    log.error({ file: path, bytes, error: String(error) }, 'not all of a recorded file without a name could be saved');
    if (bytes === 0) await removeOwn(to, path, rm);
  } finally {
    await to.close().catch(() => undefined);
  }
  return bytes > 0 ? { ...where, name, bytes, isWhole } : undefined;
}

async function newFile(folder: string, nameAt: (count: number) => string): Promise<{ name: string; to: FileHandle }> {
  for (let count = 0; ; count++) {
    const name = nameAt(count);
    try {
      return { name, to: await open(join(folder, name), 'wx') };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || count >= MOST_NAMES) throw error;
    }
  }
}
