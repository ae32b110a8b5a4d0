import type { Refusal } from '#agent/device/outcome.ts';
import type { RecordingTold } from '#agent/device/recording.ts';
import type { TechnicianSources } from './technician-sources.ts';
import type { Metadata, SavedLayout, StreamName } from '#agent/device/state.ts';
import type { ScheduleSource } from './schedule-source.ts';

/** The parts of the box that the web server needs from rooms that it may not import; `agent/main.ts` provides them. */
export interface WebSources {
  /** Gives a JPEG of the present picture. Rejects if there is none. */
  snapshot(of: PictureName, widthPx: number): Promise<Buffer>;
  /**
   * Gives a stream to `sink` as fragmented MP4, live from the last key picture on. The result ends it; it may be called
   * twice.
   */
  preview(stream: StreamName, sink: PreviewSink): () => void;
  recordings: RecordingSource;
  /** The layout presets 1 to 16, as a recall would show them. */
  layouts(): readonly LayoutPreset[];
  overlayFiles: OverlaySource;
  /** The running encoders with their state. */
  encoders(): Partial<Record<StreamName, EncoderFacts>>;
  /** The parts for technicians. */
  technician: TechnicianSources;
  /** The present frame of the frame clock; answers to changes tell it. */
  now?(): FrameMoment | Promise<FrameMoment>;
  machine(): WebMachine;
  /** The schedule; undefined while nothing plans or hands over recordings. */
  schedule?: ScheduledEventSource;
  /** The timetable; undefined until the recordings of the last run are recovered. */
  timetable?: ScheduleSource;
}

/** The present values of the machine. */
export interface WebMachine {
  cpuPercent: number;
  memory: { usedBytes: number; totalKb: number };
  celsius: number;
  sensors: { diskCelsius: number | undefined; fansRpm: readonly number[] };
}

/** The timetable in the form that HTTP tells. */
export interface ScheduledEventSource {
  /** Past and coming events in their order, the thousand nearest to now, as they were at most a second ago. */
  events(): readonly ScheduledEvent[] | Promise<readonly ScheduledEvent[]>;
  /** Whether a source fills the timetable, and whether a server takes recordings. */
  services(): { ingest: boolean; publish: boolean };
}

/** An event of the timetable, for controllers. */
export interface ScheduledEvent {
  /** Small number, unique among events; that of its recording if there is one. */
  dbId: number;
  id: string;
  state: ScheduleState;
  title: string;
  presenter: string;
  series: string;
  startsAtMs: number;
  endsAtMs: number;
  /** The reason why it waits, in words: the server cannot be reached, uploads wait for the night, and others. */
  because?: string;
}

/** The state of an event. `no-method`: no server takes recordings. `skipped`: this one is not to be handed over. */
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

/** The pictures that can be asked for. */
export type PictureName = 'output' | 'A' | 'B';

/** A frame of the box's clock: its number, and its time stamp in ticks of 1/90 000 s. */
export interface FrameMoment {
  frame: number;
  ptsTicks: number;
}

/**
 * Takes a live stream. The giver never waits: a slow receiver leaves out fragments until a key picture. Nothing follows
 * after `end`; to go on, a viewer asks again.
 */
export interface PreviewSink {
  /** Called once before any fragment, with the type (`video/mp4; codecs="…"`), and `ftyp` and `moov`. */
  begin(mime: string, init: Buffer): void;
  /** Takes `moof` and `mdat` of one or a few pictures; `key`: a player can begin with this one. */
  fragment(bytes: Buffer, key: boolean): void;
  /** Called when the stream ends or its parameters change. */
  end(): void;
}

/** The recordings of a box. */
export interface RecordingSource {
  list(): readonly RecordingTold[];
  find(id: string): RecordingTold | undefined;
  /** The files of a recording that exist now, without their paths. */
  filesOf(id: string): Promise<readonly RecordingFile[]>;
  /** A file of a recording. `name` comes from clients; undefined for anything that is no file of this recording. */
  fileOf(id: string, name: string): Promise<(RecordingFile & { path: string }) | undefined>;
  /** Changes the description of a recording; refuses while it is recorded (E22) or if it is unknown (E28). */
  describe(id: string, change: Partial<Metadata>): Promise<Refusal | undefined>;
  /** Deletes a recording with all its files; refuses while it is recorded (E22) or if it is unknown (E28). */
  remove(id: string): Promise<Refusal | undefined>;
}

/** A file of a recording. */
export interface RecordingFile {
  name: string;
  /** Present size in bytes. */
  size: number;
  mime: string;
  /** Whether it is still written. */
  writing: boolean;
}

/** A layout preset. */
export interface LayoutPreset extends SavedLayout {
  number: number;
  source: 'factory' | 'user';
}

/** The files of logos and background images. */
export interface OverlaySource {
  list(): Promise<readonly OverlayFile[]>;
  /**
   * A file as PNG for a room; the ending of its name may be missing. Undefined if there is none, or it cannot be drawn.
   */
  picture(name: string, room: PictureRoom): Promise<Buffer | undefined>;
  /** Stores a file if it can be decoded and its name is a plain one; else E13. */
  put(name: string, bytes: Buffer): Promise<Refusal | undefined>;
  /** Deletes a file; E28 if there is none. */
  remove(name: string): Promise<Refusal | undefined>;
}

/** The room for a picture. */
export interface PictureRoom {
  widthPx: number;
  heightPx: number;
  /** How it fills the room. `contain`: whole, at the left. `cover`: the room is full. */
  fit: 'contain' | 'cover';
}

/** A file of logos and backgrounds. */
export interface OverlayFile {
  name: string;
  size: number;
  widthPx?: number;
  heightPx?: number;
}

/** A running encoder. */
export interface EncoderFacts {
  /** The encoder (`software`, `vaapi` and others), and why it was chosen. */
  family: string;
  reason?: string;
  restarts: number;
  /** Frames left out because it was too slow or not running. */
  dropped: number;
  kbps: number;
}

/** The accounts of the box, which all its services share. */
export interface WebAccounts {
  /**
   * Checks a password in its turn; never rejects for bad input. `busy`: too many wait already, so it was not examined.
   */
  login(attempt: {
    name: string;
    password: string;
    address: string;
    via: string;
  }): Promise<{ access: AccountName } | { refused: 'wrong' | 'busy' }>;
  has(account: AccountName): boolean;
  /**
   * Sets a password; null removes it. E13: not a valid password. E14: not allowed by the configuration. Resolves when
   * saved.
   */
  set(account: AccountName, password: string | null): Promise<'E13' | 'E14' | undefined>;
  /** The random password of the first start, while it is valid. */
  firstPassword(): string | undefined;
  /** Changes whenever a password does; reveals nothing of it. */
  stamp(): string;
  /** Calls `listener` after each change of a password; the result ends that. */
  onChange(listener: () => void): () => void;
}

/** Name of an account. */
export type AccountName = 'admin' | 'user';
