import type { Rect } from '#lib/media/geometry.ts';

/** A part of the file, in ms since its first time stamp; at `toMs` the next one begins. */
export interface Span {
  fromMs: number;
  toMs: number;
}

/** The pictures of a file. */
export interface PictureFacts {
  widthPx: number;
  heightPx: number;
  codec: string;
  profile: string;
  /** Level as `4.1`; empty if the codec has none. */
  level: string;
  frameRate: number;
  frames: number;
  bitrateKbps: number;
  keyFrames: number;
  /** Frames from one key frame to the next, shortest and longest. */
  gop: { min: number; max: number };
  bFrames: boolean;
}

/** The sound of a file. */
export interface SoundFacts {
  codec: string;
  profile: string;
  sampleRateHz: number;
  channels: number;
  bitrateKbps: number;
}

/** The container of a file. */
export interface ContainerFacts {
  format: string;
  durationMs: number;
  bytes: number;
  bitrateKbps: number;
  /** Whether the index precedes the media (MP4 alone). */
  fastStart: boolean | undefined;
  picture: PictureFacts | undefined;
  sound: SoundFacts | undefined;
  chapters: (Span & { title: string })[];
  tags: Record<string, string>;
}

/** The findings about one source's pictures. Clock times are those of its time code. */
export interface SourceVerdict {
  source: number;
  /** Output frames in which its code was read. */
  frames: number;
  firstClockMs: number;
  lastClockMs: number;
  /** Most frequent step of the code, in ms. */
  stepMs: number;
  /** Parts of the file in which it was seen. */
  seen: Span[];
  /** Jumps of the code of more than one step. */
  missing: Missing[];
  missingMs: number;
  /** Time by which the file fell behind the source's clock since the first second: holes of the recorder. */
  cutMs: number;
  /** Output frames that repeat the one before, beyond what the two rates make necessary. */
  repeated: number;
  /** Parts with the same picture for longer than 250 ms. */
  freezes: Span[];
  outOfOrder: { atMs: number; fromClockMs: number; toClockMs: number }[];
  /** Output frames without a readable code between two with one at the same place. */
  unreadable: number[];
  /** Output frames in which two codes of this source disagree. */
  torn: number[];
  /** Flashes that agree with the code, and frames whose patches contradict it. */
  flashes: number;
  flashMismatches: number[];
  lipSync: LipSync;
}

/** Source time that is missing. */
export interface Missing {
  /** File time of the first picture after the jump. */
  atMs: number;
  fromClockMs: number;
  toClockMs: number;
  /** Source time that was never shown. */
  lostMs: number;
  /**
   * Time that passed at the source beyond that in the file: about 0 if the file showed something else or stood still
   * meanwhile (the source was away), positive if the recorder has a hole.
   */
  cutMs: number;
}

/** Sound minus picture in ms; positive is late sound. */
export interface LipSync {
  measured: { atMs: number; offsetMs: number }[];
  earliestMs: number | undefined;
  latestMs: number | undefined;
  /** Beeps of this source without a flash, and flashes without a beep. */
  beepsAlone: number;
  flashesAlone: number;
}

/** A part with one layout. */
export interface LayoutSpan extends Span {
  /** Name from the list, `unknown`, or `none` if no code was read. */
  layout: string;
  /** Whether channels A and B are in each other's windows. */
  swapped: boolean;
  /** Place of each source's picture, in parts of the canvas. */
  pictures: { source: number; rect: Rect }[];
}

/** A part with one title. */
export interface TitleSpan extends Span {
  /** Name of the layout's text; empty if its place is not known. */
  name: string;
  text: string;
}

/** All findings about a file. */
export interface Verdict {
  file: string;
  ok: boolean;
  failures: string[];
  notes: string[];
  container: ContainerFacts;
  /** Places where the output's time stamps are not one frame apart. */
  timeGaps: { atMs: number; stepMs: number }[];
  sources: SourceVerdict[];
  layouts: LayoutSpan[];
  titles: TitleSpan[];
  /** Parts without a code of any source: black, a slate, or foreign pictures. */
  withoutCode: Span[];
  silence: Span[];
  beeps: { hz: number; atMs: number; lengthMs: number }[];
}
