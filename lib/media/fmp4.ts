import { ascii, box, fullBox, u16, u32, u64, u8 } from './mp4-boxes.ts';
import { aacEntry, avcEntry, languageCode } from './mp4-sample-entries.ts';
import { NAL, nalType } from './h264.ts';
import { TICKS_PER_SECOND, type Packet, type StreamParameters } from './packet.ts';

/** Number of the video track in every file. */
export const VIDEO_TRACK = 1;
/** Number of the sound track in every file. */
export const AUDIO_TRACK = 2;

const MOVIE_TIMESCALE = 1000;
const AAC_FRAME_SAMPLES = 1024;
const SYNC_SAMPLE = 0x0200_0000;
const OTHER_SAMPLE = 0x0101_0000;
const MATRIX = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x4000_0000];

/** Settings of a file besides the parameters of its tracks. */
export interface Fmp4Options {
  /** PTS of the first picture, which is time zero of the file. */
  startTicks: number;
  /** PTS minus DTS of the first picture, which is above 0 if there are B frames. */
  leadTicks?: number;
  /** Interval of pictures, if known: the length of a first picture that is alone in its fragment. */
  frameTicks?: number;
  /** Language of the sound: three letters of ISO 639-2. */
  language?: string;
}

/** Time stamps of the packets after a fragment, if known; with them the last samples get their exact length. */
export interface Following {
  videoDtsTicks?: number;
  audioDtsTicks?: number;
}

/** A writer of fragmented MP4 (ISO 14496-12, 8.8): `init()` once, then fragments in decoding order. Pure. */
export interface Fmp4 {
  /** The boxes `ftyp` and `moov`. */
  init(): Buffer;
  /**
   * One `moof` with its `mdat`, of any number of packets of one or both tracks. Without packets the buffer is empty.
   */
  fragment(packets: readonly Packet[], following?: Following): Buffer;
}

interface Sample {
  dts: number;
  composition: number;
  key: boolean;
  data: Buffer[];
  bytes: number;
}

interface Track {
  id: number;
  timescale: number;
  /** Ticks added to decoding times, so that none is negative; the edit list subtracts the same ticks. */
  lead: number;
  lastDts: number;
  duration: number;
}

/**
 * Opens a writer for a stream whose parameters do not change. Throws a RangeError without any track. Composition
 * offsets are signed (`trun` version 1), times have 64 bits (`tfdt` version 1).
 */
export function openFmp4(parameters: StreamParameters, options: Fmp4Options): Fmp4 {
  if (!parameters.video && !parameters.audio) throw new RangeError('a file needs at least one track');
  const lead = Math.max(0, Math.round(options.leadTicks ?? 0));
  const video = openTrack(VIDEO_TRACK, TICKS_PER_SECOND, lead, options.frameTicks ?? TICKS_PER_SECOND / 25);
  const audio = openTrack(AUDIO_TRACK, parameters.audio?.sampleRateHz ?? 48_000, 0, AAC_FRAME_SAMPLES);
  let sequence = 0;

  const scaled = (ticks: number, to: Track): number =>
    Math.round(((ticks - options.startTicks) * to.timescale) / TICKS_PER_SECOND);

  const sampleOf = (packet: Packet, to: Track): Sample => {
    const dts = Math.max(scaled(packet.dtsTicks, to) + to.lead, to.lastDts + 1);
    to.lastDts = dts;
    const data = packet.track === 'video' ? lengthPrefixed(packet.units) : [...packet.units];
    const bytes = data.reduce((sum, part) => sum + part.length, 0);
    return { dts, composition: scaled(packet.ptsTicks, to) + to.lead - dts, key: packet.key, data, bytes };
  };

  const samplesOf = (packets: readonly Packet[], to: Track, kind: Packet['track']): Sample[] =>
    packets.filter((packet) => packet.track === kind).map((packet) => sampleOf(packet, to));

  const following = (ticks: number | undefined, to: Track): number | undefined =>
    ticks === undefined ? undefined : scaled(ticks, to) + to.lead;

  return {
    init: () => Buffer.concat([fileType(), movie(parameters, video, options.language ?? 'und')]),
    fragment(packets, next = {}) {
      const pictures = parameters.video ? samplesOf(packets, video, 'video') : [];
      const sounds = parameters.audio ? samplesOf(packets, audio, 'audio') : [];
      if (pictures.length + sounds.length === 0) return Buffer.alloc(0);
      sequence++;
      const runs = [
        { track: video, samples: pictures, end: following(next.videoDtsTicks, video) },
        { track: audio, samples: sounds, end: following(next.audioDtsTicks, audio) },
      ].filter((run) => run.samples.length > 0);
      return fragmentOf(sequence, runs);
    },
  };
}

const openTrack = (id: number, timescale: number, lead: number, duration: number): Track => ({
  id,
  timescale,
  lead,
  lastDts: -1,
  duration,
});

/**
 * The NAL units, each after its length. Parameter sets and delimiters are left out, since `avc1` forbids them in
 * samples.
 */
function lengthPrefixed(units: readonly Buffer[]): Buffer[] {
  const kept = units.filter((unit) => ![NAL.sps, NAL.pps, NAL.delimiter].includes(nalType(unit) as 7));
  return kept.flatMap((unit) => [u32(unit.length), unit]);
}

interface Run {
  track: Track;
  samples: Sample[];
  end: number | undefined;
}

