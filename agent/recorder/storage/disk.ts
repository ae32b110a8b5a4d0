import { bytesOfRecording, type RecordingInfo } from '../catalog/recording.ts';

/** When a destination is low on space. */
export interface DiskRules {
  /** Below this share of free space somebody is told. */
  warnFreePercent: number;
  /** Below this, delivered recordings are deleted, the oldest first. */
  cleanFreePercent: number;
  checkEveryMs: number;
}

export const DISK_DEFAULTS: DiskRules = { warnFreePercent: 15, cleanFreePercent: 10, checkEveryMs: 10_000 };

export interface Space {
  freeBytes: number;
  totalBytes: number;
}

/** The space that recordings may use: the disk's, or their share of it. */
export function spaceFor(disk: Space, usedBytes: number, maxBytes: number | undefined): Space {
  if (maxBytes === undefined) return disk;
  const freeBytes = Math.max(0, Math.min(disk.freeBytes, maxBytes - usedBytes));
  return { freeBytes, totalBytes: Math.min(disk.totalBytes, maxBytes) };
}

export const freePercent = ({ freeBytes, totalBytes }: Space): number =>
  totalBytes > 0 ? (freeBytes / totalBytes) * 100 : 0;

export const isLow = (space: Space, rules: DiskRules): boolean => freePercent(space) < rules.warnFreePercent;

/**
 * The recordings to delete so that a destination is above its mark again: delivered ones only, the oldest first,
 * none that is still at work. An undelivered one is never among them, however full the disk is.
 */
export function toClean(
  destination: string,
  space: Space,
  recordings: readonly RecordingInfo[],
  rules: DiskRules,
): RecordingInfo[] {
  let missing = (space.totalBytes * rules.cleanFreePercent) / 100 - space.freeBytes;
  const chosen: RecordingInfo[] = [];
  for (const info of recordings.filter(isCleanable).toSorted((a, b) => a.startedAtMs - b.startedAtMs)) {
    if (missing <= 0) break;
    const parts = info.parts.filter((part) => part.destination === destination);
    if (parts.length === 0) continue;
    chosen.push(info);
    missing -= bytesOfRecording({ ...info, parts });
  }
  return chosen;
}

const isCleanable = ({ status, deliveredAtMs }: RecordingInfo): boolean =>
  deliveredAtMs !== undefined && ['finished', 'partial', 'failed'].includes(status);

/** How long can be recorded at a bit rate, in hours. */
export const hoursLeft = (freeBytes: number, kbps: number): number =>
  (freeBytes * 8) / (Math.max(1, kbps) * 1000) / 3600;
