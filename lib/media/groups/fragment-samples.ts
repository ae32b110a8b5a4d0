import { openTurns, type Turns } from '#lib/runtime/turns.ts';
import { boxesIn } from '../mp4-scan.ts';
import type { Sample } from './sample-table.ts';

/** Values of samples that a fragment does not state itself: of the movie (`trex`), or of the fragment (`tfhd`). */
export interface SampleDefaults {
  duration: number;
  size: number;
  flags: number;
}

/** Reads a `trex` box (ISO 14496-12, 8.8.3): the track, and the defaults of its samples. Undefined for a short one. */
export function defaultsIn(trex: Buffer): { trackId: number; defaults: SampleDefaults } | undefined {
  if (trex.length < 24) return undefined;
  return {
    trackId: trex.readUInt32BE(4),
    defaults: { duration: trex.readUInt32BE(12), size: trex.readUInt32BE(16), flags: trex.readUInt32BE(20) },
  };
}

/** Samples of one track in a fragment. */
export interface TrackFragment {
  trackId: number;
  /** Decoding time of the first; undefined: right after the last fragment. */
  startsAt: number | undefined;
  /** Their times count from 0. */
  samples: Sample[];
  /** Place after the last byte of all of them in the file. */
  endsAt: number;
}

const NOT_SYNC = 0x1_0000;
/** Flags of `tfhd` and `trun`, ISO 14496-12, 8.8.7 and 8.8.8. */
const TFHD = { base: 1, description: 2, duration: 8, size: 0x10, flags: 0x20, fromMoof: 0x2_0000 } as const;
const TRUN = { offset: 1, firstFlags: 4, duration: 0x100, size: 0x200, flags: 0x400, composition: 0x800 } as const;

/**
 * Reads the content of any `moof` that stands at `place` of its file. Undefined if a box in it is cut off, or says
 * more than it has.
 */
export async function trackFragments(
  moof: Buffer,
  place: number,
  defaultsOf: (trackId: number) => SampleDefaults | undefined,
): Promise<TrackFragment[] | undefined> {
  const found: TrackFragment[] = [];
  const reading: Reading = { turns: openTurns(), left: MOST_IN_FRAGMENT };
  for (const { type, content } of boxesIn(moof)) {
    if (type !== 'traf') continue;
    if (found.length === MOST_TRACKS) return undefined;
    const fragment = await trackFragment(content, place, defaultsOf, reading);
    if (!fragment) return undefined;
    found.push(fragment);
  }
  return found;
}

/** Tracks of one fragment; one with more is refused. */
const MOST_TRACKS = 16;
/** Samples of all tracks of one fragment, more than ten minutes of pictures and sound; one with more is refused. */
const MOST_IN_FRAGMENT = 1 << 16;
/** Samples after which it is looked whether a turn is over. */
const SAMPLES_A_LOOK = 1024;

/** The reading of a whole fragment: its turns, and how many samples it may still have. */
interface Reading {
  turns: Turns;
  left: number;
}

interface Header {
  trackId: number;
  base: number;
  defaults: SampleDefaults;
}

function headerIn(
  tfhd: Buffer | undefined,
  place: number,
  defaultsOf: (trackId: number) => SampleDefaults | undefined,
): Header | undefined {
  if (!tfhd || tfhd.length < 8) return undefined;
  const flags = tfhd.readUIntBE(1, 3);
  const trackId = tfhd.readUInt32BE(4);
  const of = { ...(defaultsOf(trackId) ?? { duration: 0, size: 0, flags: 0 }) };
  let at = 8;
  let base = place;
  const has = (flag: number, bytes: number): boolean => (flags & flag) !== 0 && (at += bytes) <= tfhd.length;
  if (has(TFHD.base, 8)) base = Number(tfhd.readBigUInt64BE(at - 8));
  has(TFHD.description, 4);
  if (has(TFHD.duration, 4)) of.duration = tfhd.readUInt32BE(at - 4);
  if (has(TFHD.size, 4)) of.size = tfhd.readUInt32BE(at - 4);
  if (has(TFHD.flags, 4)) of.flags = tfhd.readUInt32BE(at - 4);
  return at <= tfhd.length && Number.isSafeInteger(base) ? { trackId, base, defaults: of } : undefined;
}

async function trackFragment(
  traf: Buffer,
  place: number,
  defaultsOf: (trackId: number) => SampleDefaults | undefined,
  reading: Reading,
): Promise<TrackFragment | undefined> {
  const boxes = boxesIn(traf);
  const header = headerIn(boxes.find(({ type }) => type === 'tfhd')?.content, place, defaultsOf);
  if (!header) return undefined;
  const next = { offset: header.base, time: 0, endsAt: 0 };
  const samples: Sample[] = [];
  for (const { type, content } of boxes) {
    if (type === 'trun' && !(await readRun(content, header, next, samples, reading))) return undefined;
  }
  const startsAt = startIn(boxes.find(({ type }) => type === 'tfdt')?.content);
  return { trackId: header.trackId, startsAt, samples, endsAt: next.endsAt };
}

function startIn(tfdt: Buffer | undefined): number | undefined {
  if (!tfdt || tfdt.length < 8) return undefined;
  if (tfdt[0] !== 1) return tfdt.readUInt32BE(4);
  return tfdt.length >= 12 ? Number(tfdt.readBigUInt64BE(4)) : undefined;
}

async function readRun(
  trun: Buffer,
  { base, defaults }: Header,
  next: { offset: number; time: number; endsAt: number },
  samples: Sample[],
  reading: Reading,
): Promise<boolean> {
  if (trun.length < 8) return false;
  const flags = trun.readUIntBE(1, 3);
  const count = trun.readUInt32BE(4);
  const columns = [TRUN.duration, TRUN.size, TRUN.flags, TRUN.composition].filter((flag) => (flags & flag) !== 0);
  const head = 8 + ((flags & TRUN.offset) !== 0 ? 4 : 0) + ((flags & TRUN.firstFlags) !== 0 ? 4 : 0);
  const stride = columns.length * 4;
  // Without columns a run could announce four thousand million samples in eight bytes.
  if (head + count * stride > trun.length || count > reading.left) return false;
  reading.left -= count;
  if ((flags & TRUN.offset) !== 0) next.offset = base + trun.readInt32BE(8);
  const first = (flags & TRUN.firstFlags) !== 0 ? trun.readUInt32BE(head - 4) : undefined;
  for (let index = 0; index < count; index++) {
    let at = head + index * stride;
    const column = (flag: number): number | undefined => {
      if ((flags & flag) === 0) return undefined;
      at += 4;
      return trun.readUInt32BE(at - 4);
    };
    const duration = column(TRUN.duration) ?? defaults.duration;
    const size = column(TRUN.size) ?? defaults.size;
    const own = column(TRUN.flags);
    const sampleFlags = (index === 0 ? first : undefined) ?? own ?? defaults.flags;
    const composition = (column(TRUN.composition) ?? 0) | 0;
    samples.push({
      offset: next.offset,
      size,
      time: next.time,
      duration,
      composition,
      isKey: (sampleFlags & NOT_SYNC) === 0,
    });
    next.offset += size;
    next.time += duration;
    if (index % SAMPLES_A_LOOK === SAMPLES_A_LOOK - 1) await reading.turns.over();
  }
  if (count > 0) next.endsAt = Math.max(next.endsAt, next.offset);
  return true;
}
