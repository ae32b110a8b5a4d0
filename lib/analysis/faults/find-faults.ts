import { lengthOf, type Interval } from '#lib/media/intervals.ts';
import { probeWithLength } from '../length.ts';
import type { Asked, Programs } from '../asked.ts';
import { APART, readGrayPictures } from '../slides/gray-pictures.ts';
import { joined, type Envelope } from '../sound/envelope.ts';
import { levelsOf } from '../sound/levels.ts';
import { readEnvelope } from '../sound/read-envelope.ts';
import type { Fault } from './fault.ts';
import { faultsByKeys, type PicturesAsked } from './faults-by-keys.ts';
import { openPictureLook, openPictureStretches, PICTURE_LIMITS, type PictureLimits } from './picture-faults.ts';
import { SOUND_LIMITS, soundFaults, type SoundLimits } from './sound-faults.ts';

/** What is asked of a search for faults. */
export interface FaultsAsked extends Asked {
  sound?: Partial<SoundLimits>;
  picture?: Partial<PictureLimits>;
  /** What the file should have; what it does not have and need not is no fault. */
  needs?: { sound?: boolean; picture?: boolean };
  /** Stretches that are kept of the file: faults are those of a film that has these alone. Undefined: all of it. */
  kept?: readonly Interval[] | undefined;
  /** Sound of the file, or of what is kept of it, if that was read before. */
  envelope?: Envelope | undefined;
}

/** Milliseconds between two pictures that are looked at. */
const EVERY_MS = 900;

/**
 * Finds faults of sound and picture of a file, by its envelope and by its key pictures. Rejects with FFmpeg's words for a
 * file that cannot be read.
 */
export async function findFaults(programs: Programs, path: string, asked: FaultsAsked = {}): Promise<Fault[]> {
  const { signal, kept, needs = {} } = asked;
  const { durationMs: fileMs, streams } = await probeWithLength(programs, path, asked);
  const durationMs = kept ? lengthOf(kept) : fileMs;
  const has = (kind: string): boolean => streams.some((stream) => stream.kind === kind);
  const whole = { fromMs: 0, toMs: durationMs };
  const faults: Fault[] = [];
  if (has('audio')) {
    const levels = await levelsOf(asked.envelope ?? (await envelopeOf(programs, path, asked)));
    // A sound track without a single frame is as good as none.
    if (levels.length === 0) faults.push({ what: 'no sound', ...whole });
    else faults.push(...soundFaults(levels, durationMs, { ...SOUND_LIMITS, ...asked.sound }));
  } else if (needs.sound ?? true) faults.push({ what: 'no sound track', ...whole });
  if (has('video')) {
    const limits = { ...PICTURE_LIMITS, ...asked.picture };
    const pictures = { ffmpeg: programs.ffmpeg, path, kept, durationMs, apartMs: EVERY_MS * APART, limits, signal };
    faults.push(...(await pictureFaults(pictures, fileMs)));
  } else if (needs.picture ?? true) faults.push({ what: 'no picture', ...whole });
  return faults.toSorted((a, b) => a.fromMs - b.fromMs);
}

async function envelopeOf(programs: Programs, path: string, { kept, signal }: FaultsAsked): Promise<Envelope> {
  const envelope = await readEnvelope(programs, path, { signal });
  return kept ? joined(envelope, kept) : envelope;
}

/** Faults of the key pictures: of few of them where they can be taken one by one, else of all. */
async function pictureFaults(pictures: PicturesAsked, fileMs: number): Promise<Fault[]> {
  const found = await faultsByKeys(pictures);
  if (found) return found;
  const { ffmpeg, path, kept, durationMs, limits, signal } = pictures;
  const [look, stretches] = [openPictureLook(), openPictureStretches(limits)];
  await readGrayPictures({
    ffmpeg,
    path,
    fromMs: 0,
    toMs: fileMs || Infinity,
    kept,
    keysOnly: true,
    everyMs: EVERY_MS,
    onPicture: (gray, timeMs) => stretches.push(look(gray), timeMs),
    signal,
  });
  return stretches.end(durationMs);
}
