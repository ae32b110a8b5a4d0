import { createHash } from 'node:crypto';
import { aacConfig } from '@amphi/lib/media/groups/aac-config.ts';
import type { IndexedTrack } from '@amphi/lib/media/groups/mp4-index.ts';

/**
 * Name of the sound of a film: a digest of the sizes of its frames and of the time of the first. Two films with the same
 * name have the same sound, such as a file that grew and the finished one: frames of AAC are of all sizes.
 */
export function soundName({ samples, timescale, shift, entry }: IndexedTrack): string {
  const begins = samples.count === 0 ? 0 : Math.round(((samples.times[0]! + shift) * 1000) / timescale);
  return createHash('sha256')
    .update(aacConfig(entry)?.config ?? entry)
    .update(String(begins))
    .update(samples.sizes.subarray(0, samples.count))
    .digest('hex');
}
