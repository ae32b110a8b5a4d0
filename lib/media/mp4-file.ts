import { ascii, box, fullBox, u16, u32, u64, u8 } from './mp4-boxes.ts';
import { languageCode } from './mp4-sample-entries.ts';
import { TICKS_PER_SECOND } from './packet.ts';

/** A track of a finished file: what its tables say of each sample, in decoding order. */
export interface FileTrack {
  kind: 'video' | 'audio';
  /** Units of its times in a second. */
  timescale: number;
  /** Its sample entry: `avc1` or `mp4a`, as a whole box. */
  entry: Buffer;
  widthPx: number;
  heightPx: number;
  sizes: readonly number[];
  durations: readonly number[];
  /** Presentation time minus decoding time; empty: they are equal. May be below 0. */
  compositions: readonly number[];
  /** Numbers of the samples (from 0) at which decoding can begin; undefined: all. */
  keys: readonly number[] | undefined;
  /** Time before its first sample is shown, in its time scale. */
  delay: number;
  /** Samples at its beginning that are decoded but not shown, as a time in its time scale. */
  skipped: number;
}

/** Samples of one track that lie together in the file; the chunks stand in the order of the file. */
export interface FileChunk {
  /** Number of the track, from 0. */
  track: number;
  samples: number;
  bytes: number;
}

/** Unit of the movie's own times, which the delays of tracks have too. */
const MOVIE_TIMESCALE = TICKS_PER_SECOND;
const MATRIX = [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000];

/**
 * The beginning of a finished MP4 file (ISO 14496-12) whose index stands at the front: all up to the bytes of the
 * first chunk, which follow it. Throws RangeError if the chunks do not hold exactly the samples of the tracks.
 */
