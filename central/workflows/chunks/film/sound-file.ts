import { open } from 'node:fs/promises';
import { isImpossible } from '@amphi/lib/media/groups/byte-source.ts';
import { openMp4Index, type IndexedTrack } from '@amphi/lib/media/groups/mp4-index.ts';
import { bytesOfFile } from '@amphi/lib/runtime/disk/read-at.ts';

/** The track of sound of an MP4 file. Rejects if there is none, or if it cannot be read. */
export async function soundTrackOf(path: string): Promise<IndexedTrack> {
  const file = await open(path, 'r');
  try {
    const index = await openMp4Index(bytesOfFile(file));
    if (isImpossible(index)) throw new Error(`the sound of ${path} cannot be read: ${index.why}`);
    const track = index.tracks.find(({ kind }) => kind === 'audio');
    if (!track) throw new Error(`${path} has no sound`);
    return track;
  } finally {
    await file.close();
  }
}
