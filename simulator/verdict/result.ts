import type { Rect } from '#lib/media/geometry.ts';

/** A stretch of the file, ms since its first time stamp zero; `toMs` is where the next thing begins. */
export interface Span {
  fromMs: number;
  toMs: number;
}

export interface PictureFacts {
  widthPx: number;
  heightPx: number;
  codec: string;
  profile: string;
  /** As `4.1`; empty if the codec has none. */
  level: string;
  frameRate: number;
  frames: number;
  bitrateKbps: number;
  keyFrames: number;
  /** Frames between key frames, shortest and longest. */
  gop: { min: number; max: number };
  bFrames: boolean;
}

export interface SoundFacts {
  codec: string;
  profile: string;
  sampleRateHz: number;
  channels: number;
  bitrateKbps: number;
}

export interface ContainerFacts {
  format: string;
  durationMs: number;
  bytes: number;
  bitrateKbps: number;
  /** The index stands before the media (MP4 only). */
  fastStart: boolean | undefined;
  picture: PictureFacts | undefined;
  sound: SoundFacts | undefined;
  chapters: (Span & { title: string })[];
  tags: Record<string, string>;
}

/** What became of one source's pictures. Clock times are those in its time code. */
export interface SourceVerdict {
  source: number;
  /** Output frames in which its code was read. */
  frames: number;
  firstClockMs: number;
  lastClockMs: number;
  /** Most common step of the code, ms. */
  stepMs: number;
  /** Stretches of the file in which it was seen. */
  seen: Span[];
  /** Jumps of the code beyond one step. */
  missing: Missing[];
  missingMs: number;
  /** By how much the file's time fell behind the source's clock since the first second: holes of the recorder. */
  cutMs: number;
  /** Output frames that show again what the frame before showed, beyond what the two rates make necessary. */
  repeated: number;
  /** The same picture for longer than 250 ms. */
  freezes: Span[];
  outOfOrder: { atMs: number; fromClockMs: number; toClockMs: number }[];
  /** Output frames without a readable code between two with one at the same place. */
  unreadable: number[];
  /** Output frames in which two codes of this source disagree. */
  torn: number[];
  /** Flashes seen with the code that announces them, and frames whose patches say something else than the code. */
  flashes: number;
  flashMismatches: number[];
  lipSync: LipSync;
}

export interface Missing {
  /** File time of the first picture after the jump. */
  atMs: number;
  fromClockMs: number;
  toClockMs: number;
  /** Source time never shown. */
  lostMs: number;
  /** How much more time passed at the source than in the file: about 0 if the file showed something else or stood still
   * meanwhile (the source was away), positive if the recorder has a hole. */
  cutMs: number;
}

/** Sound minus picture in ms: positive means that the sound is late. */
export interface LipSync {
  measured: { atMs: number; offsetMs: number }[];
  earliestMs: number | undefined;
  latestMs: number | undefined;
  /** Beeps of this source that belong to no picture of it, and flashes without a beep. */
  beepsAlone: number;
  flashesAlone: number;
}

export interface LayoutSpan extends Span {
  /** Name from the list, or `unknown`, or `none` when no code was read. */
  layout: string;
  /** Slides stand where the layout has channel B. */
  swapped: boolean;
  /** Where each source's picture is, in parts of the canvas. */
  pictures: { source: number; rect: Rect }[];
}

export interface TitleSpan extends Span {
  /** Of the layout's text, or empty if its place is not known. */
  name: string;
  text: string;
}

export interface Verdict {
  file: string;
  ok: boolean;
  failures: string[];
  notes: string[];
  container: ContainerFacts;
  /** Places where the time stamps of the output are not one frame apart. */
  timeGaps: { atMs: number; stepMs: number }[];
  sources: SourceVerdict[];
  layouts: LayoutSpan[];
  titles: TitleSpan[];
  /** No code of any source: black, a slate, or foreign pictures. */
  withoutCode: Span[];
  silence: Span[];
  beeps: { hz: number; atMs: number; lengthMs: number }[];
}
