import { constants } from 'node:fs';
import { access, mkdir, stat, statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/** A folder for recordings. */
export interface Destination {
  /** Name: `internal`, `usbfront`, `network` and others. */
  name: string;
  folder: string;
  /** Whether the folder is usable only if something is mounted there, as for a USB drive or a network share. */
  mustBeMount?: boolean;
  /** Free bytes below which the destination counts as full. */
  minFreeBytes: number;
  /** Bytes that recordings may use in this destination; beyond them it counts as full. */
  maxBytes?: number;
}

/** The observed state of a destination. */
export interface DestinationSeen {
  destination: string;
  folder: string;
  freeBytes: number;
  /** Size in bytes; 0 if it could not be read, or if the file system does not give it. */
  totalBytes: number;
  /** Percentage of free inodes, if the file system has a fixed number of them. */
  freeInodesPercent?: number;
  usable: boolean;
  /** Reason in words why the destination is not usable. */
  reason?: string;
}

/** Free inodes that one recording may need; with fewer the destination is not usable. */
const MIN_FREE_INODES = 64;
/**
 * Time in ms to wait for each answer of the disk, since a network share may hang; then the destination is not usable. A
 * slow one that answers each call is.
 */
const PATIENCE_MS = 3000;

/**
 * Examines a destination; makes its folder if it is missing and needs no mount. `usedBytes` are those of its
 * recordings. Never rejects.
 */
export async function inspectDestination(destination: Destination, usedBytes = 0): Promise<DestinationSeen> {
  const seen = { destination: destination.name, folder: destination.folder, freeBytes: 0, totalBytes: 0 };
  const unusable = (reason: string): DestinationSeen => ({ ...seen, usable: false, reason });
  const look = async (): Promise<DestinationSeen> => {
    const folder = resolve(destination.folder);
    if (!destination.mustBeMount) await inTime(mkdir(folder, { recursive: true }));
    if (!(await inTime(stat(folder))).isDirectory()) return unusable('is no folder');
    if (destination.mustBeMount && !(await inTime(isMountPoint(folder)))) return unusable('nothing is mounted there');
    const { bavail, blocks, bsize, files, ffree } = await inTime(statfs(folder));
    const inodes = files > 0 ? { freeInodesPercent: (ffree / files) * 100 } : {};
    const space = { freeBytes: bavail * bsize, totalBytes: blocks * bsize, ...inodes };
    const answer = (reason?: string): DestinationSeen => ({ ...seen, ...space, ...verdict(reason) });
    const problem = await inTime(access(folder, constants.W_OK)).catch((error: Error) => error);
    if (problem) return answer(problem.message);
    if (files > 0 && ffree < MIN_FREE_INODES) return answer('has no room for more files: all its inodes are used');
    // A file system that does not give its size does not count as full.
    if (blocks > 0 && space.freeBytes <= destination.minFreeBytes) return answer('is full');
    if (destination.maxBytes !== undefined && usedBytes >= destination.maxBytes) return answer('has used up its share');
    return answer();
  };
  return look().catch((error: Error) => unusable(error.message));
}

/** The answer of the disk. Rejects if none comes within PATIENCE_MS. */
async function inTime<Answer>(answer: Promise<Answer>): Promise<Answer> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('does not answer')), PATIENCE_MS).unref();
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

const verdict = (reason: string | undefined) => (reason === undefined ? { usable: true } : { usable: false, reason });

async function isMountPoint(folder: string): Promise<boolean> {
  const [own, parent] = await Promise.all([stat(folder), stat(dirname(folder))]);
  return own.dev !== parent.dev || own.ino === parent.ino;
}
