import { DISK_DEFAULTS, type DiskRules } from './storage/disk.ts';
import type { Destination } from './storage/destinations.ts';
import { NAME_DEFAULTS, patternMistake, type NameRules } from './catalog/file-name.ts';
import { localTime } from './catalog/local-time.ts';
import type { Identity } from './catalog/manifest.ts';
import { THUMBNAIL_DEFAULTS, type ThumbnailRules } from './finish/thumbnail-plan.ts';

export interface RecorderSettings extends NameRules {
  identity: Identity;
  /** In the order they are tried. */
  destinations: Destination[];
  /** No file is ever larger, finalised or not. */
  maxFileBytes: number;
  thumbnails: ThumbnailRules;
  disk: DiskRules;
  /** Waiting for a slow disk, at most. */
  maxQueuedBytes: number;
  /** A disk that does not answer for so long has failed. */
  maxStallMs: number;
  /** So long a stop waits for its last picture. */
  patienceMs: number;
}

/** All but `identity` and `destinations`. The size is the SMP 300 series' own default, 3584 MB. */
export const RECORDER_DEFAULTS: Omit<RecorderSettings, 'identity' | 'destinations'> = {
  ...NAME_DEFAULTS,
  maxFileBytes: 3584 * 1024 * 1024,
  thumbnails: THUMBNAIL_DEFAULTS,
  disk: DISK_DEFAULTS,
  maxQueuedBytes: 32 << 20,
  maxStallMs: 20_000,
  patienceMs: 3000,
};

/** Smaller files would be all index. */
const MIN_FILE_BYTES = 256 * 1024;

/** Everything that is wrong with the settings, each with its place. Empty: nothing. */
export function recorderMistakes(settings: RecorderSettings): string[] {
  const { destinations, timeZone } = settings;
  const mistakes: string[] = [];
  const pattern = patternMistake(settings.pattern);
  if (pattern) mistakes.push(`pattern: ${pattern}`);
  if (!(settings.maxFileBytes >= MIN_FILE_BYTES)) mistakes.push(`maxFileBytes: at least ${MIN_FILE_BYTES}`);
  for (const key of ['titleLimit', 'seriesLimit'] as const)
    if (!(settings[key] >= 1 && settings[key] <= 100)) mistakes.push(`${key}: 1 to 100`);
  if (destinations.length === 0) mistakes.push('destinations: at least one');
  destinations.forEach(({ name, folder }, index) => {
    if (!/^[\w-]+$/.test(name)) mistakes.push(`destinations[${index}].name: letters, digits, "_" and "-"`);
    if (!folder.startsWith('/')) mistakes.push(`destinations[${index}].folder: an absolute path`);
    if (destinations.findIndex((other) => other.name === name) !== index)
      mistakes.push(`destinations[${index}].name: "${name}" is there twice`);
  });
  if (timeZone !== undefined && !isZone(timeZone)) mistakes.push(`timeZone: "${timeZone}" is no IANA time zone`);
  return mistakes;
}

function isZone(timeZone: string): boolean {
  try {
    return localTime(0, timeZone).date !== '';
  } catch {
    return false;
  }
}
