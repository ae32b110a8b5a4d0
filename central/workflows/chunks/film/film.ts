import { open, type FileHandle } from 'node:fs/promises';
import { avcConfig, type AvcConfig } from '@amphi/lib/media/groups/avc-config.ts';
import { isImpossible, type Impossible } from '@amphi/lib/media/groups/byte-source.ts';
import { closedGroups, type Group } from '@amphi/lib/media/groups/closed-groups.ts';
import { isSlice, openDigest, unitsOf } from '@amphi/lib/media/groups/group-digest.ts';
import { openMp4Index, type IndexedTrack, type Mp4Index } from '@amphi/lib/media/groups/mp4-index.ts';
import { NAL, nalType } from '@amphi/lib/media/h264.ts';
import { bytesOfFile, readUpTo } from '@amphi/lib/runtime/disk/read-at.ts';
import { openTurns } from '@amphi/lib/runtime/turns.ts';

/** An H.264 film in an MP4 file, group by group. It may still grow. */
export interface Film {
  path: string;
  video: IndexedTrack;
  /** Its only track of sound; undefined: it has none. */
  sound: IndexedTrack | undefined;
  config: AvcConfig;
  /** Groups that are whole. */
  groups: readonly Group[];
  /** NAL units of each picture of a group, in decoding order, and the group's digest. In words why they are none. */
  unitsOfGroup(group: Group): Promise<GroupUnits | Impossible>;
  close(): Promise<void>;
}

/** The coded pictures of a group. */
export interface GroupUnits {
  digest: Buffer;
  pictures: readonly (readonly Buffer[])[];
}

/** Bytes of a group that are read, a second at 250 Mbit/s; a film with a larger one is encoded whole. */
const MOST_GROUP_BYTES = 32 << 20;

/**
 * Opens a film. `isWhole`: nothing will be added to it. In words why it does not go group by group; rejects if the
 * file cannot be read.
 */
export async function openFilm(path: string, isWhole: boolean): Promise<Film | Impossible> {
  const file = await open(path, 'r');
  try {
    const film = await filmOf(file, path, isWhole);
    if (isImpossible(film)) await file.close();
    return film;
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function filmOf(file: FileHandle, path: string, isWhole: boolean): Promise<Film | Impossible> {
  const index = await openMp4Index(bytesOfFile(file));
  if (isImpossible(index)) return index;
  const found = tracksOf(index);
  if (isImpossible(found)) return found;
  const { video, sound } = found;
  const groups = await closedGroups(video, isWhole);
  if (isImpossible(groups)) return groups;
  const config = avcConfig(video.entry)!;
  return {
    path,
    video,
    sound,
    config,
    groups,
    unitsOfGroup: (group) => readGroup(file, { video, config }, group),
    close: () => file.close(),
  };
}

function tracksOf({ tracks }: Mp4Index): { video: IndexedTrack; sound: IndexedTrack | undefined } | Impossible {
  const videos = tracks.filter(
    ({ kind, samples, codec }) => kind === 'video' && (samples.count > 0 || codec !== 'jpeg'),
  );
  const sounds = tracks.filter(({ kind }) => kind === 'audio');
  const [video] = videos;
  if (!video) return { why: 'it has no pictures' };
  if (videos.length > 1) return { why: `it has ${videos.length} tracks of pictures` };
  if (sounds.length > 1) return { why: `it has ${sounds.length} tracks of sound` };
  return { video, sound: sounds[0] };
}

async function readGroup(
  file: FileHandle,
  { video, config }: Pick<Film, 'video' | 'config'>,
  { first, count, pictures }: Group,
): Promise<GroupUnits | Impossible> {
  const { sizes } = video.samples;
  const at = `at ${(pictures[0]! / 90_000).toFixed(1)} s`;
  let bytes = 0;
  for (let n = first; n < first + count; n++) bytes += sizes[n]!;
  if (bytes > MOST_GROUP_BYTES) return { why: `its group ${at} has more than ${MOST_GROUP_BYTES >> 20} MB` };
  const samples = await readSamples(file, video, first, count);
  const turns = openTurns();
  const digest = openDigest();
  const all: Buffer[][] = [];
  for (const [n, sample] of samples.entries()) {
    const units = unitsOf(sample, config.lengthBytes);
    if (!units) return { why: `its picture ${first + n + 1} ${at} is damaged` };
    const odd = whyNotUnits(units, config, n === 0);
    if (odd !== undefined) return { why: `${odd} ${at}` };
    for (const unit of units) digest.add(unit);
    all.push(units);
    await turns.over();
  }
  return { digest: digest.value(), pictures: all };
}

/** Bytes between the samples of a group, such as sound, that are read with them to save readings. */
const BETWEEN_BYTES = 1 << 20;

/** The samples of a group: read at once where they lie near to each other, else one by one. One that is cut off is short. */
export async function readSamples(
  file: FileHandle,
  { samples: { offsets, sizes } }: IndexedTrack,
  first: number,
  count: number,
): Promise<Buffer[]> {
  const numbers = Array.from({ length: count }, (_, n) => first + n);
  let [begin, end, bytes] = [Number.POSITIVE_INFINITY, 0, 0];
  for (const n of numbers) {
    begin = Math.min(begin, offsets[n]!);
    end = Math.max(end, offsets[n]! + sizes[n]!);
    bytes += sizes[n]!;
  }
  if (end - begin > bytes + BETWEEN_BYTES)
    return Promise.all(numbers.map((n) => readUpTo(file, offsets[n]!, sizes[n]!)));
  const span = await readUpTo(file, begin, end - begin);
  return numbers.map((n) => span.subarray(offsets[n]! - begin, offsets[n]! - begin + sizes[n]!));
}

/** The reason why the units of a picture do not go by groups; undefined: there is none. */
function whyNotUnits(units: readonly Buffer[], config: AvcConfig, isFirst: boolean): string | undefined {
  const slice = units.find(isSlice);
  if (!slice) return 'a picture has no coded slice';
  if (isFirst && nalType(slice) !== NAL.idr) return 'its groups are open: a key picture is no IDR picture';
  const sets = units.filter((unit) => nalType(unit) === NAL.sps || nalType(unit) === NAL.pps);
  const known = [...config.sps, ...config.pps];
  if (sets.some((unit) => !known.some((one) => one.equals(unit)))) return 'its parameter sets change';
  return undefined;
}
