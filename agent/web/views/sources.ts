import type { Refusal } from '#agent/device/outcome.ts';
import type { TechnicianSources } from './technician-sources.ts';
import type { Metadata, SavedLayout } from '#agent/device/state.ts';
import type { ScheduleSource } from './schedule-source.ts';

/** What the web server needs from rooms that it may not know; `agent/main.ts` plugs them in here. */
export interface WebSources {
  /** A JPEG of what is shown now. Rejects when there is no picture to be had. */
  snapshot(of: PictureName, widthPx: number): Promise<Buffer>;
  /** Gives a stream as fragmented MP4 to `sink`, live, from the last key picture on. The result ends it (idempotent). */
  preview(stream: StreamName, sink: PreviewSink): () => void;
  recordings: RecordingShelf;
  /** All layout presets, 1 to 16, as a recall would show them. */
  layouts(): readonly LayoutPreset[];
  overlayFiles: OverlayShelf;
  /** What encodes, and how it fares. An encoder that does not run is absent. */
  encoders(): Partial<Record<StreamName, EncoderFacts>>;
  /** For those who look after the box. */
  technician: TechnicianSources;
  /** Where the frame clock stands; the answer to a change says it. */
  now?(): FrameMoment | Promise<FrameMoment>;
  machine(): WebMachine;
  /** Absent while nothing plans or delivers recordings. */
  schedule?: ScheduleShelf;
  /** Absent until the box has recovered what was left of its last run. */
  timetable?: ScheduleSource;
}

/** What is so of the machine now. */
export interface WebMachine {
  cpuPercent: number;
  memory: { usedBytes: number; totalKb: number };
  celsius: number;
  sensors: { diskCelsius: number | undefined; fansRpm: readonly number[] };
}

/** The timetable as HTTP tells it. */
export interface ScheduleShelf {
  /** What became of what was, and what is to come, in their order, as it was at most a second ago; a thousand nearest to now are told. */
  events(): readonly ScheduledEvent[] | Promise<readonly ScheduledEvent[]>;
  /** Whether somebody fills the timetable, and whether somebody takes what was recorded. */
  services(): { ingest: boolean; publish: boolean };
}

export interface ScheduledEvent {
  /** Small and unique among events, for controllers; that of its recording once it has one. */
  dbId: number;
  id: string;
  state: ScheduleState;
  title: string;
  presenter: string;
  series: string;
  startsAtMs: number;
  endsAtMs: number;
  /** Why it is not further, in words: the server cannot be reached, uploads wait for the night… */
  because?: string;
}

/** `no-method`: nobody takes recordings; `skipped`: this one is not to be handed over. */
export type ScheduleState =
  | 'upcoming'
  | 'recording'
  | 'missed'
  | 'waiting'
  | 'transferring'
  | 'transferred'
  | 'failed'
  | 'no-method'
  | 'skipped';

export type PictureName = 'output' | 'A' | 'B';
export type StreamName = 'archive' | 'confidence';
export const STREAMS = ['archive', 'confidence'] as const satisfies readonly StreamName[];

/** A frame of the box's clock: its number, and its time stamp in ticks of 1/90 000 s. */
export interface FrameMoment {
  frame: number;
  ptsTicks: number;
}

/**
 * Takes a live stream. The giver never waits: who cannot keep up loses fragments, here, until the next key picture.
 * After `end` nothing follows; whoever still wants to watch asks anew.
 */
export interface PreviewSink {
  /** Once, before any fragment: what it is (`video/mp4; codecs="…"`), and `ftyp` and `moov`. */
  begin(mime: string, init: Buffer): void;
  /** `moof` and `mdat` of one or a few pictures; `key`: a player can go on with this one. */
  fragment(bytes: Buffer, key: boolean): void;
  /** The stream is over, or its parameters change. */
  end(): void;
}

