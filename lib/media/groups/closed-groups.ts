import { TICKS_PER_SECOND } from '../packet.ts';
import { openTurns } from '#lib/runtime/turns.ts';
import { avcConfig } from './avc-config.ts';
import type { Impossible } from './byte-source.ts';
import type { IndexedTrack } from './mp4-index.ts';
import { presentedAt } from './sample-table.ts';

/** A closed group of pictures: it begins with a key picture, and none of its pictures needs one outside of it. */
export interface Group {
  /** Its samples in the table of the track. */
  first: number;
  count: number;
  /** Times of its pictures in ticks of 90 kHz since the beginning of the film, in the order of showing. */
  pictures: Float64Array;
  /** When the picture after its last one is shown, or the film ends. */
  endTicks: number;
}

/** Seconds of a group. A longer one is refused: it would be encoded in one piece, and a cut would encode much anew. */
const LONGEST_S = 60;
/** Seconds of a group on the average; a film of shorter ones gains nothing by being encoded group by group. */
const LEAST_MEAN_S = 0.25;
/** Pictures of a group: a minute at 120 pictures a second. A larger one is refused. */
const MOST_PICTURES = 7200;
const CODECS = new Set(['avc1', 'avc3']);
/** Ticks by which a time may be off because of its rounding to another time scale. */
const ROUNDING = 2;

/**
 * The closed groups of a track, from its index alone; in words why there are none. `isWhole`: nothing will be added
 * to the film; else its last group, which may be growing, is left out.
 */
export async function closedGroups(track: IndexedTrack, isWhole: boolean): Promise<Group[] | Impossible> {
  const why = whyNotTrack(track);
  if (why !== undefined) return { why };
  const { samples } = track;
  if (samples.count === 0) return isWhole ? { why: 'it has no pictures' } : [];
  if (samples.keys[0] !== 1) return { why: 'it does not begin with a key picture' };
  const groups: Group[] = [];
  const turns = openTurns();
  for (let first = 0; first < samples.count;) {
    let next = first + 1;
    while (next < samples.count && samples.keys[next] !== 1 && next - first <= MOST_PICTURES) next++;
    if (next - first > MOST_PICTURES) return { why: `it has a group of more than ${MOST_PICTURES} pictures` };
    if (next === samples.count && !isWhole) break;
    const group = groupOf(track, first, next);
    const problem = joined(groups.at(-1), group);
    if (problem !== undefined) return { why: problem };
    groups.push(group);
    first = next;
    await turns.over();
  }
  return whyNotGroups(groups) ?? groups;
}

/** The reason why a track cannot be taken group by group, whatever its groups are; undefined: there is none. */
export function whyNotTrack(track: IndexedTrack): string | undefined {
  if (!CODECS.has(track.codec)) return `its pictures are coded as ${JSON.stringify(track.codec)}, not as H.264 (avc1)`;
  if (track.entries !== 1) return 'the size or the parameters of its pictures change on the way';
  if (track.isTurned) return 'its pictures are to be turned for showing';
  if (track.oddTimes !== undefined) return track.oddTimes;
  const config = avcConfig(track.entry);
  if (!config || config.sps.length === 0 || config.pps.length === 0) return 'its parameter sets (avcC) cannot be read';
  if (config.sps.length > 1 || config.pps.length > 1) return 'it has several parameter sets';
  return undefined;
}

function groupOf(track: IndexedTrack, first: number, next: number): Group {
  const { samples, timescale, shift } = track;
  const ticksOf = (time: number): number => Math.round(((time + shift) * TICKS_PER_SECOND) / timescale);
  const pictures = new Float64Array(next - first);
  let endTicks = 0;
  for (let at = first; at < next; at++) {
    const time = presentedAt(samples, at);
    pictures[at - first] = ticksOf(time);
    endTicks = Math.max(endTicks, ticksOf(time + samples.durations[at]!));
  }
  // Pictures that are shown before the key picture which they follow belong to an open group.
  const keyTicks = pictures[0]!;
  pictures.sort();
  return { first, count: next - first, pictures, endTicks, ...(pictures[0] === keyTicks ? {} : { isOpen: true }) };
}

/** Joins a group to the one before it. The reason in words if they are not closed. */
function joined(before: Group | undefined, group: Group & { isOpen?: boolean }): string | undefined {
  const begins = group.pictures[0]!;
  const at = `at ${(begins / TICKS_PER_SECOND).toFixed(1)} s`;
  if (group.isOpen) return `its groups are open: ${at} a picture is shown before the key picture that it follows`;
  if (!before && begins < -ROUNDING) return 'its beginning is cut within a group by an edit list';
  if (group.pictures.some((ticks, index) => index > 0 && ticks <= group.pictures[index - 1]!))
    return `two pictures ${at} have the same time`;
  if (before && begins <= before.pictures.at(-1)!) return `its groups overlap in time ${at}`;
  // The last picture of a group is shown until the next one comes.
  if (before) before.endTicks = begins;
  return undefined;
}

function whyNotGroups(groups: readonly Group[]): Impossible | undefined {
  const lengths = groups.map(({ pictures, endTicks }) => (endTicks - pictures[0]!) / TICKS_PER_SECOND);
  const longest = lengths.reduce((most, length) => Math.max(most, length), 0);
  if (longest > LONGEST_S)
    return { why: `it has a group of ${Math.round(longest)} s; at most ${LONGEST_S} s are allowed` };
  const mean = lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
  if (groups.length > 1 && mean < LEAST_MEAN_S)
    return { why: `its groups last ${mean.toFixed(2)} s on the average, which is too short to gain anything` };
  return undefined;
}
