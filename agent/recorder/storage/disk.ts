import type { Recording } from '#agent/device/recording.ts';
import { bytesIn, filesOf } from '../catalog/recording.ts';

/** Rules for a destination that becomes full. */
export interface DiskRules {
  /** Percentage of free space below which an alarm is raised. */
  warnFreePercent: number;
  /** Percentage of free space below which handed-over recordings are deleted, the oldest first. */
  cleanFreePercent: number;
  checkEveryMs: number;
}

/** Default rules for disks. */
export const DISK_DEFAULTS: DiskRules = { warnFreePercent: 15, cleanFreePercent: 10, checkEveryMs: 10_000 };

/** Free and total bytes. */
export interface Space {
  freeBytes: number;
  totalBytes: number;
  freeInodesPercent?: number;
}

/** The space that recordings have: that of the disk, or at most `maxBytes` in all. */
export function spaceFor(disk: Space, usedBytes: number, maxBytes: number | undefined): Space {
  if (maxBytes === undefined) return disk;
  const freeBytes = Math.max(0, Math.min(disk.freeBytes, maxBytes - usedBytes));
  return { ...disk, freeBytes, totalBytes: Math.min(disk.totalBytes, maxBytes) };
}

/** Percentage of free space: that of bytes or that of inodes, whichever is lower. */
export const freePercent = ({ freeBytes, totalBytes, freeInodesPercent = 100 }: Space): number =>
  totalBytes > 0 ? Math.min((freeBytes / totalBytes) * 100, freeInodesPercent) : 0;

/** Percentage points above the limit at which an alarm ends, so that it does not come and go. */
const CLEAR_ABOVE = 1;

/** Whether there must be an alarm; `wasLow`: whether there is one now. */
export const isLow = (space: Space, rules: DiskRules, wasLow = false): boolean =>
  freePercent(space) < rules.warnFreePercent + (wasLow ? CLEAR_ABOVE : 0);

/**
 * The recordings that must be deleted so that a destination has enough free space again: the oldest that were handed
 * over and need no further work. Others are never deleted, however full the disk is. If inodes are missing, gives one
 * recording at a time, since it is not known how many inodes each uses.
 */
export function toClean(
  destination: string,
  space: Space,
  recordings: readonly Recording[],
  rules: DiskRules,
): Recording[] {
  const lacksInodes = (space.freeInodesPercent ?? 100) < rules.cleanFreePercent;
  let missing = (space.totalBytes * rules.cleanFreePercent) / 100 - space.freeBytes;
  const chosen: Recording[] = [];
  for (const info of recordings.filter(isCleanable).toSorted((a, b) => a.startedAtMs - b.startedAtMs)) {
    if (missing <= 0 && (!lacksInodes || chosen.length > 0)) break;
    if (!filesOf(info).some((part) => part.destination === destination)) continue;
    chosen.push(info);
    missing -= bytesIn(info, destination);
  }
  return chosen;
}

const isCleanable = ({ status, deliveredAtMs }: Recording): boolean =>
  deliveredAtMs !== undefined && ['finished', 'partial', 'failed'].includes(status);

/** Hours that can be recorded at a bit rate. */
export const hoursLeft = (freeBytes: number, kbps: number): number =>
  (freeBytes * 8) / (Math.max(1, kbps) * 1000) / 3600;
