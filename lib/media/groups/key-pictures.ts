import { TICKS_PER_SECOND } from '../packet.ts';
import { NAL, nalType } from '../h264.ts';
import { openTurns } from '#lib/runtime/turns.ts';
import { avcConfig } from './avc-config.ts';
import { isImpossible, type ByteSource, type Impossible } from './byte-source.ts';
import { whyNotTrack } from './closed-groups.ts';
import { isSlice, unitsOf } from './group-digest.ts';
import { openMp4Index, shownTicks, type IndexedTrack } from './mp4-index.ts';

/** The key pictures of an H.264 film in an MP4 file, each of which can be decoded without any other. */
export interface KeyPictures {
  /** When each is shown, in ms since the beginning of the film, in order. */
  readonly timesMs: Float64Array;
  /** One of them as an Annex B stream with its parameter sets. Rejects with `NotAlone` if others are needed to decode it. */
  annexB(number: number): Promise<Buffer>;
}

/** Milliseconds by which a key picture may come before the beginning of its stretch: containers round times. */
export const EARLY_MS = 1;

/** A picture cannot be decoded alone, or is damaged. */
export class NotAlone extends Error {
  override name = 'NotAlone';
}

/** Bytes of a key picture; a larger one is refused. */
const MOST_BYTES = 32 << 20;
const TICKS_PER_MS = TICKS_PER_SECOND / 1000;
const START_CODE = Buffer.from([0, 0, 0, 1]);

/** The key pictures of a film, by its index alone; in words why they cannot be taken one by one. */
export async function keyPicturesOf(bytes: ByteSource): Promise<KeyPictures | Impossible> {
  const index = await openMp4Index(bytes);
  if (isImpossible(index)) return index;
  const videos = index.tracks.filter(({ kind }) => kind === 'video');
  const [video] = videos;
  if (!video || videos.length > 1) return { why: `it has ${videos.length} tracks of pictures` };
  const why = whyNotTrack(video);
  if (why !== undefined) return { why };
  const config = avcConfig(video.entry)!;
  const { numbers, timesMs } = await keysIn(video);
  const { offsets, sizes } = video.samples;
  const sets = [...config.sps, ...config.pps];
  return {
    timesMs,
    async annexB(number) {
      const at = numbers[number]!;
      const size = sizes[at]!;
      const units = size > MOST_BYTES ? undefined : unitsOf(await bytes.read(offsets[at]!, size), config.lengthBytes);
      const slice = units?.find(isSlice);
      if (!units || !slice || nalType(slice) !== NAL.idr)
        throw new NotAlone(
          `the picture at ${(timesMs[number]! / 1000).toFixed(1)} s is no key picture that can be decoded alone`,
        );
      return Buffer.concat([...sets, ...units].flatMap((unit) => [START_CODE, unit]));
    },
  };
}

async function keysIn(track: IndexedTrack): Promise<{ numbers: Uint32Array; timesMs: Float64Array }> {
  const { samples } = track;
  const turns = openTurns();
  const found: number[] = [];
  for (let at = 0; at < samples.count; at++) {
    if (samples.keys[at] === 1) found.push(at);
    if (at % 4096 === 0) await turns.over();
  }
  const numbers = Uint32Array.from(found);
  return { numbers, timesMs: Float64Array.from(numbers, (at) => shownTicks(track, at) / TICKS_PER_MS) };
}