export function fileHead(tracks: readonly FileTrack[], chunks: readonly FileChunk[]): Buffer {
  for (const [n, { sizes }] of tracks.entries()) {
    const own = chunks.filter(({ track }) => track === n);
    if (sum(own.map(({ samples }) => samples)) !== sizes.length || sum(own.map(({ bytes }) => bytes)) !== sum(sizes))
      throw new RangeError(`the chunks of track ${n + 1} do not hold its samples`);
  }
  const type = box('ftyp', ascii('isom'), u32(0x200), ascii('isomiso2avc1mp41'));
  const bytes = sum(chunks.map((chunk) => chunk.bytes));
  const data = Buffer.concat([u32(1), ascii('mdat'), u64(16 + bytes)]);
  const tables = tracks.map((track, n) => fixedTables(track, countsOf(chunks, n)));
  // The size of the index does not depend on the places that it says.
  const begins = type.length + movie(tracks, tables, chunks, 0).length + data.length;
  return Buffer.concat([type, movie(tracks, tables, chunks, begins), data]);
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Samples of each chunk of a track. */
const countsOf = (chunks: readonly FileChunk[], of: number): number[] =>
  chunks.filter(({ track }) => track === of).map(({ samples }) => samples);

function movie(
  tracks: readonly FileTrack[],
  tables: readonly Buffer[],
  chunks: readonly FileChunk[],
  begins: number,
): Buffer {
  const places: number[][] = tracks.map(() => []);
  let at = begins;
  for (const { track, bytes } of chunks) {
    places[track]!.push(at);
    at += bytes;
  }
  const boxes = tracks.map((track, n) => trackBox(track, n + 1, tables[n]!, places[n]!));
  const longest = tracks.reduce((most, track) => Math.max(most, shownMovieTicks(track)), 0);
  const header = fullBox(
    'mvhd',
    1,
    0,
    u64(0),
    u64(0),
    u32(MOVIE_TIMESCALE),
    u64(longest),
    u32(0x1_0000),
    u16(0x100, 0),
    u32(0, 0, ...MATRIX, 0, 0, 0, 0, 0, 0, tracks.length + 1),
  );
  return box('moov', header, ...boxes);
}

/** How long a track is shown with its delay, in the movie's time scale. */
const shownMovieTicks = (track: FileTrack): number => movieTicks(track, track.delay) + partMovieTicks(track);
const partMovieTicks = (track: FileTrack): number => movieTicks(track, sum(track.durations) - track.skipped);
const movieTicks = ({ timescale }: FileTrack, time: number): number =>
  Math.max(0, Math.round((time * MOVIE_TIMESCALE) / timescale));

function trackBox(track: FileTrack, id: number, tables: Buffer, places: readonly number[]): Buffer {
  const isVideo = track.kind === 'video';
  const header = fullBox(
    'tkhd',
    1,
    3,
    u64(0),
    u64(0),
    u32(id, 0),
    u64(shownMovieTicks(track)),
    u32(0, 0),
    u16(0, isVideo ? 0 : 1, isVideo ? 0 : 0x100, 0),
    u32(...MATRIX, track.widthPx * 65_536, track.heightPx * 65_536),
  );
  return box('trak', header, edits(track, leadOf(track)), mediaBox(track, tables, places));
}

/** Decoding times cannot come after times of showing: all are shown later by this, and the edit list takes it back. */
const leadOf = ({ compositions }: FileTrack): number =>
  -compositions.reduce((least, value) => Math.min(least, value), 0);

function edits(track: FileTrack, lead: number): Buffer {
  const delay = movieTicks(track, track.delay);
  const empty = delay > 0 ? [u64(delay), u64(-1), u16(1, 0)] : [];
  const part = [u64(partMovieTicks(track)), u64(track.skipped + lead), u16(1, 0)];
  return box('edts', fullBox('elst', 1, 0, u32(delay > 0 ? 2 : 1), ...empty, ...part));
}

function mediaBox(track: FileTrack, tables: Buffer, places: readonly number[]): Buffer {
  const isVideo = track.kind === 'video';
  const header = isVideo ? fullBox('vmhd', 0, 1, Buffer.alloc(8)) : fullBox('smhd', 0, 0, Buffer.alloc(4));
  const here = box('dinf', fullBox('dref', 0, 0, u32(1), fullBox('url ', 0, 1)));
  const name = isVideo ? 'Picture' : 'Sound';
  return box(
    'mdia',
    fullBox('mdhd', 1, 0, u64(0), u64(0), u32(track.timescale), u64(sum(track.durations)), languageCode('und'), u16(0)),
    fullBox('hdlr', 0, 0, u32(0), ascii(isVideo ? 'vide' : 'soun'), Buffer.alloc(12), ascii(name), u8(0)),
    box('minf', header, here, box('stbl', tables, fullBox('co64', 0, 0, u32(places.length), longTable(places)))),
  );
}

/** The tables of a track that say nothing of places. */
function fixedTables(track: FileTrack, counts: readonly number[]): Buffer {
  const { compositions, keys, sizes } = track;
  const lead = leadOf(track);
  const offsets = compositions.some((value) => value !== 0) ? [compositions.map((value) => value + lead)] : [];
  return Buffer.concat([
    fullBox('stsd', 0, 0, u32(1), track.entry),
    runsBox('stts', track.durations),
    ...(keys ? [fullBox('stss', 0, 0, u32(keys.length), table(keys.map((key) => key + 1)))] : []),
    ...offsets.map((values) => runsBox('ctts', values)),
    chunkRuns(counts),
    fullBox('stsz', 0, 0, u32(0, sizes.length), table(sizes)),
  ]);
}

/** A box of values, those that are equal and follow each other as one entry. */
function runsBox(type: string, values: readonly number[]): Buffer {
  const entries: number[] = [];
  for (const value of values) {
    if (entries.at(-1) === value && entries.length > 0) entries[entries.length - 2]!++;
    else entries.push(1, value);
  }
  return fullBox(type, 0, 0, u32(entries.length / 2), table(entries));
}

/** Box `stsc`: how many samples each chunk has, where that changes. */
function chunkRuns(counts: readonly number[]): Buffer {
  const entries = counts.flatMap((count, n) => (count === counts[n - 1] ? [] : [n + 1, count, 1]));
  return fullBox('stsc', 0, 0, u32(entries.length / 3), table(entries));
}

/** Integers of 32 bits; unlike `u32`, of any number. */
function table(values: readonly number[]): Buffer {
  const data = Buffer.alloc(values.length * 4);
  for (let n = 0; n < values.length; n++) data.writeUInt32BE(values[n]!, n * 4);
  return data;
}

function longTable(values: readonly number[]): Buffer {
  const data = Buffer.alloc(values.length * 8);
  for (const [n, value] of values.entries()) data.writeBigUInt64BE(BigInt(value), n * 8);
  return data;
}
