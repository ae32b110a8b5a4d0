import { shownTicks } from '@amphi/lib/media/groups/mp4-index.ts';
import type { FileHandle } from 'node:fs/promises';
import { readSamples, type Film } from './film.ts';
import type { PlacedPiece } from '../finished/placed-piece.ts';
import type { TimedPiece } from '../plan/timeline.ts';

/** A whole group of a film as a piece of another file: its bytes are taken as they are. */
export function filmGroup(film: Film, file: FileHandle, { group: number, atTicks, ticks }: TimedPiece): PlacedPiece {
  const group = film.groups[number]!;
  const begins = group.pictures[0]!;
  const samples = Array.from({ length: group.count }, (_, n) => {
    // Decoding times are the times of showing in order, so that groups join without gaps.
    const decoded = group.pictures[n]!;
    const composition = shownTicks(film.video, group.first + n) - decoded;
    return { size: film.video.samples.sizes[group.first + n]!, time: decoded - begins, composition };
  });
  const read = async (): Promise<Buffer> =>
    Buffer.concat(await readSamples(file, film.video, group.first, group.count));
  return { atTicks, ticks, samples, read };
}
