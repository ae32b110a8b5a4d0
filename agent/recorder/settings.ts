import { DISK_DEFAULTS, type DiskRules } from './storage/disk.ts';
import type { Destination } from './storage/destinations.ts';
import { NAME_DEFAULTS, patternMistake, type NameRules } from './catalog/file-name.ts';
import { localTime } from './catalog/local-time.ts';
import type { Identity } from './catalog/manifest.ts';
import { THUMBNAIL_DEFAULTS, type ThumbnailRules } from './finish/thumbnail-plan.ts';

/** Settings of the recorder. */
export interface RecorderSettings extends NameRules {
  identity: Identity;
  /** Destinations in the order in which they are tried. */
  destinations: Destination[];
  /** Size of a file, finished or not, at which the next part begins. */
  maxFileBytes: number;
  thumbnails: ThumbnailRules;
  disk: DiskRules;
  /** Bytes that may wait for a slow disk; beyond them the disk counts as failed, and the next part goes elsewhere. */
  maxQueuedBytes: number;
  /** Time in ms without an answer after which a disk counts as failed. */
  maxStallMs: number;
  /** Time in ms for which a stop waits for its last picture; then the recording ends without it. */
  patienceMs: number;
}

/** Defaults of all but `identity` and `destinations`. The file size, 3584 MB, is the default of the SMP 300 series. */
export const RECORDER_DEFAULTS: Omit<RecorderSettings, 'identity' | 'destinations'> = {
  ...NAME_DEFAULTS,
  maxFileBytes: 3584 * 1024 * 1024,
  thumbnails: THUMBNAIL_DEFAULTS,
  disk: DISK_DEFAULTS,
  maxQueuedBytes: 32 << 20,
  maxStallMs: 20_000,
  patienceMs: 3000,
};

/** Smallest `maxFileBytes` that is allowed; smaller files would be mostly index. */
const MIN_FILE_BYTES = 256 * 1024;

/** All mistakes in the settings, with their places; an empty list if there are none. */
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
