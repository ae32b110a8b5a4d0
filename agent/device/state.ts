import type { Aspect } from '#lib/media/geometry.ts';
import type { Channel, Layout } from '#lib/media/layout.ts';

/** Inputs 1 and 2 feed channel A, 3 to 5 channel B. */
export type InputNumber = 1 | 2 | 3 | 4 | 5;
export const INPUTS: readonly InputNumber[] = [1, 2, 3, 4, 5];
export const channelOf = (input: InputNumber): Channel => (input <= 2 ? 'A' : 'B');

export type InputSource =
  | { driver: 'off' }
  | { driver: 'test'; pattern: 'bars' | 'motion' | 'black' }
  | { driver: 'file'; path: string }
  | { driver: 'url'; url: string }
  | { driver: 'rtsp'; url: string; transport: 'tcp' | 'udp'; user?: string; password?: string }
  | {
      driver: 'v4l2';
      device: string;
      widthPx?: number;
      heightPx?: number;
      fps?: number;
      audio?: { system: 'alsa' | 'pulse'; device: string };
    };

/** Brightness, contrast, colour, tint: 0 to 127, 64 is neutral (SMP 351 BRIT, CONT, COLR, TINT). */
export interface Picture {
  brightness: number;
  contrast: number;
  colour: number;
  tint: number;
}

export interface InputWanted {
  name: string;
  source: InputSource;
  aspect: Aspect;
  /** What is cut away at each edge, in parts of the picture. */
  crop: { left: number; top: number; right: number; bottom: number };
  picture: Picture;
}

/** A layout preset remembers which inputs it was saved with. */
export interface SavedLayout extends Layout {
  routing?: Record<Channel, InputNumber>;
}

export interface EncoderWanted {
  widthPx: number;
  heightPx: number;
  fps: number;
  videoKbps: number;
  rateControl: 'vbr' | 'cvbr' | 'cbr';
  /** Frames from key picture to key picture. */
  gopFrames: number;
  profile: 'baseline' | 'main' | 'high';
  audioKbps: number;
  /** Software, a hardware family, or the best one that works here. */
  hardware: 'auto' | 'off' | 'vaapi' | 'qsv' | 'nvenc' | 'v4l2m2m';
}

export interface PushWanted {
  id: string;
  name: string;
  enabled: boolean;
  stream: 'archive' | 'confidence';
  /** rtsp://, rtsps://, rtmp://, rtmps://, udp:// (MPEG-TS), srt:// */
  url: string;
}

export interface StreamWanted {
  enabled: boolean;
  /** Path on the RTSP server: `rtsp://box/<name>`. */
  name: string;
  multicast?: { address: string; port: number; ttl: number };
}

/** Keys are Extron's (SMP 351 M{k}RCDR). */
export interface Metadata {
  title: string;
  presenter: string;
  series: string;
  course: string;
  contributor: string;
  coverage: string;
  description: string;
  format: string;
  identifier: string;
  language: string;
  publisher: string;
  rights: string;
  source: string;
  subject: string;
  type: string;
}

/** How the picture of an input is treated. */
export type PictureSettings = Pick<InputWanted, 'aspect' | 'crop' | 'picture'>;
export type EncoderSettings = Omit<EncoderWanted, 'hardware'>;

/** What is saved under a number and recalled. Layouts have a place of their own. */
export interface Presets {
  /** User presets (SMP 351, `1*`): of each input its own; a name belongs to a number. */
  user: { names: Record<number, string>; ofInput: Record<number, Record<number, PictureSettings>> };
  /** Input presets (`2*`): the input, and how its picture is treated. */
  input: Record<number, PictureSettings & { name: string; input: InputNumber }>;
  /** Streaming presets (`3*`). */
  streaming: Record<number, { name: string; stream: StreamWanted; pushes: { url: string; enabled: boolean }[] }>;
  /** Encoder presets (`4*`); a number that is absent is the factory's. */
  encoder: Record<number, { name: string; settings: EncoderSettings }>;
  /** Recording profiles (`R5*`). */
  profile: Record<number, { name: string; metadata: Metadata }>;
}

export const PATTERNS = [
  'off',
  'bars',
  'aspect-1.33',
  'aspect-1.78',
  'aspect-1.85',
  'crop',
  'pulse',
  'timestamp',
  'osd',
] as const;

/** Services whose port a command can move (`MT`, `MH`, `PMAP`). */
export type MovablePort = 'telnet' | 'ssh' | 'http' | 'https' | 'snmp';

