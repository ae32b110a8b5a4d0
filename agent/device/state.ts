import type { Aspect } from '#lib/media/geometry.ts';
import type { Channel, Layout } from '#lib/media/layout.ts';

/** Number of an input: 1 and 2 feed channel A, 3 to 5 channel B. */
export type InputNumber = 1 | 2 | 3 | 4 | 5;
/** All inputs. */
export const INPUTS: readonly InputNumber[] = [1, 2, 3, 4, 5];
/** The channel that an input feeds. */
export const channelOf = (input: InputNumber): Channel => (input <= 2 ? 'A' : 'B');

/** What an input is read from. */
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

/** Picture controls: 0 to 127, 64 changes nothing (SMP 351 BRIT, CONT, COLR, TINT). */
export interface Picture {
  brightness: number;
  contrast: number;
  colour: number;
  tint: number;
}

/** An input as it is wanted. */
export interface InputWanted {
  name: string;
  source: InputSource;
  aspect: Aspect;
  /** Parts of the picture that are cut off at each edge. */
  crop: { left: number; top: number; right: number; bottom: number };
  picture: Picture;
}

/** A layout preset with the inputs with which it was saved. */
export interface SavedLayout extends Layout {
  routing?: Record<Channel, InputNumber>;
}

/** An encoder as it is wanted. */
export interface EncoderWanted {
  widthPx: number;
  heightPx: number;
  fps: number;
  videoKbps: number;
  rateControl: 'vbr' | 'cvbr' | 'cbr';
  /** Frames from one key picture to the next. */
  gopFrames: number;
  profile: 'baseline' | 'main' | 'high';
  audioKbps: number;
  /** Encoder: software (`off`), a hardware family, or the best that works here. */
  hardware: 'auto' | 'off' | 'vaapi' | 'qsv' | 'nvenc' | 'v4l2m2m';
}

/** A push target as it is wanted. */
export interface PushWanted {
  id: string;
  name: string;
  enabled: boolean;
  stream: 'archive' | 'confidence';
  /** Address: rtsp://, rtsps://, rtmp://, rtmps://, udp:// (MPEG-TS) or srt://. */
  url: string;
}

/** A stream of the RTSP server as it is wanted. */
export interface StreamWanted {
  enabled: boolean;
  /** Path on the RTSP server: `rtsp://box/<name>`. */
  name: string;
  multicast?: { address: string; port: number; ttl: number };
}

/** Metadata of a recording, by Extron's names (SMP 351 M{k}RCDR). */
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
/** The settings of an encoder preset. */
export type EncoderSettings = Omit<EncoderWanted, 'hardware'>;

/** What is saved under numbers and recalled. Layouts are kept elsewhere. */
export interface Presets {
  /** User presets (SMP 351, `1*`): settings for each input, and a name for each number. */
  user: { names: Record<number, string>; ofInput: Record<number, Record<number, PictureSettings>> };
  /** Input presets (`2*`): an input, and how its picture is treated. */
  input: Record<number, PictureSettings & { name: string; input: InputNumber }>;
  /** Streaming presets (`3*`). */
  streaming: Record<number, { name: string; stream: StreamWanted; pushes: { url: string; enabled: boolean }[] }>;
  /** Encoder presets (`4*`); a missing number is the factory's. */
  encoder: Record<number, { name: string; settings: EncoderSettings }>;
  /** Recording profiles (`R5*`). */
  profile: Record<number, { name: string; metadata: Metadata }>;
}

/** Test patterns. */
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

/** Settings of the control protocol (SIS) that belong to no other part. */
export interface SisWanted {
  /** Destination: `internal`, `auto`, or another name; if it is not usable, the recorder takes another. */
  destination: string;
  /** Seconds of the countdown for controllers; the recording begins at once. */
  countdownSeconds: number;
  pattern: (typeof PATTERNS)[number];
  /** Size of thumbnails: small, or that of the picture. */
  thumbnails: 'small' | 'archive';
  /** Code of a time zone of the personality; null: that of the configuration. */
  zone: string | null;
  /** Milliseconds without traffic after which a session ends. */
  idleMs: number;
  /** Ports that were moved; null is off. A missing one is as configured. */
  ports: Partial<Record<MovablePort, number | null>>;
  snmp: { contact: string; location: string; community: string; enabled: boolean };
  presets: Presets;
  /** Number of the recording profile; 0 for none. */
  profile: number;
  /** Values of commands that are only kept, by row and key. */
  kept: Record<string, Record<string, unknown>>;
}

/** What was asked for. It is saved, and changed by requests alone. */
export interface Wanted {
  hall: string;
  /** Language of dates in the picture. */
  locale: 'fr' | 'en';
  inputs: Record<InputNumber, InputWanted>;
  /** The input of each channel. */
  routing: Record<Channel, InputNumber>;
  layout: Layout;
  /** Number of the layout preset that `layout` came from (1 to 16). */
  layoutNumber: number;
  /** Saved layouts by number, 1 to 16; a missing number is the factory's. */
  layouts: Record<number, SavedLayout>;
  /** Whether the channels are exchanged in all windows. */
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

/** The recording as it is wanted. */
export interface RecordingWanted {
  state: 'stopped' | 'recording' | 'paused';
  /** Id of the take; after a restart the same one goes on. */
  take?: string;
  bookingId?: string;
  startedAtMs?: number;
  /** Planned end; an extension moves it. */
  endsAtMs?: number;
  /** Whether the timetable started it, and will end it. */
  timetable?: boolean;
  /** Destination, if it is usable. */
  destination?: string;
}

/** An input as it is. */
export interface InputSeen {
  status: 'off' | 'connecting' | 'live' | 'lost';
  sinceMs: number;
  widthPx?: number;
  heightPx?: number;
  fps?: number;
  codec?: string;
  audio?: { codec: string; sampleRateHz: number; channels: number };
  /** Reason for a missing signal, in words. */
  error?: string;
  reconnects: number;
}

/** Name of an alarm. */
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
  | 'schedule';

/** An alarm. */
export interface Alarm {
  name: AlarmName;
  /** Subject of the alarm: `A`, `push/youtube`, a folder. */
  about: string;
  level: 'info' | 'warning' | 'critical' | 'emergency';
  text: string;
  sinceMs: number;
}

/** What was observed. It is never saved, and changed by facts alone. */
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
  /** Grows whenever a recording was added, changed or removed. */
  recordingsRevision: number;
  alarms: Alarm[];
}

/** The recording as it is. */
export interface RecordingSeen {
  state: 'stopped' | 'setup' | 'recording' | 'paused' | 'finalizing';
  take?: string;
  file?: string;
  elapsedMs: number;
  bytes: number;
  destination?: string;
}

/** The state of a box. */
export interface DeviceState {
  wanted: Wanted;
  seen: Seen;
}
