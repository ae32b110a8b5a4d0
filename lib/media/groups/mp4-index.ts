import { TICKS_PER_SECOND } from '../packet.ts';
import { boxesIn, boxHeaderAt, childrenOf, type BoxHeader } from '../mp4-scan.ts';
import { openTurns } from '#lib/runtime/turns.ts';
import { type ByteSource, type Impossible, isImpossible } from './byte-source.ts';
import { defaultsIn, trackFragments, type SampleDefaults, type TrackFragment } from './fragment-samples.ts';
import { plainSamples } from './plain-samples.ts';
import { addSample, MOST_SAMPLES, presentedAt, type SampleTable } from './sample-table.ts';
import { timescaleIn, trackFacts, type TrackFacts } from './track-facts.ts';

/** A track with the places and times of its samples. */
export interface IndexedTrack extends TrackFacts {
  samples: SampleTable;
}

/** Time of showing of a sample in ticks of 90 kHz. */
export const shownTicks = ({ samples, timescale, shift }: IndexedTrack, at: number): number =>
  Math.round(((presentedAt(samples, at) + shift) * TICKS_PER_SECOND) / timescale);

/** Index of an MP4 or fragmented MP4 file. */
export interface Mp4Index {
  tracks: readonly IndexedTrack[];
  isFragmented: boolean;
  /** Reads the fragments that were added since. The reason in words if the file is wrong from some place on. */
  grow(): Promise<Impossible | undefined>;
}

/** Bytes of an index (`moov`), or of one fragment's (`moof`), that are read; a longer one is refused. */
const MOST_INDEX_BYTES = 128 << 20;
const MOST_FRAGMENT_BYTES = 4 << 20;
/** Boxes of a file that are looked at: a fragment of half a second each for 24 hours, with its data. */
const MOST_BOXES = 24 * 3600 * 4;
/** Bytes that are read with the header of a box: most fragments, with the header of their data, take one reading. */
const HEAD_BYTES = { least: 4096, most: 65_536 };
/** Bytes of the longest header of a box. */
const LONGEST_HEADER = 16;

/** Reads the index of a file. Fragments that are not whole yet are left for `grow`. */
export async function openMp4Index(bytes: ByteSource): Promise<Mp4Index | Impossible> {
  const reader = new Mp4IndexReader(bytes);
  const problem = await reader.grow();
  if (problem) return problem;
  return reader.tracks.length > 0 ? reader : { why: 'it is no MP4 file, or its index (moov) is not there' };
}

class Mp4IndexReader implements Mp4Index {
  tracks: IndexedTrack[] = [];
  isFragmented = false;
  readonly #bytes: ByteSource;
  readonly #defaults = new Map<number, SampleDefaults>();
  /** Decoding time after the last sample, by track. */
  readonly #ends = new Map<number, number>();
  #at = 0;
  #boxes = 0;
  #samples = 0;
  /** Bytes that were read last, from this place on; as many are read the next time as the longest fragment had. */
  #window: { at: number; data: Buffer } = { at: 0, data: Buffer.alloc(0) };
  #headBytes = HEAD_BYTES.least;

  constructor(bytes: ByteSource) {
    this.#bytes = bytes;
  }