/** What is set by the control protocol (SIS) and belongs to no other part. */
export interface SisWanted {
  /** `internal`, `auto`, or the name of another destination; the recorder takes another where it cannot be used. */
  destination: string;
  /** Seconds that controllers are counted down; the recording begins at once. */
  countdownSeconds: number;
  pattern: (typeof PATTERNS)[number];
  /** Thumbnails of a recording: small ones, or as large as its picture. */
  thumbnails: 'small' | 'archive';
  /** Code of a time zone of the personality; null: as configured. */
  zone: string | null;
  /** Milliseconds without traffic after which a session ends. */
  idleMs: number;
  /** Ports that were moved; null: off. Those that are absent are as configured. */
  ports: Partial<Record<MovablePort, number | null>>;
  snmp: { contact: string; location: string; community: string; enabled: boolean };
  presets: Presets;
  /** The recording profile in use; 0 for none. */
  profile: number;
  /** Values of commands that this box only keeps, by row and key. */
  kept: Record<string, Record<string, unknown>>;
}

/** What somebody asked for. Saved; written by requests alone. */
export interface Wanted {
  hall: string;
  /** Language of dates in the picture. */
  locale: 'fr' | 'en';
  inputs: Record<InputNumber, InputWanted>;
  /** Which input feeds each channel. */
  routing: Record<Channel, InputNumber>;
  layout: Layout;
  /** Number of the layout preset that `layout` came from (1 to 16). */
  layoutNumber: number;
  /** User layouts by number, 1 to 16; a number that is absent is the factory's. */
  layouts: Record<number, SavedLayout>;
  /** Channels trade places in every window. */
  swapped: boolean;
  muted: Record<Channel, boolean>;
  noSignal: { holdMs: number };
  audio: {
    from: 'A' | 'B' | 'mix';
    channels: Record<
      Channel,
      { gainDb: number; muted: boolean; delayMs: number; /** Both sides the same. */ mono?: boolean | undefined }
    >;
    outputMuted: boolean;
  };
  encoders: { archive: EncoderWanted; confidence: EncoderWanted & { enabled: boolean } };
  streams: { archive: StreamWanted; confidence: StreamWanted };
  pushes: PushWanted[];
  recording: RecordingWanted;
  metadata: Metadata;
  sis: SisWanted;
}

export interface RecordingWanted {
  state: 'stopped' | 'recording' | 'paused';
  /** The take: a restart goes on with the same one. */
  take?: string;
  bookingId?: string;
  startedAtMs?: number;
  /** When it ends by itself; extension moves it. */
  endsAtMs?: number;
  /** The timetable began it, and ends it. */
  timetable?: boolean;
  /** Where it is to go, if that can be used. */
  destination?: string;
}

export interface InputSeen {
  status: 'off' | 'connecting' | 'live' | 'lost';
  sinceMs: number;
  widthPx?: number;
  heightPx?: number;
  fps?: number;
  codec?: string;
  audio?: { codec: string; sampleRateHz: number; channels: number };
  /** Why there is no signal, in words. */
  error?: string;
  reconnects: number;
}

export type AlarmName =
  | 'video_loss'
  | 'audio_loss'
  | 'disk_space'
  | 'disk_error'
  | 'record_halt'
  | 'encoder'
  | 'cpu_usage'
  | 'overlay'
  | 'settings'
  | 'control'
  | 'auth_failures'
  | 'publish_failure'
  | 'sched_server'
  | 'schedule'
  | 'fault';

export interface Alarm {
  name: AlarmName;
  /** What it is about: `A`, `push/youtube`, a folder. */
  about: string;
  level: 'info' | 'warning' | 'critical' | 'emergency';
  text: string;
  sinceMs: number;
}

/** What is so. Never saved; written by facts alone. */
export interface Seen {
  inputs: Record<InputNumber, InputSeen>;
  recording: RecordingSeen;
  streams: Record<'archive' | 'confidence', { players: number; kbps: number; encoder: string }>;
  pushes: Record<string, { status: 'off' | 'connecting' | 'connected' | 'waiting'; error?: string; sinceMs: number }>;
  meters: Record<Channel | 'output', { leftDb: number; rightDb: number }>;
  disk: {
    destination: string;
    folder: string;
    freeBytes: number;
    totalBytes: number;
    usable: boolean;
  }[];
  frames: { composed: number; late: number; dropped: number };
  /** Goes up whenever a recording came, changed or went. */
  recordingsRevision: number;
  alarms: Alarm[];
}

export interface RecordingSeen {
  state: 'stopped' | 'setup' | 'recording' | 'paused' | 'finalizing';
  take?: string;
  file?: string;
  elapsedMs: number;
  bytes: number;
  destination?: string;
}

export interface DeviceState {
  wanted: Wanted;
  seen: Seen;
}