export interface RecordingShelf {
  list(): readonly RecordingEntry[];
  find(id: string): RecordingEntry | undefined;
  /** The files of a recording that are there now, without their paths. */
  filesOf(id: string): Promise<readonly RecordingFile[]>;
  /** One of them; `name` comes from outside: whatever is not a file of this recording is undefined. */
  fileOf(id: string, name: string): Promise<(RecordingFile & { path: string }) | undefined>;
  /** Other words for it, or why not (it is being recorded: E22; unknown: E28). */
  describe(id: string, change: Partial<Metadata>): Promise<Refusal | undefined>;
  /** Deletes it with all its files, or says why not (it is being recorded: E22; unknown: E28). */
  remove(id: string): Promise<Refusal | undefined>;
}

export interface RecordingFile {
  name: string;
  /** Bytes that are there now. */
  size: number;
  mime: string;
  /** It still grows. */
  writing: boolean;
}

/** A recording as its manifest keeps it; the recorder's own type fits. */
export interface RecordingEntry {
  id: string;
  dbId: number;
  base: string;
  status: 'setup' | 'recording' | 'paused' | 'finalizing' | 'finished' | 'partial' | 'failed';
  hall: string;
  owner: string;
  bookingId?: string;
  metadata: Metadata;
  startedAtMs: number;
  endsAtMs?: number;
  endedAtMs?: number;
  parts: readonly {
    number: number;
    destination: string;
    folder: string;
    name: string;
    state: 'writing' | 'written' | 'final' | 'lost' | 'failed';
    createdAtMs: number;
    durationMs: number;
    pictures: number;
    bytes: number;
    sha256?: string;
  }[];
  chapters: readonly { part: number; offsetMs: number; title: string; kind: 'mark' | 'resume' }[];
  thumbnails: readonly { offsetMs: number; name: string; title: string }[];
  breaks: readonly { atMs: number; reason: string }[];
  deliveredAtMs?: number;
  revision: number;
}

export interface LayoutPreset extends SavedLayout {
  number: number;
  source: 'factory' | 'user';
}

/** Logos and background images. */
export interface OverlayShelf {
  list(): Promise<readonly OverlayFile[]>;
  /** As a PNG that fills a room; a name without its ending is understood. Undefined: there is none, or it cannot be drawn. */
  picture(name: string, room: PictureRoom): Promise<Buffer | undefined>;
  /** Keeps it if it can be decoded and its name leads nowhere else; says why not otherwise (E13). */
  put(name: string, bytes: Buffer): Promise<Refusal | undefined>;
  /** Unknown: E28. */
  remove(name: string): Promise<Refusal | undefined>;
}

export interface PictureRoom {
  widthPx: number;
  heightPx: number;
  /** `contain`: whole, at the left; `cover`: the room is full. */
  fit: 'contain' | 'cover';
}

export interface OverlayFile {
  name: string;
  size: number;
  widthPx?: number;
  heightPx?: number;
}

export interface EncoderFacts {
  /** `software`, `vaapi`…, and why it was chosen. */
  family: string;
  reason?: string;
  restarts: number;
  /** Frames left out because it could not keep up, or was away. */
  dropped: number;
  kbps: number;
}

/** The accounts of the box, shared with all its other doors. */
export interface WebAccounts {
  /** Waits its turn; never rejects for bad input. `busy`: too many wait already, and this one was not looked at. */
  login(attempt: {
    name: string;
    password: string;
    address: string;
    via: string;
  }): Promise<{ access: AccountName } | { refused: 'wrong' | 'busy' }>;
  has(account: AccountName): boolean;
  /** Null clears. E13: no password that can be taken; E14: not in this configuration. Kept when it resolves. */
  set(account: AccountName, password: string | null): Promise<'E13' | 'E14' | undefined>;
  /** The random password of the first start, while it counts. */
  firstPassword(): string | undefined;
  /** Changes whenever a password does; tells nothing of it. */
  stamp(): string;
  /** Called after a password changed; the result ends it. */
  onChange(listener: () => void): () => void;
}

export type AccountName = 'admin' | 'user';