function fragmentOf(sequence: number, runs: Run[]): Buffer {
  const bodies = runs.map((run) => {
    const durations = durationsOf(run);
    const bytes = run.samples.reduce((sum, sample) => sum + sample.bytes, 0);
    return { run, durations, bytes };
  });
  const build = (offsets: number[]): Buffer =>
    box(
      'moof',
      fullBox('mfhd', 0, 0, u32(sequence)),
      ...bodies.map(({ run, durations }, index) => trackFragment(run, durations, offsets[index] ?? 0)),
    );
  // The offsets are counted from the start of `moof`; its size does not depend on their values.
  let at = build([]).length + 8;
  const offsets = bodies.map(({ bytes }) => (at += bytes) - bytes);
  const data = runs.flatMap((run) => run.samples.flatMap((sample) => sample.data));
  return Buffer.concat([build(offsets), box('mdat', ...data)]);
}

/** Lengths of a run's samples: each up to the next; the last up to `end`, or as long as the one before it. */
function durationsOf({ track, samples, end }: Run): number[] {
  return samples.map((sample, index) => {
    const next = samples[index + 1]?.dts ?? end;
    if (next !== undefined && next > sample.dts) track.duration = next - sample.dts;
    return track.duration;
  });
}

function trackFragment(run: Run, durations: number[], dataOffset: number): Buffer {
  const { track, samples } = run;
  const video = track.id === VIDEO_TRACK;
  const rows = samples.flatMap((sample, index) => {
    const row = [durations[index] ?? 0, sample.bytes];
    return video ? [...row, sample.key ? SYNC_SAMPLE : OTHER_SAMPLE, sample.composition] : row;
  });
  // Flags: data offset, duration, size; for pictures also flags and (signed) composition offset.
  const flags = video ? 0xf01 : 0x301;
  return box(
    'traf',
    fullBox('tfhd', 0, 0x02_0000, u32(track.id)),
    fullBox('tfdt', 1, 0, u64(samples[0]?.dts ?? 0)),
    fullBox('trun', 1, flags, u32(samples.length, dataOffset, ...rows)),
  );
}

const fileType = (): Buffer => box('ftyp', ascii('iso6'), u32(0x200), ascii('iso6iso5cmfcavc1mp41'));

function movie(parameters: StreamParameters, video: Track, language: string): Buffer {
  const tracks: Buffer[] = [];
  const extends_: Buffer[] = [];
  if (parameters.video) {
    const { widthPx, heightPx } = parameters.video;
    const media = mediaBox(TICKS_PER_SECOND, language, 'vide', 'Picture', avcEntry(parameters.video));
    tracks.push(box('trak', trackHeader(VIDEO_TRACK, widthPx, heightPx), ...editList(video.lead), media));
    extends_.push(trackExtends(VIDEO_TRACK, OTHER_SAMPLE));
  }
  if (parameters.audio) {
    const media = mediaBox(parameters.audio.sampleRateHz, language, 'soun', 'Sound', aacEntry(parameters.audio));
    tracks.push(box('trak', trackHeader(AUDIO_TRACK, 0, 0), media));
    extends_.push(trackExtends(AUDIO_TRACK, SYNC_SAMPLE));
  }
  return box('moov', movieHeader(), ...tracks, box('mvex', ...extends_));
}

const movieHeader = (): Buffer =>
  fullBox(
    'mvhd',
    0,
    0,
    u32(0, 0, MOVIE_TIMESCALE, 0, 0x10000),
    u16(0x100, 0),
    u32(0, 0, ...MATRIX, 0, 0, 0, 0, 0, 0, AUDIO_TRACK + 1),
  );

/** Box `tkhd`. Flags: enabled, in the movie. Sizes are 16.16. */
function trackHeader(id: number, widthPx: number, heightPx: number): Buffer {
  const volume = id === AUDIO_TRACK ? 0x100 : 0;
  return fullBox(
    'tkhd',
    0,
    3,
    u32(0, 0, id, 0, 0, 0, 0),
    u16(0, 0, volume, 0),
    u32(...MATRIX, widthPx * 65536, heightPx * 65536),
  );
}

/** One edit that starts at `mediaTime` and goes to the end (length 0: unknown). */
const editList = (mediaTime: number): Buffer[] =>
  mediaTime > 0 ? [box('edts', fullBox('elst', 0, 0, u32(1, 0, mediaTime, 0x10000)))] : [];

function mediaBox(timescale: number, language: string, kind: 'vide' | 'soun', name: string, entry: Buffer): Buffer {
  const header = kind === 'vide' ? fullBox('vmhd', 0, 1, Buffer.alloc(8)) : fullBox('smhd', 0, 0, Buffer.alloc(4));
  const here = box('dinf', fullBox('dref', 0, 0, u32(1), fullBox('url ', 0, 1)));
  const table = box(
    'stbl',
    fullBox('stsd', 0, 0, u32(1), entry),
    fullBox('stts', 0, 0, u32(0)),
    fullBox('stsc', 0, 0, u32(0)),
    fullBox('stsz', 0, 0, u32(0, 0)),
    fullBox('stco', 0, 0, u32(0)),
  );
  return box(
    'mdia',
    fullBox('mdhd', 0, 0, u32(0, 0, timescale, 0), languageCode(language), u16(0)),
    fullBox('hdlr', 0, 0, u32(0), ascii(kind), Buffer.alloc(12), ascii(name), u8(0)),
    box('minf', header, here, table),
  );
}

const trackExtends = (id: number, flags: number): Buffer => fullBox('trex', 0, 0, u32(id, 1, 0, 0, flags));
