import type { IndexedTrack } from '@amphi/lib/media/groups/mp4-index.ts';
import { soundTrackOf } from '../film/sound-file.ts';
import { soundFrames, type SoundFrames } from '../plan/sound-cut.ts';
import type { SoundSpan } from '../plan/timeline.ts';

/** A sound, and which parts of it are heard. */
export interface SoundOf {
  path: string;
  spans: readonly SoundSpan[];
}

/** Frames of sound that were chosen, and the track and the file in which they are. */
export interface ChosenSound {
  path: string;
  track: IndexedTrack;
  frames: SoundFrames;
}

/** Chooses the frames of a sound. Undefined: none of it is heard. Rejects if the file has no sound, or cannot be read. */
export async function chosenSound({ path, spans }: SoundOf): Promise<ChosenSound | undefined> {
  const track = await soundTrackOf(path);
  const frames = await soundFrames(track, spans);
  return frames.numbers.length > 0 ? { path, track, frames } : undefined;
}

/** Chooses sounds for several results: qualities of a film hear the same, which is chosen once. */
export function openSoundChoice(): typeof chosenSound {
  const known = new Map<string, ReturnType<typeof chosenSound>>();
  return (of) => {
    const key = JSON.stringify(of);
    const found = known.get(key) ?? chosenSound(of);
    known.set(key, found);
    return found;
  };
}