  async grow(): Promise<Impossible | undefined> {
    const size = await this.#bytes.sizeBytes();
    const turns = openTurns();
    // What was the end of the file may be followed by more now.
    this.#window = { at: 0, data: Buffer.alloc(0) };
    for (;;) {
      const header = boxHeaderAt(await this.#bytesAt(this.#at, LONGEST_HEADER));
      if (!header || this.#at + header.size > size) return undefined;
      if (++this.#boxes > MOST_BOXES) return { why: `it has more than ${MOST_BOXES} boxes` };
      if (header.type === 'moov') {
        const problem = await this.#readMovie(await this.#content(header, MOST_INDEX_BYTES), size);
        if (problem) return problem;
      } else if (header.type === 'moof') {
        const moof = await this.#content(header, MOST_FRAGMENT_BYTES);
        const fragments = moof && (await trackFragments(moof, this.#at, (id) => this.#defaults.get(id)));
        if (!fragments) return { why: `its fragment at byte ${this.#at} cannot be read` };
        if (fragments.some(({ endsAt }) => endsAt > size)) return undefined;
        const problem = await this.#addFragments(fragments);
        if (problem) return problem;
      }
      this.#at += header.size;
      await turns.over();
    }
  }

  async #content({ headerBytes, size }: BoxHeader, most: number): Promise<Buffer | undefined> {
    if (size > most) return undefined;
    this.#headBytes = Math.min(Math.max(this.#headBytes, size + LONGEST_HEADER), HEAD_BYTES.most);
    const whole = (await this.#bytesAt(this.#at, size)).subarray(0, size);
    return whole.length === size ? whole.subarray(headerBytes) : undefined;
  }

  /** At least so many bytes from a place on, and some that come after them; fewer only at the end of the file. */
  async #bytesAt(at: number, bytes: number): Promise<Buffer> {
    const from = at - this.#window.at;
    if (from >= 0 && from + bytes <= this.#window.data.length) return this.#window.data.subarray(from);
    const data = await this.#bytes.read(at, Math.max(bytes + LONGEST_HEADER, this.#headBytes));
    this.#window = { at, data };
    return data;
  }

  async #readMovie(moov: Buffer | undefined, fileBytes: number): Promise<Impossible | undefined> {
    if (this.tracks.length > 0) return { why: 'it has two indexes (moov)' };
    if (!moov) return { why: `its index (moov) is larger than ${MOST_INDEX_BYTES >> 20} MB, or cut off` };
    const boxes = boxesIn(moov);
    const movieTimescale = timescaleIn(boxes.find(({ type }) => type === 'mvhd')?.content);
    for (const { type, content } of boxes) {
      if (type === 'mvex') this.#readExtends(content);
      if (type !== 'trak') continue;
      if (this.tracks.length === MOST_TRACKS) return { why: `it has more than ${MOST_TRACKS} tracks` };
      const facts = trackFacts(content, movieTimescale);
      if (!facts) return { why: 'the description of a track (trak) cannot be read' };
      const mostSamples = MOST_SAMPLES - this.#samples;
      // Only what is seen and heard has to be there.
      const own = facts.kind === 'other' ? Infinity : fileBytes;
      const samples = await plainSamples(facts.stbl, { mostSamples, fileBytes: own });
      if (isImpossible(samples)) return samples;
      this.#samples += samples.count;
      this.tracks.push({ ...facts, samples });
      this.#ends.set(facts.id, endOf(samples));
    }
    return this.tracks.length > 0 ? undefined : { why: 'its index (moov) has no tracks' };
  }

  #readExtends(mvex: Buffer): void {
    this.isFragmented = true;
    for (const { type, content } of boxesIn(mvex)) {
      const found = type === 'trex' && this.#defaults.size < MOST_TRACKS ? defaultsIn(content) : undefined;
      if (found) this.#defaults.set(found.trackId, found.defaults);
    }
  }

  async #addFragments(fragments: readonly TrackFragment[]): Promise<Impossible | undefined> {
    const turns = openTurns();
    for (const { trackId, startsAt, samples } of fragments) {
      const track = this.tracks.find(({ id }) => id === trackId);
      if (!track) continue;
      this.#samples += samples.length;
      if (this.#samples > MOST_SAMPLES) return { why: `it has more than ${MOST_SAMPLES} samples` };
      const begins = startsAt ?? this.#ends.get(trackId) ?? 0;
      for (const [n, sample] of samples.entries()) {
        addSample(track.samples, { ...sample, time: begins + sample.time });
        if (n % 1024 === 0) await turns.over();
      }
      this.#ends.set(trackId, endOf(track.samples));
    }
    return undefined;
  }
}

/** Tracks of a file; one with more is refused. */
const MOST_TRACKS = 64;

const endOf = ({ count, times, durations }: SampleTable): number =>
  count === 0 ? 0 : times[count - 1]! + durations[count - 1]!;

/** The content of the box `inner` of a sample entry, such as `avcC` of `avc1`; undefined if there is none. */
export function inEntry(entry: Buffer, inner: string, fixedBytes: number): Buffer | undefined {
  return entry.length > 8 + fixedBytes ? childrenOf(entry.subarray(8 + fixedBytes)).get(inner) : undefined;
}
