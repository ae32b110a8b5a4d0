import { probeWithLength } from '../length.ts';
import type { Asked, Programs } from '../asked.ts';
import { readGrayPictures } from '../slides/gray-pictures.ts';
import type { Envelope } from '../sound/envelope.ts';
import { levelsOf } from '../sound/levels.ts';
import { readEnvelope } from '../sound/read-envelope.ts';
import type { Fault } from './fault.ts';
import { openPictureWatch, PICTURE_LIMITS, type PictureLimits } from './picture-faults.ts';
import { SOUND_LIMITS, soundFaults, type SoundLimits } from './sound-faults.ts';

/** What is asked of a search for faults. */
export interface FaultsAsked extends Asked {
  sound?: Partial<SoundLimits>;
  picture?: Partial<PictureLimits>;
  /** What the file should have; what it does not have and need not is no fault. */
  needs?: { sound?: boolean; picture?: boolean };
  /** Its sound, if that was read before. */
  envelope?: Envelope | undefined;
}

/** Milliseconds between two pictures that are looked at. */
const EVERY_MS = 900;

/**
 * Finds faults of sound and picture of a file, by its envelope and by one pass over its key pictures. Rejects with
 * FFmpeg's words for a file that cannot be read.
 */
export async function findFaults(programs: Programs, path: string, asked: FaultsAsked = {}): Promise<Fault[]> {
  const { signal, needs = {} } = asked;
  const { durationMs, streams } = await probeWithLength(programs, path, asked);
  const has = (kind: string): boolean => streams.some((stream) => stream.kind === kind);
  const whole = { fromMs: 0, toMs: durationMs };
  const faults: Fault[] = [];
  if (has('audio')) {
    const levels = await levelsOf(asked.envelope ?? (await readEnvelope(programs, path, { signal })));
    // A sound track without a single frame is as good as none.
    if (levels.length === 0) faults.push({ what: 'no sound', ...whole });
    else faults.push(...soundFaults(levels, durationMs, { ...SOUND_LIMITS, ...asked.sound }));
  } else if (needs.sound ?? true) faults.push({ what: 'no sound track', ...whole });
  if (has('video')) faults.push(...(await pictureFaults(programs, path, durationMs, asked)));
  else if (needs.picture ?? true) faults.push({ what: 'no picture', ...whole });
  return faults.toSorted((a, b) => a.fromMs - b.fromMs);
}

async function pictureFaults(
  { ffmpeg }: Programs,
  path: string,
  durationMs: number,
  { signal, picture }: FaultsAsked,
): Promise<Fault[]> {
  const watch = openPictureWatch({ ...PICTURE_LIMITS, ...picture });
  const toMs = durationMs || Infinity;
  await readGrayPictures({
    ffmpeg,
    path,
    fromMs: 0,
    toMs,
    keysOnly: true,
    everyMs: EVERY_MS,
    onPicture: (gray, timeMs) => watch.push(gray, timeMs),
    signal,
  });
  return watch.end(durationMs);
}
